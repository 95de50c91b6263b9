/** What is said when a server in a terminal is told to stop. */
export const stopping = 'Stopping; press Ctrl-C once more to end it at once';

/**
 * A server lives on when nobody reads what it prints: its terminal or pipe is gone.
 *
 * @returns whether somebody still does
 */
export const outliveReaders = (): (() => boolean) => {
  let isRead = true;
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error');
    stream.on('error', () => (isRead = false));
  }
  return () => isRead;
};
