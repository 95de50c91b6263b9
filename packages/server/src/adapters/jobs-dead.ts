import type { Sql } from 'postgres';
import type { DeadJob, DeadJobs } from '../ports/jobs.ts';
import { jobsChannel } from './jobs-table.ts';

const errorLength = 1_000;

/** A text as PostgreSQL takes it: it has no NUL, and half a character would be another one there. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();

/** What is kept of an error. */
export const errorText = (error: unknown): string =>
  storable((error instanceof Error ? error.message : String(error)).slice(0, errorLength));

/** Records a job that was given up and takes it out of the table of jobs; where a worker is named, only if it has the job. */
export const bury = async (sql: Sql, job: Omit<DeadJob, 'diedAt'>, worker: string | null = null): Promise<void> => {
  const { attempts, createdAt, error, id, kind, payload } = job;
  await sql`
    with gone as (
      delete from jobs where id = ${id} and (${worker}::uuid is null or worker = ${worker}) returning id
    )
    insert into dead_jobs (id, kind, payload, attempts, error, created_at)
    select ${id}, ${storable(kind)}, ${storable(payload)}, ${attempts}, ${storable(error)}, ${createdAt}
    where ${worker}::uuid is null or exists (select from gone)
    on conflict (id) do update set attempts = excluded.attempts, error = excluded.error, died_at = excluded.died_at`;
};

/** The dead letters, which are in PostgreSQL whatever carries the living. */
export const deadJobs = (sql: Sql): DeadJobs => ({
  list: ({ before = null, limit = 100 }: { before?: string | null; limit?: number } = {}) => sql<DeadJob[]>`
    select id, kind, payload, attempts, error, created_at as "createdAt", died_at as "diedAt" from dead_jobs
    where ${before}::uuid is null or (died_at, id) < (select died_at, id from dead_jobs where id = ${before}::uuid)
    order by died_at desc, id desc limit ${limit}`,
  retry: async (ids) => {
    const [row] = await sql<{ count: number }[]>`
      with risen as (
        delete from dead_jobs where id = any (${ids as string[]}::uuid[]) returning *
      ), added as (
        insert into jobs (id, kind, payload, due_at, created_at)
        select id, kind, payload, clock_timestamp(), created_at from risen
        on conflict (id) do nothing
      )
      select count(*)::int as count, pg_notify(${jobsChannel}, '') from risen`;
    return row?.count ?? 0;
  },
  drop: async (ids) => (await sql`delete from dead_jobs where id = any (${ids as string[]}::uuid[])`).count,
  dropOlder: async (ms) =>
    (await sql`delete from dead_jobs where died_at < clock_timestamp() - ${ms} * interval '1 ms'`).count,
});
