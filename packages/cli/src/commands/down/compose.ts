import { CliError } from '../../errors/cli-error.ts';
import { exit, type ExitCode } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import { listContainers } from '../../docker/containers.ts';
import { requireEngine } from '../../docker/engine.ts';
import { notRunning, openStack } from '../../docker/stack.ts';
import { stopStack } from '../../docker/stop-stack.ts';
import { withLock } from '../../project/lock.ts';

const leftOver = ({ signal }: Context, cause: unknown): unknown =>
  signal.aborted
    ? new CliError('interrupted', 'Interrupted; a part of the server may have stopped', {
        fixes: ['`messox down` (stops the rest)', '`messox up -d` (starts it again)'],
        cause,
      })
    : cause;

export const downCompose = async (context: Context): Promise<ExitCode> => {
  const { dir } = context.flags;
  const { compose } = openStack(dir);
  await requireEngine();
  return withLock(dir, 'down', async () => {
    if ((await listContainers(compose.project)).length === 0) throw notRunning();
    await stopStack(context, compose, context.signal).catch((error: unknown) => {
      throw leftOver(context, error);
    });
    return exit.done;
  });
};
