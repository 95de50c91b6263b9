import { loadMigrations, migrate } from '../kernel/database/migrations.ts';
import { openPool } from '../kernel/database/pool.ts';
import type { Logger } from '../kernel/log.ts';
import { migrationSources } from '../kernel/migration-sources.ts';
import type { ModuleChoice } from '../own-modules/load.ts';
import { checkDatabase } from './check-database.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { waitForDatabase } from './wait-for-database.ts';

export interface MigrateOptions {
  readonly databaseUrl: string;
  readonly choice: ModuleChoice;
  readonly log: Logger;
  /** Its abort calls the waiting for a database that is away off. */
  readonly signal: AbortSignal;
}

/**
 * Brings a database up to date, without serving anything: for the step before the processes of a new version start.
 *
 * @throws StartFault with what is in the way
 */
export const migrateExternal = async ({ choice, databaseUrl, log, signal }: MigrateOptions): Promise<void> => {
  const database = parseDatabaseUrl(databaseUrl);
  const attempt = async (): Promise<void> => {
    await checkDatabase(database);
    const sql = openPool(database, { connections: 1, name: 'messox migrations', log });
    try {
      const known = await loadMigrations(migrationSources(choice.modules, choice.ownMigrations));
      const applied = await migrate(sql, known);
      log.info({ applied: applied.length }, 'the database is up to date');
    } finally {
      await sql.end({ timeout: 5 });
    }
  };
  await waitForDatabase(attempt, { log, signal });
};
