import { memoryBus } from './adapters/bus-memory.ts';
import { postgresJobs } from './adapters/jobs-postgres.ts';
import {
  checkDurability,
  EmbeddedPostgresError,
  findRunningPostgres,
  startEmbeddedPostgres,
} from './embedded-postgres/index.ts';
import { checkTokenKey } from './kernel/auth/token-key.ts';
import { findOwnModules, ownMigrationSources } from './own-modules/find.ts';
import { loadModules } from './own-modules/load.ts';
import { settleSettings } from './own-modules/settings.ts';
import { type MigrationStatus, loadMigrations, migrate, migrationStatus } from './kernel/database/migrations.ts';
import { type DatabaseAddress, openPool, type Sql } from './kernel/database/pool.ts';
import { StartFault } from './kernel/fault.ts';
import type { Logger } from './kernel/log.ts';
import { migrationSources } from './kernel/migration-sources.ts';
import type { RunningServer } from './kernel/server.ts';
import { Undo } from './kernel/undo.ts';
import { coreModules } from './modules/index.ts';
import { clusterFolder, modulesFolder } from './project.ts';
import type { Settings } from './settings.ts';
import { version } from './version.ts';

/** What must never be seen: from the environment or the admin's `.env`. */
export interface Secrets {
  /** Of the embedded PostgreSQL. */
  readonly databasePassword: string;
  /** Access and refresh tokens are signed with it; with another one everybody has to log in again. */
  readonly tokenKey: string;
  /** What messox-app sends to `/server/ping`; without one, no key is asked for. */
  readonly appApiKey?: string;
}

export interface EmbeddedOptions {
  /** The project's folder; PostgreSQL lives in `data/postgres` of it. */
  readonly dir: string;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly log: Logger;
}

export interface EmbeddedServer extends RunningServer {
  /** Resolves with the reason when the server cannot go on by itself: its database ended. */
  readonly failed: Promise<string>;
}

const asStartFault = (error: unknown): unknown =>
  error instanceof EmbeddedPostgresError
    ? new StartFault(error.code, error.message, error.help, { cause: error })
    : error;

/**
 * One process with all roles, an in-memory bus and a PostgreSQL of its own: the default.
 *
 * @throws StartFault with a code such as port_in_use, postgres_in_use, migration_edited, database_newer, and what to do
 */
export const startEmbeddedServer = async ({
  dir,
  log,
  secrets,
  settings: given,
}: EmbeddedOptions): Promise<EmbeddedServer> => {
  checkTokenKey(secrets.tokenKey, 'Remove MESSOX_TOKEN_KEY from .env and run `messox init`.');
  const { modules, own, ownMigrations } = await loadModules(modulesFolder(dir));
  const settings = settleSettings(given, modules);
  if (own.size > 0) log.info({ files: [...own.values()] }, 'modules of your own are loaded');
  const undo = new Undo();
  let fail: (why: string) => void = () => undefined;
  const failed = new Promise<string>((resolve) => (fail = resolve));
  try {
    const postgres = await startEmbeddedPostgres({
      dataDir: clusterFolder(dir),
      password: secrets.databasePassword,
      onLog: (line) => log.debug({ from: 'postgres' }, line),
      onExit: fail,
    });
    undo.push(() => postgres.stop());
    await checkDurable(postgres.connection);
    const bus = memoryBus((error) => log.error({ err: error }, 'a listener of the bus failed'));
    undo.push(() => bus.close());
    // Most commands work on the database alone: they need not read what serves.
    const { startServer } = await import('./kernel/server.ts');
    const server = await startServer({
      settings,
      modules,
      own,
      ownMigrations,
      database: postgres.connection,
      bus,
      jobs: postgresJobs,
      tokenKey: secrets.tokenKey,
      secrets: { appApiKey: secrets.appApiKey ?? '' },
      log,
      version,
    });
    undo.push(() => server.stop());
    let stopping: Promise<void> | undefined;
    return { ...server, failed, stop: () => (stopping ??= undo.run()) };
  } catch (error) {
    await undo.run().catch((failure: unknown) => log.error({ err: failure }, 'the start could not be undone'));
    throw asStartFault(error);
  }
};

const checkDurable = async (connection: DatabaseAddress): Promise<void> => {
  const sql = openPool(connection, { connections: 1, name: 'messox start' });
  try {
    await checkDurability(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
};

export interface EmbeddedDatabase {
  readonly sql: Sql;
  /** How it is reached, for work that needs a connection of its own. */
  readonly address: DatabaseAddress;
  /** Whether a server is running on it. */
  readonly running: boolean;
  close(): Promise<void>;
}

/**
 * The database of a project, for one command: that of the running server, or else a PostgreSQL that is started for the
 * command and stopped at `close`.
 *
 * @throws StartFault postgres_…
 */
export const openEmbeddedDatabase = async ({
  dir,
  secrets,
}: {
  readonly dir: string;
  readonly secrets: Pick<Secrets, 'databasePassword'>;
}): Promise<EmbeddedDatabase> => {
  try {
    const dataDir = clusterFolder(dir);
    const running = await findRunningPostgres(dataDir);
    const started = running ? undefined : await startEmbeddedPostgres({ dataDir, password: secrets.databasePassword });
    const connection = started?.connection ?? { ...running?.connection, password: secrets.databasePassword };
    const address = connection as DatabaseAddress;
    const sql = openPool(address, { connections: 2, name: 'messox command' });
    return {
      sql,
      address,
      running: running !== undefined,
      close: async () => {
        await sql.end({ timeout: 5 });
        await started?.stop();
      },
    };
  } catch (error) {
    throw asStartFault(error);
  }
};

/**
 * The migrations of this version and of the modules in the project's folder, if one is given, with what the database
 * knows of them. No module is loaded for it.
 *
 * @throws StartFault module_invalid, migration_misnamed
 */
export const readMigrationStatus = async (sql: Sql, dir?: string): Promise<MigrationStatus[]> => {
  const own = dir === undefined ? [] : ownMigrationSources(findOwnModules(modulesFolder(dir)));
  return migrationStatus(sql, await loadMigrations(migrationSources(coreModules, own)));
};

/** Applies what is pending; see `migrate`. @throws StartFault module_invalid, migration_edited, database_newer, migration_failed */
export const applyMigrations = async (
  sql: Sql,
  dir?: string,
): Promise<{ module: string; number: number; name: string }[]> => {
  const { modules, ownMigrations } = await loadModules(dir === undefined ? undefined : modulesFolder(dir));
  const applied = await migrate(sql, await loadMigrations(migrationSources(modules, ownMigrations)));
  return applied.map(({ module, name, number }) => ({ module, number, name }));
};
