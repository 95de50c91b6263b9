import { migrationStatus, type MigrationStatus, type Sql } from '@messox/server';

/** What an upgrade wants to know of the database. */
export interface DatabaseFacts {
  readonly migrations: readonly MigrationStatus[];
  readonly bytes: number;
  /** The major version of PostgreSQL. */
  readonly major: number;
}

export const readDatabaseFacts = async (sql: Sql, dir: string): Promise<DatabaseFacts> => {
  const [row] = await sql<{ bytes: number; major: number }[]>`
    select pg_database_size(current_database()) as bytes, current_setting('server_version_num')::int / 10000 as major`;
  return { migrations: await migrationStatus(sql, dir), bytes: row?.bytes ?? 0, major: row?.major ?? 0 };
};
