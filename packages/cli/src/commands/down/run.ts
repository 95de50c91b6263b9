import { CliError } from '../../errors/cli-error.ts';
import { exit } from '../../errors/exit.ts';
import type { Run } from '../../framework/spec.ts';
import { isCompose } from '../../project/is-compose.ts';
import { withLock } from '../../project/lock.ts';
import { readServerState } from '../../project/server-state.ts';
import { readSettingsFile } from '../../project/settings-file.ts';
import { stopServer } from '../../server-process/stop-server.ts';
import type { spec } from './spec.ts';

export const run: Run<typeof spec> = async (context, _, { timeout }) => {
  const { flags, output } = context;
  readSettingsFile(flags.dir);
  if (isCompose(flags.dir)) return (await import('./compose.ts')).downCompose(context);
  return withLock(flags.dir, 'down', async () => {
    const state = readServerState(flags.dir);
    if (!state)
      throw new CliError('not_running', 'No server runs in this folder', {
        fixes: ['`messox up`'],
      });
    const tookMs = Math.round(await stopServer(output, state, timeout * 1_000, context.signal));
    output.result(
      { stopped: true, pid: state.pid, tookMs },
      (style) => `${style.green(style.signs.ok)} Stopped after ${(tookMs / 1_000).toFixed(1)} s`,
    );
    return exit.done;
  });
};
