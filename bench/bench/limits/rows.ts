import { randomUUID } from 'node:crypto';
import type { Bench } from '../scenario.ts';
import type { BenchServer } from '../server/bench-server.ts';
import { cpuOfFamily } from '../server/process-usage.ts';

export interface RowLimit {
  readonly rowsPerSecond: number;
  /** Of the database and of the process that sends, for 1,000 rows. */
  readonly cpuMsPer1000: number;
}

/** A table with the columns and indexes that a message cannot be stored without. */
export const createLimitRows = async (sql: BenchServer['sql']): Promise<void> => {
  await sql`
    create table limit_rows (
      channel_id bigint, seq bigint, sender_id bigint, client_id uuid, sent_at timestamptz default now(), text text,
      primary key (channel_id, seq), unique (sender_id, client_id)
    )`;
};

/**
 * What PostgreSQL can store at all: rows like those of messages by `unnest`, without any rule or any order of a channel,
 * in a table with the same indexes, beside the server's own.
 */
export const measureRows = (
  bench: Bench,
  { databasePid, sql }: Pick<BenchServer, 'databasePid' | 'sql'>,
  batch: number,
): Promise<RowLimit> =>
  bench.limit(`rows in batches of ${batch}`, async () => {
    await createLimitRows(sql);
    let rows = 0;
    const insert = async (): Promise<void> => {
      const indexes = Array.from({ length: batch }, (_, index) => rows + index);
      await sql`
        insert into limit_rows (channel_id, seq, sender_id, client_id, text)
        select * from unnest(${indexes.map((it) => it % 200)}::bigint[], ${indexes}::bigint[],
          ${indexes.map((it) => it % 400)}::bigint[], ${indexes.map(() => randomUUID())}::uuid[], ${indexes.map(() => bench.text)}::text[])`;
      rows += batch;
    };
    await insert();
    const begin = { at: performance.now(), own: process.cpuUsage(), database: await cpuOfFamily(databasePid()), rows };
    while (performance.now() - begin.at < bench.seconds * 500) await insert();
    const took = (performance.now() - begin.at) / 1_000;
    const own = process.cpuUsage(begin.own);
    const cpuMs = (own.user + own.system) / 1_000 + (await cpuOfFamily(databasePid())) - begin.database;
    const stored = rows - begin.rows;
    await sql`drop table limit_rows`;
    return { rowsPerSecond: stored / took, cpuMsPer1000: (cpuMs / stored) * 1_000 };
  });
