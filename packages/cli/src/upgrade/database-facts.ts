import { migrationStatus, type MigrationStatus, type Sql } from '@messox/server';
import { listContainers } from '../docker/containers.ts';
import { isRunningProcess } from '../docker/services.ts';
import type { RunningStack } from '../docker/stack.ts';
import { withStackSql } from '../docker/stack-database.ts';
import type { Context } from '../framework/context.ts';
import { hasDatabase, withEmbedded } from '../project/database.ts';

/** What an upgrade wants to know of the database. */
export interface DatabaseFacts {
  readonly migrations: readonly MigrationStatus[];
  readonly bytes: number;
  /** The major version of PostgreSQL. */
  readonly major: number;
}

const readDatabaseFacts = async (sql: Sql, dir: string): Promise<DatabaseFacts> => {
  const [row] = await sql<{ bytes: number; major: number }[]>`
    select pg_database_size(current_database()) as bytes, current_setting('server_version_num')::int / 10000 as major`;
  return { migrations: await migrationStatus(sql, dir), bytes: row?.bytes ?? 0, major: row?.major ?? 0 };
};

/** Of a server that Docker runs; PostgreSQL is started for it where that is stopped. */
export const stackFacts = (dir: string): Promise<DatabaseFacts> =>
  withStackSql(dir, { starts: true }, (sql) => readDatabaseFacts(sql, dir));

/** The same without anything being started: undefined where no process of the server runs, or none any more. */
export const runningStackFacts = async ({ compose, dir }: RunningStack): Promise<DatabaseFacts | undefined> => {
  try {
    return await withStackSql(dir, { starts: false }, (sql) => readDatabaseFacts(sql, dir));
  } catch (error) {
    // Another command may have stopped the one that was asked.
    if ((await listContainers(compose.project)).some(isRunningProcess)) throw error;
    return undefined;
  }
};

/** Of a server of one process; undefined where there is no database yet. @throws CliError locked, where the lock is needed */
export const embeddedFacts = (context: Context, hasLock: boolean): Promise<DatabaseFacts | undefined> => {
  const { dir } = context.flags;
  if (!hasDatabase(dir)) return Promise.resolve(undefined);
  return withEmbedded(context, { command: 'upgrade', hasLock }, ({ sql }) => readDatabaseFacts(sql, dir));
};
