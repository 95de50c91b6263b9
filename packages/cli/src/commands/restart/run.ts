import { preflight } from '../../doctor/preflight.ts';
import { CliError } from '../../errors/cli-error.ts';
import type { Run } from '../../framework/spec.ts';
import { isCompose } from '../../project/is-compose.ts';
import { withLock } from '../../project/lock.ts';
import { readServerState } from '../../project/server-state.ts';
import { readSettingsFile } from '../../project/settings-file.ts';
import { stopServer } from '../../server-process/stop-server.ts';
import { upDetached } from '../up/detached.ts';
import type { spec } from './spec.ts';

/** How long a start may take, in seconds: of one process, and of containers. */
const [defaultWait, composeWait] = [60, 180];

export const run: Run<typeof spec> = async (context, _, { timeout, waitTimeout }) => {
  const { flags, output } = context;
  const { dir } = flags;
  readSettingsFile(dir);
  if (isCompose(dir))
    return (await import('./compose.ts')).restartCompose(context, (waitTimeout ?? composeWait) * 1_000);
  const state = readServerState(dir);
  if (state && !state.detached)
    throw new CliError('runs_in_foreground', `The server was not started with up -d (pid ${state.pid})`, {
      detail: 'It belongs to a terminal or to a service manager such as systemd, where its log is read.',
      fixes: [
        'Stop it there (Ctrl-C, systemctl restart) and start it there again.',
        '`messox down` && `messox up -d` (in the background from then on)',
      ],
    });
  const { host, port } = state?.options ?? {};
  const overrides = { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
  // A server that could not start again had better not be stopped.
  await preflight(context, { dir, given: { ...overrides, detach: true } });
  if (state) await withLock(dir, 'restart', () => stopServer(output, state, timeout * 1_000));
  else output.warn('No server was running');
  return upDetached(context, overrides, waitTimeout ?? defaultWait);
};
