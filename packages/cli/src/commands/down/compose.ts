import { exit, type ExitCode } from '../../errors/exit.ts';
import type { Context } from '../../framework/context.ts';
import { listContainers } from '../../docker/containers.ts';
import { requireEngine } from '../../docker/engine.ts';
import { notRunning, openStack } from '../../docker/stack.ts';
import { stopStack } from '../../docker/stop-stack.ts';
import { withLock } from '../../project/lock.ts';

export const downCompose = async (context: Context): Promise<ExitCode> => {
  const { dir } = context.flags;
  const { compose } = openStack(dir);
  await requireEngine();
  return withLock(dir, 'down', async () => {
    if ((await listContainers(compose.project)).length === 0) throw notRunning();
    await stopStack(context, compose);
    return exit.done;
  });
};
