import { defaultLimits } from '@messox/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { openPool, type Sql } from '../kernel/database/pool.ts';
import { silentLog } from '../kernel/log.ts';
import type { Job, JobLimits } from '../ports/jobs.ts';
import { databaseProxy } from '../testing/index.ts';
import { jobsDatabase } from '../testing/jobs-under-test.test.fixture.ts';
import { postgresJobs } from './jobs-postgres.ts';

const patience = { timeout: 20_000 };
const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const setUp = async () => {
  const { database, sql, stop } = await jobsDatabase();
  undo.push(stop);
  const worker = async (run: (job: Job) => Promise<void> | void, limits: Partial<JobLimits> = {}, on: Sql = sql) => {
    const set = { ...defaultLimits, jobPollMs: 600_000, jobWaitMs: 50, ...limits };
    const jobs = postgresJobs({ sql: on, limits: set, log: silentLog() });
    const begun: number[] = [];
    await jobs.work({
      run: async (job) => {
        begun.push(job.attempt);
        await run(job);
      },
      onRetry: () => undefined,
      onDead: () => undefined,
    });
    undo.push(() => jobs.stop());
    return { jobs, begun };
  };
  return { database, sql, worker };
};
const job = { kind: 'test.job', payload: '{}' };
const gate = () => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
};

describe('a lease', () => {
  it('is renewed as long as the job takes, so that no other worker begins it', async () => {
    const { sql, worker } = await setUp();
    const held = gate();
    const one = await worker(() => held.opened, { jobLeaseMs: 600 });
    await one.jobs.enqueue(sql, job);
    await expect.poll(() => one.begun, patience).toEqual([1]);
    const two = await worker(() => held.opened, { jobLeaseMs: 600 });
    const dueAt = async () => {
      const [row] = await sql<{ at: string }[]>`select due_at::text as at from jobs`;
      return row?.at ?? '';
    };
    for (let renewals = 0; renewals < 6; renewals += 1) {
      const before = await dueAt();
      await expect.poll(dueAt, patience).not.toBe(before);
    }
    held.open();
    await expect.poll(() => sql`select from jobs`, patience).toHaveLength(0);
    expect([one.begun, two.begun]).toEqual([[1], []]);
  });

  it('that was lost is told to the job, which is the other worker’s now', async () => {
    const { sql, worker } = await setUp();
    const reasons: string[] = [];
    const one = await worker(
      ({ signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            reasons.push((signal.reason as Error).message);
            resolve();
          });
        }),
      { jobLeaseMs: 600 },
    );
    await one.jobs.enqueue(sql, job);
    await expect.poll(() => one.begun, patience).toEqual([1]);
    await sql`update jobs set worker = gen_random_uuid(), due_at = now() + interval '1 day'`;
    await expect.poll(() => reasons, patience).toEqual(['Another process has the job.']);
    await one.jobs.stop();
    expect(await sql`select from jobs`).toHaveLength(1);
  });
});

describe('while the database is away', () => {
  it('a job that ends is recorded later, and not done again; afterwards others are heard of again', async () => {
    const { database, sql, worker } = await setUp();
    const proxy = await databaseProxy(database.connection);
    undo.push(() => proxy.close());
    const through = openPool(proxy.connection, { connections: 4, name: 'messox test' });
    undo.push(() => through.end({ timeout: 1 }));
    const held = gate();
    const { begun, jobs } = await worker(() => held.opened, {}, through);
    await jobs.enqueue(sql, job);
    await expect.poll(() => begun, patience).toEqual([1]);
    await proxy.cut();
    held.open();
    await jobs.enqueue(sql, { ...job, kind: 'test.second' });
    await proxy.restore();
    await expect.poll(() => sql`select from jobs`, patience).toHaveLength(0);
    await jobs.enqueue(sql, { ...job, kind: 'test.third' });
    await expect.poll(() => begun, patience).toEqual([1, 1, 1]);
    await expect.poll(() => sql`select from jobs`, patience).toHaveLength(0);
  });
});

describe('a worker with nothing to do', () => {
  it('asks the database nothing until it is told of a job', async () => {
    const { sql, worker } = await setUp();
    let asked = 0;
    const counting = new Proxy(sql, {
      apply: (target, self, words) => {
        asked += 1;
        return Reflect.apply(target, self, words) as unknown;
      },
    });
    const { begun, jobs } = await worker(() => undefined, {}, counting);
    await jobs.enqueue(sql, { ...job, delayMs: 86_400_000 });
    await jobs.enqueue(sql, job);
    await expect.poll(() => begun, patience).toEqual([1]);
    await expect.poll(() => sql`select from jobs`, patience).toHaveLength(1);
    // It may be at its last question still.
    let before = -1;
    while (before !== asked) {
      before = asked;
      for (let n = 0; n < 50; n += 1) await sql`select 1`;
    }
    for (let n = 0; n < 500; n += 1) await sql`select 1`;
    expect(asked).toBe(before);
    await jobs.enqueue(sql, job);
    await expect.poll(() => begun, patience).toEqual([1, 1]);
  });
});
