import { checkDurability, EmbeddedPostgresError } from '../embedded-postgres/index.ts';
import { codeOf, type DatabaseAddress, isPassing, openPool, type Sql } from '../kernel/database/pool.ts';
import { StartFault } from '../kernel/fault.ts';

const oldestVersion = 15;

/** What cannot be waited for: TLS that is not there or not trusted, an address that is none. */
const connectionFault = (error: unknown): unknown =>
  isPassing(error) || /^[0-9A-Z]{5}$/.test(codeOf(error) ?? '')
    ? error
    : new StartFault(
        'database_unreachable',
        `PostgreSQL cannot be reached: ${error instanceof Error ? error.message : String(error)}.`,
        'Check that host, port and sslmode in MESSOX_DATABASE_URL are right.',
        { cause: error },
      );

const readVersion = async (sql: Sql): Promise<number> => {
  try {
    const [row] = await sql<{ version: number }[]>`
      select current_setting('server_version_num')::int / 10000 as version`;
    return row?.version ?? 0;
  } catch (error) {
    throw connectionFault(error);
  }
};

/** The same rule holds for PostgreSQL that somebody else runs; here it is a fault of the start like any other. */
const durabilityFault = (error: unknown): unknown =>
  error instanceof EmbeddedPostgresError
    ? new StartFault(error.code, error.message, error.help, { cause: error })
    : error;

/**
 * Looks whether the database is new enough, and keeps what it acknowledges.
 *
 * @throws StartFault database_too_old, database_unreachable, postgres_not_durable; the driver's own
 */
export const checkDatabase = async (address: DatabaseAddress): Promise<void> => {
  const sql = openPool(address, { connections: 1, name: 'messox start' });
  try {
    const version = await readVersion(sql);
    if (version < oldestVersion)
      throw new StartFault(
        'database_too_old',
        `This is PostgreSQL ${version}; messox needs ${oldestVersion} or newer.`,
        'Upgrade PostgreSQL, or name another one in MESSOX_DATABASE_URL.',
      );
    await checkDurability(sql).catch((error: unknown) => {
      throw durabilityFault(error);
    });
  } finally {
    await sql.end({ timeout: 5 });
  }
};
