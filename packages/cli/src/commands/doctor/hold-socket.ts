import { isCompose } from '../../project/is-compose.ts';
import type { Context } from '../../framework/context.ts';
import { withDatabase } from '../../project/database.ts';
import { withLock } from '../../project/lock.ts';
import { projectPaths } from '../../project/paths.ts';
import { readServerState } from '../../project/server-state.ts';
import { loadSettings } from '../../project/settings.ts';
import { localUrl } from '../../server-process/health.ts';
import { publicUrl } from '../../stack/tls.ts';
import type { IdleOutcome } from '../verify/idle.ts';

/** By which others reach the server. */
const addressOf = (dir: string): string => {
  const { deploy, server } = loadSettings(dir);
  if (isCompose(dir)) return publicUrl(deploy);
  const running = readServerState(dir);
  return server.publicUrl ?? (running ? localUrl(running) : '');
};

/**
 * Holds a silent socket for `ms`, with an account that is made for it and removed whatever happens. One at a time, and not
 * beside `verify`, which would remove the account.
 *
 * @throws CliError locked, not_running, secrets_missing; MessoxError what the server refuses
 */
export const holdSocket = async (context: Context, ms: number): Promise<IdleOutcome> => {
  const { flags, output, signal } = context;
  const url = addressOf(flags.dir);
  const [{ withAccounts }, { holdIdle }, { logIn }] = await Promise.all([
    import('../verify/accounts.ts'),
    import('../verify/idle.ts'),
    import('../verify/people.ts'),
  ]);
  const hold = (): Promise<IdleOutcome> =>
    withDatabase(context, { command: 'doctor' }, (sql) =>
      withAccounts(sql, 1, {
        onLeftovers: (count) => output.detail(`Removed ${count} accounts that an earlier run had left behind`),
        work: async ([account = { username: '', password: '' }]) => {
          output.say(`Holding a silent WebSocket for ${ms / 1_000} seconds …`);
          const { token } = await logIn(url, account, 'idle');
          return holdIdle(url, token(), ms, signal);
        },
      }),
    );
  return withLock(flags.dir, 'doctor', hold, projectPaths(flags.dir).verifyLock);
};
