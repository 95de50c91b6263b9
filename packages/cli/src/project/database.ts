import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type EmbeddedDatabase, migrate, migrationStatus, openEmbeddedDatabase, type Sql } from '@messox/server';
import { clusterFolder } from '@messox/server/project';
import { CliError } from '../errors/cli-error.ts';
import type { Context } from '../framework/context.ts';
import { isCompose } from './is-compose.ts';
import { takeLock } from './lock.ts';
import { refuseExternal } from './refuse-external.ts';
import { loadSecrets } from './secrets.ts';
import { readServerState } from './server-state.ts';

/** Whether the folder has a database, running or not. */
export const hasDatabase = (dir: string): boolean => existsSync(join(clusterFolder(dir), 'PG_VERSION'));

/** PostgreSQL's invalid_password, also where it is the cause of what was told of it. */
const wrongPassword = (error: unknown): boolean =>
  error instanceof Error && (('code' in error && error.code === '28P01') || wrongPassword(error.cause));

const passwordError = (cause: unknown): CliError =>
  new CliError('postgres_password_wrong', 'The running database does not know the password in .env', {
    detail: 'MESSOX_DATABASE_PASSWORD was changed after the server was started, or is that of another server.',
    fixes: ['Put back the .env of this server from a backup.'],
    cause,
  });

export interface DatabaseUse {
  /** What others are told who want the folder meanwhile: the command's name. */
  readonly command: string;
  /** Makes a database where there is none; else that is `database_missing`. */
  readonly creates?: boolean;
  /** Whether the caller has the lock of the folder already. */
  readonly hasLock?: boolean;
}

/** The database of a server that Docker runs. */
const withStack = async <T>(dir: string, work: (sql: Sql) => Promise<T>): Promise<T> => {
  const { withStackSql } = await import('../docker/stack-database.ts');
  return withStackSql(dir, {}, work);
};

/**
 * Lends one command the database of the project: that of the running server, or, while none runs, a PostgreSQL that is
 * started for the command and stopped after it.
 *
 * @throws CliError settings_missing, mode_external, secrets_missing, database_missing, locked; not_running and what docker
 * refuses where Docker runs the server; StartFault postgres_…
 */
export const withDatabase = <T>(context: Context, use: DatabaseUse, work: (sql: Sql) => Promise<T>): Promise<T> => {
  const { dir } = context.flags;
  if (isCompose(dir)) return withStack(dir, work);
  refuseExternal(dir);
  return withEmbedded(context, use, ({ sql }) => work(sql));
};

/** As `withDatabase`, whatever the settings say, and with the address for connections of one's own. */
export const withEmbedded = async <T>(
  { flags, output }: Pick<Context, 'flags' | 'output'>,
  { command, creates = false, hasLock = false }: DatabaseUse,
  work: (database: EmbeddedDatabase) => Promise<T>,
): Promise<T> => {
  const { dir } = flags;
  const secrets = loadSecrets(dir);
  if (!creates && !hasDatabase(dir))
    throw new CliError('database_missing', 'There is no database in this folder yet', {
      fixes: ['`messox up` (makes it)'],
    });
  const isRunning = readServerState(dir) !== undefined;
  if (!isRunning) output.detail('No server runs: its database is started for this command');
  const letGo = isRunning || hasLock ? undefined : takeLock(dir, command);
  try {
    const database = await openEmbeddedDatabase({ dir, secrets });
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  } catch (error) {
    throw wrongPassword(error) ? passwordError(error) : error;
  } finally {
    letGo?.();
  }
};

/** Makes the tables of a new database. One that holds data is the admin's to migrate. Throws `migrations_pending`. */
export const requireMigrated = async (sql: Sql): Promise<void> => {
  const statuses = await migrationStatus(sql);
  const pending = statuses.filter(({ state }) => state === 'pending');
  if (pending.length === 0) return;
  if (pending.length === statuses.length) await migrate(sql);
  else
    throw new CliError('migrations_pending', 'The database is older than this version of messox', {
      detail: `Pending: ${pending.map(({ module, number, name }) => `${module} ${number} ${name}`).join(', ')}`,
      fixes: ['`messox migrate up`'],
    });
};
