import type { Context } from '../../framework/context.ts';
import { withDatabase } from '../../project/database.ts';
import { withLock } from '../../project/lock.ts';
import { projectPaths } from '../../project/paths.ts';
import { publicAddress } from '../../project/public-address.ts';
import type { IdleOutcome } from '../verify/idle.ts';

/**
 * Holds a silent socket for `ms`, with an account that is made for it and removed whatever happens. One at a time, and not
 * beside `verify`, which would remove the account.
 *
 * @throws CliError locked, not_running, secrets_missing; MessoxError what the server refuses
 */
export const holdSocket = async (context: Context, ms: number): Promise<IdleOutcome> => {
  const { flags, output, signal } = context;
  const url = publicAddress(flags.dir) ?? '';
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
