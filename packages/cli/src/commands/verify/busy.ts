import { CliError } from '../../errors/cli-error.ts';
import { whoIsAtWork } from '../../project/lock.ts';
import { readServerState } from '../../project/server-state.ts';

const busy = (message: string, owner: string, cause?: unknown): CliError =>
  new CliError('locked', message, {
    detail: owner,
    fixes: ['Wait until it has ended, and then: `messox verify`'],
    cause,
  });

const whoChanges = (dir: string): string | undefined => whoIsAtWork(dir, readServerState(dir)?.pid);

/** A server that is being started, replaced or stopped keeps no promises that could be looked at. @throws CliError locked */
export const refuseChanging = (dir: string): void => {
  const owner = whoChanges(dir);
  if (owner !== undefined) throw busy('The server of this folder is being changed', owner);
};

/** What comes of a way to the database that was taken away. */
const isLoss = (error: unknown): boolean =>
  !(error instanceof CliError) || ['database_failed', 'docker_failed', 'not_running'].includes(error.code);

/** Runs `work`; where that loses the database to another command, its error names the command. @throws CliError locked */
export const unlessChanged = async <T>(dir: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    const owner = isLoss(error) ? whoChanges(dir) : undefined;
    if (owner === undefined) throw error;
    throw busy(
      'The check was cut short: the server is being changed (the next one removes its accounts)',
      owner,
      error,
    );
  }
};
