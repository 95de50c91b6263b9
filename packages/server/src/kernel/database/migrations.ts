import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { StartFault } from '../fault.ts';
import { isAway, type Sql } from './pool.ts';

/** Where a module's numbered SQL files are. */
export interface MigrationSource {
  readonly module: string;
  /** A folder with `0001-name.sql`, `0002-name.sql`, … */
  readonly folder: URL;
  /** What the names of its tables begin with, where it must not touch those of others. */
  readonly prefix?: string;
}

export interface Migration {
  readonly module: string;
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
  readonly prefix?: string;
}

export type MigrationState =
  | 'applied'
  | 'pending'
  | 'edited'
  /** Of a newer version, and it only added to the tables: this version goes on as before. */
  | 'ahead'
  /** Of a newer version, and it took away what this version may need. */
  | 'newer';

export interface MigrationStatus {
  readonly module: string;
  readonly number: number;
  readonly name: string;
  readonly state: MigrationState;
  readonly appliedAt?: string;
}

interface AppliedRow {
  module: string;
  number: number;
  name: string;
  checksum: string;
  applied_at: Date;
}

/** Any 64-bit number will do, as long as every messox process takes the same. */
const lockKey = 7_405_516_211;

/** How often PostgreSQL looks whether the process that a statement is for still lives. */
const ownerCheckMs = 2_000;

const fileName = /^(\d{4})-([a-z0-9-]+)\.sql$/;

/** Whether it takes away or changes what an older version uses, as its name says: `0007-contract-drop-nicknames.sql`. */
export const isContract = ({ name }: { readonly name: string }): boolean => name.startsWith('contract-');

/** Line ends do not count: a checkout may change them. */
const checksumOf = (sql: string): string => createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');

const loadSource = async ({ module, folder, prefix }: MigrationSource): Promise<Migration[]> => {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file, index) => {
      const [, number, name] = fileName.exec(file) ?? [];
      if (number === undefined || name === undefined || Number(number) !== index + 1)
        throw new StartFault(
          'migration_misnamed',
          `The migration ${file} of ${module} does not continue the numbers 0001, 0002, …`,
          `Name it ${String(index + 1).padStart(4, '0')}-what-it-does.sql.`,
        );
      const sql = await readFile(new URL(file, folder), 'utf8');
      const isOf = prefix === undefined ? {} : { prefix };
      return { module, number: index + 1, name, sql, checksum: checksumOf(sql), ...isOf };
    }),
  );
};

/** The migrations of all sources, in the order in which they run. */
export const loadMigrations = async (sources: readonly MigrationSource[]): Promise<Migration[]> =>
  (await Promise.all(sources.map(loadSource))).flat();

const readApplied = async (sql: Sql): Promise<AppliedRow[]> => {
  const [table] = await sql`select to_regclass('messox_migrations') is not null as exists`;
  if (table?.exists !== true) return [];
  return sql<
    AppliedRow[]
  >`select module, number, name, checksum, applied_at from messox_migrations order by applied_at, module, number`;
};

const compare = (known: readonly Migration[], applied: readonly AppliedRow[]): MigrationStatus[] => {
  const rows = new Map(applied.map((row) => [`${row.module} ${row.number}`, row]));
  const modules = new Set(known.map(({ module }) => module));
  const statuses = known.map(({ module, number, name, checksum }): MigrationStatus => {
    const row = rows.get(`${module} ${number}`);
    rows.delete(`${module} ${number}`);
    if (!row) return { module, number, name, state: 'pending' };
    const state = row.checksum === checksum ? 'applied' : 'edited';
    return { module, number, name: row.name, state, appliedAt: row.applied_at.toISOString() };
  });
  // What a module that is not loaded left in the database is nobody's concern.
  const newer = [...rows.values()].filter(({ module }) => modules.has(module));
  return [
    ...statuses,
    ...newer.map(({ module, number, name, applied_at }): MigrationStatus => ({
      module,
      number,
      name,
      state: isContract({ name }) ? 'newer' : 'ahead',
      appliedAt: applied_at.toISOString(),
    })),
  ];
};

export const migrationStatus = async (sql: Sql, known: readonly Migration[]): Promise<MigrationStatus[]> =>
  compare(known, await readApplied(sql));

const label = ({ module, number, name }: { module: string; number: number; name: string }): string =>
  `${module} ${String(number).padStart(4, '0')}-${name}`;

const refuse = (statuses: readonly MigrationStatus[]): void => {
  const edited = statuses.find(({ state }) => state === 'edited');
  if (edited)
    throw new StartFault(
      'migration_edited',
      `The migration ${label(edited)} was changed after it ran on this database.`,
      'Put the file back as it was and write the change as a new migration: `messox migrate new NAME`',
    );
  const newer = statuses.find(({ state }) => state === 'newer');
  if (newer)
    throw new StartFault(
      'database_newer',
      `The database is newer than this program: it has the migration ${label(newer)}, which this version does not know and cannot work with.`,
      'Start the newer version of messox again, or restore the backup that was made before the upgrade.',
    );
};

/**
 * Brings the database up to date. Many processes may call this at once: one works, the others wait and find it done.
 *
 * @throws StartFault `migration_edited`, `database_newer`, `migration_failed`, `database_unreachable`
 */
export const migrate = async (sql: Sql, known: readonly Migration[]): Promise<Migration[]> => {
  const connection = await sql.reserve();
  try {
    await connection`set statement_timeout = 0`;
    await connection`set lock_timeout = 0`;
    // A process that is killed leaves its statement behind, with the lock: that ends soon, not when it is done.
    // PostgreSQL on Windows cannot.
    await connection.unsafe(`set client_connection_check_interval = ${ownerCheckMs}`).catch(() => undefined);
    await connection`select pg_advisory_lock(${lockKey})`;
    await connection`
      create table if not exists messox_migrations (
        module text not null,
        number int not null,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null default clock_timestamp(),
        primary key (module, number)
      )`;
    const statuses = await migrationStatus(connection, known);
    refuse(statuses);
    const pending = new Set(statuses.filter(({ state }) => state === 'pending').map(label));
    const todo = known.filter((migration) => pending.has(label(migration)));
    for (const migration of todo) await apply(connection, migration);
    return todo;
  } finally {
    await connection`select pg_advisory_unlock(${lockKey})`.catch(() => undefined);
    await connection`reset all`.catch(() => undefined);
    connection.release();
  }
};

/** Tables, views, sequences, indexes and functions of the schema that the connection works in, without those of extensions. */
const namesIn = async (connection: Sql): Promise<string[]> => {
  const rows = await connection<{ name: string }[]>`
    select c.relname::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = current_schema() and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f', 'i', 'I')
    union
    select p.proname::text from pg_proc p
    where p.pronamespace = current_schema()::regnamespace and not exists (
      select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')`;
  return rows.map(({ name }) => name);
};

/** Views, types and sequences of no column: a restore, which moves tables and functions, cannot bring them back. */
const unmovableIn = async (connection: Sql): Promise<string[]> => {
  const rows = await connection<{ name: string }[]>`
    select 'the view ' || c.relname as name from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('v', 'm')
    union all
    select 'the foreign table ' || c.relname from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'f'
    union all
    select 'the sequence ' || c.relname from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind = 'S'
      and not exists (
        select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i'))
    union all
    select 'the type ' || t.typname from pg_type t left join pg_class c on c.oid = t.typrelid
    where t.typnamespace = current_schema()::regnamespace
      and (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c'))`;
  return rows.map(({ name }) => name);
};

/** What is called after the SQL of a module with a `prefix`, and throws where that made or dropped what is not its own. */
const guardTables = async (connection: Sql, { module, number, prefix }: Migration): Promise<() => Promise<void>> => {
  if (prefix === undefined) return () => Promise.resolve();
  const before = new Set(await namesIn(connection));
  const unmovable = new Set(await unmovableIn(connection));
  const taken = [...before].find((name) => name === prefix || name.startsWith(`${prefix}_`));
  if (number === 1 && taken !== undefined)
    throw new Error(`${taken} is there already, and is not of ${module}: give the module another name`);
  return async () => {
    const after = new Set(await namesIn(connection));
    const isOthers = (name: string): boolean => name !== prefix && !name.startsWith(`${prefix}_`);
    const made = [...after].find((name) => !before.has(name) && isOthers(name));
    if (made !== undefined)
      throw new Error(`it makes ${made}, and what belongs to ${module} is called ${prefix}_…, as in ${prefix}_${made}`);
    const dropped = [...before].find((name) => !after.has(name) && isOthers(name));
    if (dropped !== undefined) throw new Error(`it drops or renames ${dropped}, which does not belong to ${module}`);
    const lost = (await unmovableIn(connection)).find((name) => !unmovable.has(name));
    if (lost !== undefined)
      throw new Error(`it makes ${lost}, which no backup could bring back: a module has tables, indexes and functions`);
  };
};

const apply = async (connection: Sql, migration: Migration): Promise<void> => {
  const { module, number, name, checksum } = migration;
  await connection`begin`;
  try {
    const refuseOthers = await guardTables(connection, migration);
    await connection.unsafe(migration.sql);
    await refuseOthers();
    await connection`insert into messox_migrations (module, number, name, checksum) values (${module}, ${number}, ${name}, ${checksum})`;
    await connection`commit`;
  } catch (error) {
    await connection`rollback`.catch(() => undefined);
    if (isAway(error))
      throw new StartFault(
        'database_unreachable',
        `The database went away during the migration ${label(migration)}: ${error instanceof Error ? error.message : String(error)}`,
        'Nothing of it was applied. Start again as soon as the database runs.',
        { cause: error },
      );
    throw new StartFault(
      'migration_failed',
      `The migration ${label(migration)} failed: ${error instanceof Error ? error.message : String(error)}`,
      'Nothing of it was applied. If the SQL is your own, mend it; else please report this.',
      { cause: error },
    );
  }
};
