import { setTimeout as pause } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import { type DatabaseAddress, type Link, openLink } from '../kernel/database/pool.ts';
import { loadMigrations, type Migration, type MigrationSource } from '../kernel/database/migrations.ts';
import { StartFault } from '../kernel/fault.ts';
import { migrationSources } from '../kernel/migration-sources.ts';
import { coreModules } from '../modules/index.ts';
import { findOwnModules, ownMigrationSources } from '../own-modules/find.ts';
import { loadModules } from '../own-modules/load.ts';
import { quoted, readTables } from './catalog.ts';
import { type CopyIn, copyIn } from './copy.ts';
import { databaseFault } from './database-fault.ts';
import { type ModuleObjects, readModuleObjects } from './module-objects.ts';
import { type MigrationPlan, planMigrations } from './plan-migrations.ts';
import { replaceSchema } from './replace.ts';
import type { AppliedMigration, SnapshotFacts } from './snapshot.ts';

/** Some rows of a table. Those of one table follow one another. */
export interface RowsChunk {
  readonly table: string;
  readonly rows: Buffer;
}

export interface RestoreOptions {
  readonly facts: SnapshotFacts;
  /** How many rows each table has. */
  readonly counts: Readonly<Record<string, number>>;
  /** Read to its end before anything holds. */
  readonly chunks: AsyncIterable<RowsChunk>;
  /** Whether what is in the database may go. */
  readonly replace: boolean;
  /** The folder of the administrator's own modules, whose tables are in the backup. */
  readonly modulesFolder?: string;
  readonly signal: AbortSignal;
}

export interface Restored {
  /** The new one. */
  readonly epoch: string;
  readonly tables: readonly { readonly name: string; readonly rows: number }[];
  /** What brought the tables up to date. */
  readonly migrated: readonly { readonly module: string; readonly number: number; readonly name: string }[];
  /** Tables of the backup that are none of messox. */
  readonly leftOut: readonly string[];
  /** Tables of modules that were there, are not in the backup, and belong to no module that is here: dropped. */
  readonly dropped: readonly string[];
}

/** As `migrate` takes it, so that a server that starts meanwhile waits. */
const migrationLock = 7_405_516_211;

/** In the order of their needs where the modules can be loaded here; those of an image may need what is in it. */
const sourcesOf = async (folder: string | undefined): Promise<MigrationSource[]> => {
  try {
    const { modules, ownMigrations } = await loadModules(folder);
    return migrationSources(modules, ownMigrations);
  } catch (error) {
    if (folder === undefined || !(error instanceof StartFault)) throw error;
    return migrationSources(coreModules, ownMigrationSources(findOwnModules(folder)));
  }
};

/**
 * Throws what stands against restoring a backup with these migrations here.
 *
 * @throws StartFault backup_newer, module_missing, module_invalid, migration_edited
 */
export const checkRestorable = async (
  archived: readonly AppliedMigration[],
  modulesFolder?: string,
): Promise<MigrationPlan> => {
  return planMigrations(await loadMigrations(await sourcesOf(modulesFolder)), archived);
};

/** How long what has just ended, an interrupted restore too, may still be seen. */
const endsWithinMs = 3_000;

const refuseOthers = async (link: Link): Promise<void> => {
  for (const until = performance.now() + endsWithinMs; ;) {
    const others = await link.run(
      (sql) => sql<{ name: string }[]>`
        select application_name as name from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and application_name like 'messox%'`,
    );
    if (others.length === 0) return;
    if (performance.now() > until) break;
    await pause(100);
    // Within a transaction this view stays as it was first seen.
    await link.run((sql) => sql`select pg_stat_clear_snapshot()`);
  }
  throw new StartFault(
    'database_in_use',
    'A server of messox, or another command, is connected to the database.',
    'Stop every process of the server first, and wait until they have ended.',
  );
};

const hasRows = async (link: Link, table: string): Promise<boolean> => {
  const rows = await link.run((sql) => sql.unsafe(`select from ${quoted(table)} limit 1`));
  return rows.length > 0;
};

/** Where the tables are, and whether anybody has written into them. @throws StartFault database_not_empty */
const lookAtTarget = async (
  link: Link,
  { facts, replace }: RestoreOptions,
): Promise<{ schema: string; old: ModuleObjects }> => {
  const [target] = await link.run((sql) => sql<{ schema: string }[]>`select current_schema()::text as schema`);
  const schema = target?.schema ?? 'public';
  const names = new Set((await readTables(link)).map(({ name }) => name));
  const isOurs = names.has('messox_migrations');
  const stranger = isOurs ? undefined : facts.tables.find(({ name }) => names.has(name));
  if (stranger)
    throw new StartFault(
      'database_not_empty',
      `The database belongs to another program: it has a table ${stranger.name} that is not of messox.`,
      'Make a database for messox alone, and name that.',
    );
  const full = isOurs && !replace;
  for (const name of full ? ['users', 'channels', 'messages'] : [])
    if (names.has(name) && (await hasRows(link, name)))
      throw new StartFault(
        'database_not_empty',
        'The database holds the accounts and messages of a server already.',
        '`messox restore FILE --replace` (puts the backup in their place)',
      );
  const old = await readModuleObjects(link);
  for (const name of full ? old.tables : [])
    if (!facts.tables.some((table) => table.name === name) && (await hasRows(link, name)))
      throw new StartFault(
        'database_not_empty',
        `The database holds what a module wrote into ${name}, which is not in the backup.`,
        '`messox restore FILE --replace` (puts the backup in its place, and what is in that table is gone)',
      );
  return { schema, old };
};

const apply = async (link: Link, migrations: readonly Migration[]): Promise<void> => {
  for (const migration of migrations) await link.run((sql) => sql.unsafe(migration.sql));
};

const note = async (link: Link, migration: Migration, appliedAt: string | null): Promise<void> => {
  const { checksum, module, name, number } = migration;
  await link.run(
    (sql) => sql`
      insert into messox_migrations (module, number, name, checksum, applied_at)
      values (${module}, ${number}, ${name}, ${checksum}, coalesce(${appliedAt}::text::timestamptz, clock_timestamp()))`,
  );
};

interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

/** Takes the foreign keys off, so that tables come in any order; what is returned puts them back, which checks every row. */
const withoutForeignKeys = async (link: Link, schema: string): Promise<() => Promise<void>> => {
  const keys = await link.run(
    (sql) => sql<ForeignKey[]>`
      select t.relname::text as table, k.conname::text as name, pg_get_constraintdef(k.oid) as definition
      from pg_constraint k join pg_class t on t.oid = k.conrelid
      where k.contype = 'f' and k.conparentid = 0
        and k.connamespace = (select oid from pg_namespace where nspname = ${schema})`,
  );
  const alter = (table: string, text: string): Promise<unknown> =>
    link.run((sql) => sql.unsafe(`alter table ${quoted(table)} ${text}`));
  for (const { name, table } of keys) await alter(table, `drop constraint ${quoted(name)}`);
  return async () => {
    for (const { definition, name, table } of keys) await alter(table, `add constraint ${quoted(name)} ${definition}`);
  };
};

const copyRows = async (
  link: Link,
  columns: ReadonlyMap<string, readonly string[]>,
  chunks: AsyncIterable<RowsChunk>,
) => {
  let current: { table: string; copy: CopyIn } | undefined;
  for await (const { rows, table } of chunks) {
    const known = columns.get(table);
    if (!known) continue;
    if (current?.table !== table) {
      await current?.copy.end();
      const text = `copy ${quoted(table)} (${known.map(quoted).join(', ')}) from stdin`;
      current = { table, copy: await copyIn(link, text) };
    }
    await current.copy.write(rows);
  }
  await current?.copy.end();
};

/** @throws Error when rows are not as many as were written */
const countRows = async (link: Link, tables: readonly string[], counts: Readonly<Record<string, number>>) => {
  const found: { name: string; rows: number }[] = [];
  for (const name of tables) {
    const [count] = await link.run((sql) => sql<{ rows: number }[]>`select count(*) as rows from ${sql(name)}`);
    const rows = count?.rows ?? 0;
    if (rows !== counts[name]) throw new Error(`${name} has ${rows} rows, and ${counts[name] ?? 'no'} in the backup`);
    found.push({ name, rows });
  }
  return found;
};

const setSequences = async (link: Link, { sequences }: SnapshotFacts, tables: ReadonlySet<string>): Promise<void> => {
  for (const { column, isCalled, lastValue, table } of sequences)
    if (tables.has(table))
      await link.run(
        (sql) => sql`
          select setval(pg_get_serial_sequence(${quoted(table)}, ${column}), ${lastValue}::text::bigint, ${isCalled})`,
      );
};

/** Makes the tables as they were, fills them and brings them up to date, in the schema where the connection works. */
const fill = async (link: Link, schema: string, { before, after }: MigrationPlan, options: RestoreOptions) => {
  const { chunks, counts, facts } = options;
  await link.run((sql) =>
    sql.unsafe(`create table messox_migrations (
      module text not null, number int not null, name text not null, checksum text not null,
      applied_at timestamptz not null default clock_timestamp(), primary key (module, number))`),
  );
  await apply(link, before);
  const made = new Map((await readTables(link)).map(({ columns, name }) => [name, columns]));
  made.delete('messox_migrations');
  const wanted = new Map(facts.tables.filter(({ name }) => made.has(name)).map(({ columns, name }) => [name, columns]));
  // What migrations put in is in the backup as well.
  await link.run((sql) => sql.unsafe(`truncate ${[...made.keys()].map(quoted).join(', ')}`));
  const putBack = await withoutForeignKeys(link, schema);
  await copyRows(link, wanted, chunks);
  const tables = await countRows(link, [...wanted.keys()], counts);
  await setSequences(link, facts, new Set(wanted.keys()));
  await putBack();
  const times = new Map(facts.migrations.map(({ appliedAt, module, number }) => [`${module} ${number}`, appliedAt]));
  for (const migration of before)
    await note(link, migration, times.get(`${migration.module} ${migration.number}`) ?? null);
  await apply(link, after);
  for (const migration of after) await note(link, migration, null);
  return { tables, leftOut: facts.tables.map(({ name }) => name).filter((name) => !made.has(name)) };
};

const renew = async (link: Link): Promise<string> => {
  const [state] = await link.run(
    (sql) => sql<{ epoch: string }[]>`update server_state set epoch = default returning epoch`,
  );
  if (!state) throw new StartFault('database_missing', 'There is no server in this database yet.', 'Start it once.');
  return state.epoch;
};

const work = async (link: Link, options: RestoreOptions, onCommit: () => void): Promise<Restored> => {
  const run = (text: string): Promise<unknown> => link.run((sql) => sql.unsafe(text));
  const plan = await checkRestorable(options.facts.migrations, options.modulesFolder);
  await run(`begin; set local idle_in_transaction_session_timeout = 0; set local datestyle = 'ISO, MDY';
    set local intervalstyle = 'postgres'; set local timezone = 'UTC'; select pg_advisory_xact_lock(${migrationLock})`);
  await refuseOthers(link);
  const { old, schema } = await lookAtTarget(link, options);
  const scratch = `messox_restore_${randomBytes(6).toString('hex')}`;
  await run(`create schema ${scratch}; set local search_path to ${scratch}`);
  const filled = await fill(link, scratch, plan, options);
  const epoch = await renew(link);
  // Nothing that was there before has been touched until here.
  const dropped = await replaceSchema(link, { from: scratch, to: schema, old });
  options.signal.throwIfAborted();
  onCommit();
  await run('commit');
  const migrated = plan.after.map(({ module, name, number }) => ({ module, number, name }));
  // The planner knows nothing of the new rows yet. Without it all works, slower, until PostgreSQL does it by itself.
  const names = filled.tables.map(({ name }) => `${quoted(schema)}.${quoted(name)}`);
  await run(`analyze ${names.join(', ')}`).catch(() => undefined);
  return { epoch, migrated, dropped, ...filled };
};

/**
 * Puts a backup into the database in one transaction: it holds whole, under a new epoch, or nothing has changed.
 * The aborted signal ends it.
 *
 * @throws StartFault backup_newer, module_missing, module_invalid, migration_edited, database_not_empty, database_in_use, database_unreachable,
 * database_refused, disk_full; what reading `chunks` throws
 */
export const restoreDatabase = async (address: DatabaseAddress, options: RestoreOptions): Promise<Restored> => {
  const link = openLink(address, 'messox writer');
  const abort = (): void => link.lose(new Error('Interrupted'));
  options.signal.addEventListener('abort', abort);
  // From then on it would not be known which of the two holds.
  const disarm = (): void => options.signal.removeEventListener('abort', abort);
  try {
    return await work(link, options, disarm);
  } catch (error) {
    throw link.lost && options.signal.aborted ? link.lost : databaseFault(error);
  } finally {
    disarm();
    await link.end();
  }
};

/**
 * Gives the database a new epoch, so that every device starts over from what the server has. Returns it. Processes that
 * run read it at their next start, so none may.
 *
 * @throws StartFault database_missing, database_in_use, database_unreachable, database_refused
 */
export const renewEpoch = async (address: DatabaseAddress): Promise<string> => {
  const link = openLink(address, 'messox epoch');
  try {
    const [table] = await link.run(
      (sql) => sql<{ there: boolean }[]>`select to_regclass('server_state') is not null as there`,
    );
    if (table?.there !== true)
      throw new StartFault('database_missing', 'There is no server in this database yet.', 'Start the server once.');
    await refuseOthers(link);
    return await renew(link);
  } catch (error) {
    throw databaseFault(error);
  } finally {
    await link.end();
  }
};
