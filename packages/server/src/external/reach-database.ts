import { setTimeout as delay } from 'node:timers/promises';
import { checkDurability } from '../embedded-postgres/index.ts';
import { codeOf, type DatabaseAddress, isPassing, openPool } from '../kernel/database/pool.ts';
import { StartFault } from '../kernel/fault.ts';
import type { Logger } from '../kernel/log.ts';

/** Time that a database which starts beside this process may take. */
const patienceMs = 30_000;
const retryMs = 500;
const oldestVersion = 15;

const refused = new Set(['28P01', '28000', '3D000', '42501']);

const faultOf = (error: unknown): StartFault => {
  const reason = error instanceof Error ? error.message : String(error);
  return refused.has(codeOf(error) ?? '')
    ? new StartFault(
        'database_refused',
        `PostgreSQL refuses the connection: ${reason}.`,
        'Check user, password and database in MESSOX_DATABASE_URL, and pg_hba.conf.',
        { cause: error },
      )
    : new StartFault(
        'database_unreachable',
        `PostgreSQL cannot be reached: ${reason}.`,
        'Check that it runs, that host, port and sslmode in MESSOX_DATABASE_URL are right, and that this machine may connect.',
        { cause: error },
      );
};

/**
 * Waits a while for the database, and looks whether it keeps what it acknowledges.
 *
 * @throws StartFault database_refused, database_unreachable, database_too_old, postgres_not_durable
 */
export const reachDatabase = async (address: DatabaseAddress, log: Logger, signal: AbortSignal): Promise<void> => {
  const until = performance.now() + patienceMs;
  const sql = openPool(address, { connections: 1, name: 'messox start' });
  try {
    for (let told = false; ; told = true) {
      try {
        const [row] = await sql<
          { version: number }[]
        >`select current_setting('server_version_num')::int / 10000 as version`;
        const version = row?.version ?? 0;
        if (version < oldestVersion)
          throw new StartFault(
            'database_too_old',
            `This is PostgreSQL ${version}; messox needs ${oldestVersion} or newer.`,
            'Upgrade PostgreSQL, or name another one in MESSOX_DATABASE_URL.',
          );
        break;
      } catch (error) {
        if (error instanceof StartFault) throw error;
        if (!isPassing(error) || performance.now() > until || signal.aborted) throw faultOf(error);
        if (!told) log.warn({ err: error }, 'the database cannot be reached yet');
        await delay(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
    await checkDurability(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
};
