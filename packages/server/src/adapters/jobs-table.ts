import { randomUUID } from 'node:crypto';
import type { Sql, TransactionSql } from 'postgres';
import type { JobLimits, NewJob } from '../ports/jobs.ts';

/** Where PostgreSQL tells that there is something to take. */
export const jobsChannel = 'messox_jobs';

/** A job that this worker has until its lease ends. */
export interface TakenJob {
  readonly id: string;
  readonly kind: string;
  readonly payload: string;
  readonly key: string | null;
  /** Attempts that have failed. */
  readonly attempts: number;
  /** Those among them that ended with their process. */
  readonly losses: number;
  readonly createdAt: Date;
  /** A worker had taken it before and was heard of no more. */
  readonly lost: boolean;
}

export const enqueue = async (
  sql: Sql | TransactionSql,
  { delayMs = 0, key = null, kind, payload }: { [K in keyof NewJob]: NewJob[K] | null },
  { jobPayloadBytes }: JobLimits,
): Promise<string | undefined> => {
  const bytes = Buffer.byteLength(payload ?? '');
  if (bytes > jobPayloadBytes)
    throw new Error(`The payload of a job ${kind ?? ''} has ${bytes} bytes; jobPayloadBytes is ${jobPayloadBytes}`);
  const id = randomUUID();
  // A job of the same key is locked, so that it begins after this transaction, and then sees what that has written.
  const [row] = await sql<{ id: string }[]>`
    with added as (
      insert into jobs (id, kind, payload, key, due_at)
      values (${id}, ${kind}, ${payload}, ${key}, clock_timestamp() + ${delayMs} * interval '1 ms')
      on conflict (kind, key) where key is not null do update
        set due_at = case when jobs.worker is null then least(jobs.due_at, excluded.due_at) else jobs.due_at end
      returning id
    )
    select id, pg_notify(${jobsChannel}, '') from added`;
  return row?.id === id ? id : undefined;
};

export interface TakeOptions {
  readonly worker: string;
  readonly count: number;
  readonly leaseMs: number;
  /** The jobs begin now: others of their keys may follow. */
  readonly begin: boolean;
}

/** Takes what is due, the same number of every kind that has as many, the longest due first. */
export const take = (sql: Sql, { begin, count, leaseMs, worker }: TakeOptions): Promise<TakenJob[]> => sql<TakenJob[]>`
  with recursive kinds as (
    (select kind from jobs order by kind limit 1)
    union all
    select (select j.kind from jobs j where j.kind > k.kind order by j.kind limit 1) from kinds k where k.kind is not null
  ), ready as materialized (
    select kind from kinds k
    where exists (select from jobs j where j.kind = k.kind and j.due_at <= statement_timestamp())
    order by random() limit ${count}::int
  ), taken as materialized (
    select j.id, j.worker is not null as lost
    from ready r cross join lateral (
      select id, worker from jobs
      where kind = r.kind and due_at <= statement_timestamp()
      order by due_at limit greatest(1, ${count}::int / (select count(*) from ready))
      for update skip locked
    ) j
  )
  update jobs j set worker = ${worker}::uuid, due_at = clock_timestamp() + ${leaseMs} * interval '1 ms',
    key = case when ${begin} then null else j.key end
  from taken t where j.id = t.id
  returning j.id, j.kind, j.payload, j.key, j.attempts, j.losses, j.created_at as "createdAt", t.lost`;

/** In how many ms something can be taken; undefined when there is nothing at all. */
export const nextDueMs = async (sql: Sql): Promise<number | undefined> => {
  const [row] = await sql<{ ms: number | null }[]>`
    with recursive kinds as (
      (select kind from jobs order by kind limit 1)
      union all
      select (select j.kind from jobs j where j.kind > k.kind order by j.kind limit 1) from kinds k where k.kind is not null
    )
    select (extract(epoch from min(n.due_at) - statement_timestamp()) * 1000)::float8 as ms
    from kinds k cross join lateral (select due_at from jobs j where j.kind = k.kind order by due_at limit 1) n`;
  return row?.ms ?? undefined;
};

/** Keeps jobs for another lease. @returns those that are still this worker's */
export const renew = async (sql: Sql, worker: string, ids: readonly string[], leaseMs: number): Promise<string[]> => {
  const rows = await sql<{ id: string }[]>`
    update jobs set due_at = clock_timestamp() + ${leaseMs} * interval '1 ms'
    where id = any (${ids as string[]}::uuid[]) and worker = ${worker}::uuid
    returning id`;
  return rows.map(({ id }) => id);
};

/** Takes jobs out of the table. */
export const remove = async (sql: Sql, worker: string, ids: readonly string[]): Promise<void> => {
  await sql`delete from jobs where id = any (${ids as string[]}::uuid[]) and worker = ${worker}::uuid`;
};

/** Lets others take these, now or later. */
export const giveBack = async (
  sql: Sql,
  worker: string,
  jobs: readonly Pick<TakenJob, 'id' | 'attempts' | 'losses'>[],
  waitMs = 0,
): Promise<void> => {
  await sql`
    with given as (
      update jobs j set worker = null, due_at = clock_timestamp() + ${waitMs} * interval '1 ms',
        attempts = g.attempts, losses = g.losses
      from unnest(
        ${jobs.map(({ id }) => id)}::uuid[], ${jobs.map(({ attempts }) => attempts)}::int[],
        ${jobs.map(({ losses }) => losses)}::int[]
      ) as g (id, attempts, losses)
      where j.id = g.id and j.worker = ${worker}::uuid
      returning 1
    )
    select pg_notify(${jobsChannel}, '') from given limit 1`;
};

/** Takes a job out of the table because it begins elsewhere. @returns false when it has begun before */
export const begin = async (sql: Sql, id: string): Promise<boolean> =>
  (await sql`delete from jobs where id = ${id}`).count > 0;

export const countWaiting = async (sql: Sql): Promise<number> => {
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from jobs where worker is null`;
  return row?.count ?? 0;
};
