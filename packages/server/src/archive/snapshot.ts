import { type DatabaseAddress, type Link, openLink } from '../kernel/database/pool.ts';
import { StartFault } from '../kernel/fault.ts';
import { quoted, readSequences, readTables, type SequenceFacts, type TableFacts } from './catalog.ts';
import { copyOut } from './copy.ts';
import { databaseFault } from './database-fault.ts';

/** A migration that a database has applied. */
export interface AppliedMigration {
  readonly module: string;
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
  /** ISO 8601. */
  readonly appliedAt: string;
}

/** All of a database but its rows. */
export interface SnapshotFacts {
  /** Version of PostgreSQL. */
  readonly postgres: string;
  readonly epoch: string;
  readonly migrations: readonly AppliedMigration[];
  /** Those that rows are read of: all but the list of migrations. */
  readonly tables: readonly TableFacts[];
  readonly sequences: readonly SequenceFacts[];
}

/** One moment of a database, which goes on changing meanwhile. */
export interface Snapshot {
  readonly facts: SnapshotFacts;
  /** The rows of a table in the text format of COPY. Each is one line. */
  readonly rows: (table: TableFacts) => AsyncIterable<Buffer>;
}

/** What PostgreSQL writes the same whatever the server is set to. */
const plainText = `set datestyle = 'ISO, MDY'; set intervalstyle = 'postgres'; set timezone = 'UTC'; set bytea_output = 'hex';
  set extra_float_digits = 3; set idle_in_transaction_session_timeout = 0; set lock_timeout = '30s'`;

const migrationsTable = 'messox_migrations';
/** Names that stand in an archive as they are. */
const plainName = /^[a-z_][a-z0-9_]*$/;

const listTables = async (link: Link): Promise<TableFacts[]> =>
  (await readTables(link)).filter(({ name }) => name !== migrationsTable && plainName.test(name));

const readFacts = async (link: Link, tables: readonly TableFacts[]): Promise<SnapshotFacts> => {
  const [about] = await link.run(
    (sql) => sql<{ postgres: string; epoch: string }[]>`
      select current_setting('server_version') as postgres, epoch from server_state`,
  );
  const migrations = await link.run(
    (sql) => sql<AppliedMigration[]>`
      select module, number, name, checksum, to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "appliedAt"
      from messox_migrations order by applied_at, module, number`,
  );
  const sequences = await readSequences(
    link,
    tables.map(({ name }) => name),
  );
  return { postgres: about?.postgres ?? '', epoch: about?.epoch ?? '', migrations, tables, sequences };
};

const missing = (): StartFault =>
  new StartFault(
    'database_missing',
    'There is no server in this database yet.',
    'Start the server once, or name another database.',
  );

const read = async <T>(link: Link, work: (snapshot: Snapshot) => Promise<T>): Promise<T> => {
  await link.run((sql) => sql.unsafe(plainText));
  const before = await listTables(link);
  if (!before.some(({ name }) => name === 'server_state')) throw missing();
  await link.run((sql) => sql.unsafe('begin isolation level repeatable read read only'));
  // Before the snapshot is taken, by the first query: the rows of a table that is emptied or rewritten meanwhile are
  // not in any snapshot.
  const names = [migrationsTable, ...before.map(({ name }) => name)].map(quoted).join(', ');
  await link.run((sql) => sql.unsafe(`lock table ${names} in access share mode`));
  const tables = await listTables(link);
  if (JSON.stringify(tables) !== JSON.stringify(before))
    throw new StartFault(
      'database_changing',
      'The tables of the database are being changed at this moment.',
      'Try again when the migration or the restore has ended.',
    );
  const facts = await readFacts(link, tables);
  return work({
    facts,
    rows: ({ columns, name }) =>
      copyOut(link, `copy (select ${columns.map(quoted).join(', ')} from ${quoted(name)}) to stdout`),
  });
};

/**
 * Lends `work` one moment of the database, whatever is written meanwhile. The aborted signal ends it.
 *
 * @throws StartFault database_missing, database_changing, database_unreachable, database_refused; what `work` throws
 */
export const withSnapshot = async <T>(
  address: DatabaseAddress,
  signal: AbortSignal,
  work: (snapshot: Snapshot) => Promise<T>,
): Promise<T> => {
  const link = openLink(address, 'messox reader');
  const abort = (): void => link.lose(new Error('Interrupted'));
  signal.addEventListener('abort', abort);
  try {
    return await read(link, work);
  } catch (error) {
    throw link.lost && signal.aborted ? link.lost : databaseFault(error);
  } finally {
    signal.removeEventListener('abort', abort);
    await link.end();
  }
};
