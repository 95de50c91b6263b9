import { followServiceLogs } from '../../docker/follow-logs.ts';
import { recordOf } from '../../docker/logs.ts';
import type { RunningStack } from '../../docker/stack.ts';
import { stopStack } from '../../docker/stop-stack.ts';
import { CliError } from '../../errors/cli-error.ts';
import { exit, type ExitCode } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import { withLock } from '../../project/lock.ts';
import { renderRecord } from '../../server-log/render-record.ts';
import { stopping } from './in-terminal.ts';

/** Another command that is at work may need what runs: it is not cut short. */
const goesOn = (error: unknown): unknown =>
  error instanceof CliError && error.code === 'locked'
    ? new CliError('locked', 'The server goes on: another messox command is at work in this folder', {
        ...(error.detail === undefined ? {} : { detail: error.detail }),
        fixes: ['`messox down` (once that has ended)'],
        cause: error,
      })
    : error;

export interface Attachment {
  /** From when on the log is shown, in ISO 8601. */
  readonly from: string;
  /** Whether somebody reads what is printed. */
  readonly isRead: () => boolean;
}

/**
 * Shows the log of all containers until the signal is aborted, and stops them then. Ends by itself when another command has
 * stopped them.
 *
 * @throws CliError locked, when another command is at work just then: nothing is stopped
 */
export const attach = async (
  context: Context,
  { compose, dir }: RunningStack,
  { from, isRead }: Attachment,
): Promise<ExitCode> => {
  const { flags, output, signal } = context;
  await followServiceLogs(compose, from, {
    services: [],
    signal,
    onLine: (line) => {
      if (!isRead()) return;
      const record = recordOf(line);
      output.entry(record, (style) => renderRecord(record, style, flags.verbose));
    },
  });
  if (!signal.aborted) {
    output.say('Another command has stopped the server');
    return exit.done;
  }
  if (isRead()) output.say(stopping);
  try {
    await withLock(dir, 'up', () => stopStack(context, compose));
  } catch (error) {
    throw goesOn(error);
  }
  return exit.done;
};
