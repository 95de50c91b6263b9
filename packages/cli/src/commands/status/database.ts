import { migrationStatus, type Sql } from '@messox/server';

export interface Count {
  readonly count: number;
  /** The planner's estimate: to count so many rows would take too long. */
  readonly estimated: boolean;
}

export interface DatabaseFacts {
  readonly sizeBytes: number;
  readonly connections: number;
  readonly maxConnections: number;
  readonly migrations: { readonly applied: number; readonly pending: number; readonly wrong: number };
  readonly accounts: Count;
  readonly channels: Count;
  readonly messages: Count;
}

/** From so many rows on the estimate is good enough. */
const countedRows = 100_000;

const count = async (sql: Sql, table: string): Promise<Count> => {
  const [row] = await sql<
    { rows: number }[]
  >`select reltuples::bigint as rows from pg_class where oid = to_regclass(${table})`;
  if (!row) return { count: 0, estimated: false };
  // Counted at most so far: a table that was never analysed has no estimate.
  const [counted] = await sql<{ rows: number }[]>`
    select count(*) as rows from (select from ${sql(table)} limit ${countedRows}) counted`;
  const rows = counted?.rows ?? 0;
  return rows < countedRows ? { count: rows, estimated: false } : { count: Math.max(rows, row.rows), estimated: true };
};

export const readDatabase = async (sql: Sql, dir: string): Promise<DatabaseFacts> => {
  const [facts] = await sql<{ size: number; connections: number; max: number }[]>`
    select pg_database_size(current_database()) as size,
      (select count(*) from pg_stat_activity where backend_type = 'client backend') as connections,
      current_setting('max_connections')::int as max`;
  const migrations = await migrationStatus(sql, dir);
  const inState = (...states: string[]) => migrations.filter(({ state }) => states.includes(state)).length;
  return {
    sizeBytes: facts?.size ?? 0,
    connections: facts?.connections ?? 0,
    maxConnections: facts?.max ?? 0,
    migrations: { applied: inState('applied'), pending: inState('pending'), wrong: inState('edited', 'newer') },
    accounts: await count(sql, 'users'),
    channels: await count(sql, 'channels'),
    messages: await count(sql, 'messages'),
  };
};
