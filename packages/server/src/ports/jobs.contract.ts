import { defaultLimits } from '@messox/protocol';
import type { Sql } from 'postgres';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Job, JobLimits, Jobs, NewJob } from './jobs.ts';

export interface JobsUnderTest {
  readonly sql: Sql;
  /** The jobs of one more process. */
  open(limits: JobLimits): Promise<Jobs>;
  /** A real process that works on jobs: see jobs-process.test.fixture.ts. */
  spawn(limits: Partial<JobLimits>): JobsProcess;
  stop(): Promise<void>;
}

export interface JobsProcess {
  /** The next attempt that it begins. */
  begun(): Promise<{ kind: string; attempt: number }>;
  kill(): Promise<void>;
  /** Resolves when it has ended. */
  ended: Promise<unknown>;
}

/** Waits that tests can wait for. */
const quick = { ...defaultLimits, jobWaitMs: 40, jobWaitMaxMs: 400, drainMs: 20_000, jobPollMs: 600_000 };
/** Longer than the machine may be busy with other things; no more than a test can wait for twice. */
const patience = { timeout: 20_000 };

type Handle = (job: Job) => Promise<void> | void;

/** A promise to be resolved from outside. */
const gate = () => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
};

/** What every adapter of the port `jobs` must do. */
export const jobsContract = (name: string, start: () => Promise<JobsUnderTest>) => {
  describe(`jobs contract: ${name}`, () => {
    const undo: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const step of undo.splice(0).reverse()) await step();
    });

    const setUp = async () => {
      const under = await start();
      undo.push(() => under.stop());
      const open = async (limits: Partial<JobLimits> = {}) => {
        const jobs = await under.open({ ...quick, ...limits });
        undo.push(() => jobs.stop());
        return jobs;
      };
      const worker = async (handle: Handle = () => undefined, limits: Partial<JobLimits> = {}) => {
        const jobs = await open(limits);
        const begun: Pick<Job, 'attempt' | 'id' | 'kind' | 'payload'>[] = [];
        const retries: { kind: string; waitMs: number }[] = [];
        const dead: string[] = [];
        await jobs.work({
          run: async (job) => {
            const { attempt, id, kind, payload } = job;
            begun.push({ attempt, id, kind, payload });
            await handle(job);
          },
          onRetry: (kind, waitMs) => retries.push({ kind, waitMs }),
          onDead: (kind) => dead.push(kind),
        });
        return { jobs, begun, retries, dead };
      };
      const spawn = (limits: Partial<JobLimits> = {}) => {
        const process = under.spawn({ ...quick, ...limits });
        undo.push(() => process.kill());
        return process;
      };
      const jobs = await open();
      const enqueue = (job: Partial<NewJob> = {}, sql: Parameters<Jobs['enqueue']>[0] = under.sql) =>
        jobs.enqueue(sql, { kind: 'test.job', payload: '{}', ...job });
      const idle = () => expect.poll(() => jobs.waiting(), patience).toBe(0);
      return { sql: under.sql, jobs, worker, spawn, enqueue, idle };
    };

    it('runs a job once, with its payload byte for byte, whoever enqueued it', async () => {
      const { enqueue, idle, worker } = await setUp();
      const payload = JSON.stringify({ text: 'olá \0 \ud800 🙂', n: 1.5e300, nested: [[{}]] });
      const before = await enqueue({ payload });
      const { begun } = await worker();
      const after = await enqueue({ kind: 'other.job' });
      await expect.poll(() => begun.length, patience).toBe(2);
      await idle();
      // Nothing is said about the order in which jobs begin.
      const either = [
        { id: before, kind: 'test.job', attempt: 1, payload },
        { id: after, kind: 'other.job', attempt: 1, payload: '{}' },
      ];
      expect(begun).toEqual(expect.arrayContaining(either));
      expect(begun).toHaveLength(2);
    });

    it('runs what a transaction wanted when it is committed, and never when it is rolled back', async () => {
      const { begun, enqueue, sql } = await setUp().then(async (it) => ({ ...it, ...(await it.worker()) }));
      const failing = sql.begin(async (transaction) => {
        await enqueue({ kind: 'test.undone' }, transaction);
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      await sql.begin(async (transaction) => {
        await enqueue({ kind: 'test.inside' }, transaction);
        // A job from outside gets past the one that is not committed yet.
        await enqueue({ kind: 'test.outside' });
        await expect.poll(() => begun.map(({ kind }) => kind), patience).toEqual(['test.outside']);
      });
      await expect.poll(() => begun.map(({ kind }) => kind), patience).toEqual(['test.outside', 'test.inside']);
    });

    it('refuses a payload that is too large, and says so', async () => {
      const { enqueue } = await setUp();
      const payload = JSON.stringify('x'.repeat(70_000));
      await expect(enqueue({ payload })).rejects.toThrow('has 70002 bytes; jobPayloadBytes is 65536');
    });

    it('tries again after waits that grow, and not after it succeeded', async () => {
      const { begun, enqueue, idle, retries } = await setUp().then(async (it) => ({
        ...it,
        ...(await it.worker(({ attempt }) => {
          if (attempt < 4) throw new Error('not yet');
        })),
      }));
      await enqueue();
      await expect.poll(() => begun.map(({ attempt }) => attempt), patience).toEqual([1, 2, 3, 4]);
      await idle();
      expect(new Set(begun.map(({ id }) => id)).size).toBe(1);
      const levels = [40, 160, 400];
      for (const [index, { waitMs }] of retries.entries()) {
        expect(waitMs).toBeLessThanOrEqual(levels[index] ?? 0);
        expect(waitMs).toBeGreaterThanOrEqual((levels[index] ?? 0) * 0.75);
      }
      expect(retries).toHaveLength(3);
    });

    it('gives a job up after its last attempt; it can be seen, tried again and dropped', async () => {
      let broken = true;
      const it = await setUp();
      const { begun, dead } = await it.worker(
        ({ attempt }) => {
          if (broken) throw new Error(`broken at ${attempt}\0\ud800`);
        },
        { jobAttempts: 3 },
      );
      const ids = [await it.enqueue({ payload: '{"n":1}' }), await it.enqueue({ payload: '{"n":2}' })];
      await expect.poll(() => it.jobs.dead.list(), patience).toHaveLength(2);
      expect(begun.map(({ attempt }) => attempt).sort()).toEqual([1, 1, 2, 2, 3, 3]);
      expect(dead).toEqual(['test.job', 'test.job']);
      const [first] = (await it.jobs.dead.list()).filter(({ id }) => id === ids[0]);
      expect(first).toMatchObject({ kind: 'test.job', payload: '{"n":1}', attempts: 3, error: 'broken at 3\ufffd' });
      expect(first?.diedAt.getTime()).toBeGreaterThanOrEqual(first?.createdAt.getTime() ?? Infinity);

      broken = false;
      expect(await it.jobs.dead.drop([ids[1] ?? ''])).toBe(1);
      expect(await it.jobs.dead.retry([ids[0] ?? '', ids[1] ?? ''])).toBe(1);
      await expect.poll(() => begun.at(-1), patience).toMatchObject({ id: ids[0], attempt: 1, payload: '{"n":1}' });
      await it.idle();
      expect(await it.jobs.dead.list()).toEqual([]);
      expect(begun).toHaveLength(7);
    });

    it('lists dead letters by pages, and forgets old ones', async () => {
      const { enqueue, jobs, sql, worker } = await setUp();
      await worker(() => Promise.reject(new Error('no')), { jobAttempts: 1 });
      for (let n = 0; n < 5; n += 1) await enqueue();
      await expect.poll(() => jobs.dead.list(), patience).toHaveLength(5);
      await sql`update dead_jobs set died_at = (select max(died_at) from dead_jobs)`;
      const page = await jobs.dead.list({ limit: 3 });
      const next = await jobs.dead.list({ limit: 3, before: page.at(-1)?.id ?? '' });
      expect(new Set([...page, ...next].map(({ id }) => id)).size).toBe(5);
      await sql`update dead_jobs set died_at = died_at - interval '1 day' where id = ${page[0]?.id ?? ''}`;
      expect(await jobs.dead.dropOlder(80_000_000)).toBe(1);
      expect(await jobs.dead.list()).toHaveLength(4);
    });

    it('begins a job not before its delay is over, and others meanwhile', async () => {
      const { begun, enqueue } = await setUp().then(async (it) => ({ ...it, ...(await it.worker()) }));
      await enqueue({ kind: 'test.late', delayMs: 1_000 });
      await enqueue({ kind: 'test.later', delayMs: 86_400_000 });
      await enqueue({ kind: 'test.now' });
      await expect.poll(() => begun.map(({ kind }) => kind), patience).toEqual(['test.now', 'test.late']);
    });

    it('takes two with one key for the same job until it begins, and no longer', async () => {
      const { enqueue, idle, worker } = await setUp();
      const first = await enqueue({ key: 'a', delayMs: 86_400_000 });
      expect(first).toBeDefined();
      expect(await enqueue({ key: 'b' })).toBeDefined();
      expect(await enqueue({ kind: 'other.job', key: 'a' })).toBeDefined();
      const held = gate();
      const { begun } = await worker(() => held.opened);
      // The sooner of the two times counts.
      expect(await enqueue({ key: 'a' })).toBeUndefined();
      await expect.poll(() => begun.length, patience).toBe(3);
      expect(await enqueue({ key: 'a' })).toBeDefined();
      await expect.poll(() => begun.length, patience).toBe(4);
      held.open();
      await idle();
    });

    it('begins a job of a key not before every transaction that relies on it has ended', async () => {
      const { enqueue, sql, worker } = await setUp();
      await sql`create table seen (n int)`;
      await enqueue({ key: 'a' });
      const counts: number[] = [];
      await sql.begin(async (transaction) => {
        await transaction`insert into seen values (1)`;
        expect(await enqueue({ key: 'a' }, transaction)).toBeUndefined();
        await worker(async ({ kind }) => {
          const [row] = await sql<{ count: number }[]>`select count(*)::int as count from seen`;
          if (kind === 'test.job') counts.push(row?.count ?? 0);
          else counts.push(-1);
        });
        await enqueue({ kind: 'other.job' });
        await expect.poll(() => counts, patience).toEqual([-1]);
      });
      await expect.poll(() => counts, patience).toEqual([-1, 1]);
    });

    it('keeps to its number of jobs at once, and begins another as soon as one ends', async () => {
      const { enqueue, idle, worker } = await setUp();
      const gates = Array.from({ length: 7 }, gate);
      let underWay = 0;
      let most = 0;
      const { begun } = await worker(
        async ({ payload }) => {
          most = Math.max(most, (underWay += 1));
          await gates[Number(payload)]?.opened;
          underWay -= 1;
        },
        { jobsParallel: 3 },
      );
      for (let n = 0; n < 7; n += 1) await enqueue({ payload: String(n) });
      for (let ended = 0; ended < 7; ended += 1) {
        await expect.poll(() => begun.length, patience).toBe(Math.min(7, 3 + ended));
        expect(underWay).toBe(Math.min(3, 7 - ended));
        gates[Number(begun[ended]?.payload)]?.open();
      }
      await idle();
      expect(most).toBe(3);
    });

    it('spreads jobs over many workers, and each is done once', async () => {
      const { enqueue, worker } = await setUp();
      const held = gate();
      const workers = await Promise.all([1, 2, 3].map(() => worker(() => held.opened, { jobsParallel: 4 })));
      const ids = await Promise.all(Array.from({ length: 120 }, (_, n) => enqueue({ kind: `test.k${n % 5}` })));
      await expect.poll(() => workers.map(({ begun }) => begun.length), patience).toEqual([4, 4, 4]);
      held.open();
      await expect.poll(() => workers.reduce((sum, { begun }) => sum + begun.length, 0), patience).toBe(120);
      const done = workers.flatMap(({ begun }) => begun.map(({ id }) => id));
      expect(done.sort()).toEqual(ids.sort());
    });

    it('lets no kind wait for the end of another that is many', async () => {
      const { enqueue, idle, worker } = await setUp();
      await Promise.all(Array.from({ length: 100 }, () => enqueue({ kind: 'test.many' })));
      await enqueue({ kind: 'test.one' });
      const { begun } = await worker(() => undefined, { jobsParallel: 2, jobsAhead: 5 });
      await expect.poll(() => begun.length, patience).toBe(101);
      await idle();
      expect(begun.findIndex(({ kind }) => kind === 'test.one')).toBeLessThan(60);
    });

    it('fails an attempt that takes too long, and tells it to stop', async () => {
      const { enqueue, idle, worker } = await setUp();
      const aborted: unknown[] = [];
      const { begun, retries } = await worker(
        async ({ attempt, signal }) => {
          if (attempt === 1) await new Promise((resolve) => signal.addEventListener('abort', resolve));
          aborted.push(signal.reason);
          if (attempt === 1) throw new Error('cut short');
        },
        { jobMs: 300 },
      );
      await enqueue();
      await expect.poll(() => begun.length, patience).toBe(2);
      await idle();
      expect(aborted).toEqual([new Error('It took longer than 300 ms.'), undefined]);
      expect(retries).toHaveLength(1);
    });

    it('does not wait for ever for an attempt that does not stop', async () => {
      const { enqueue, jobs, worker } = await setUp();
      await worker(() => new Promise(() => undefined), { jobMs: 50, jobAttempts: 1 });
      await enqueue();
      await expect.poll(() => jobs.dead.list(), patience).toMatchObject([{ error: 'It took longer than 50 ms.' }]);
    });

    it('at a stop ends what it began, and leaves the rest to others', async () => {
      const { enqueue, idle, worker } = await setUp();
      const held = gate();
      const one = await worker(() => held.opened, { jobsParallel: 2 });
      for (let n = 0; n < 6; n += 1) await enqueue();
      await expect.poll(() => one.begun.length, patience).toBe(2);
      const stopped = one.jobs.stop();
      const two = await worker();
      await expect.poll(() => two.begun.length, patience).toBe(4);
      held.open();
      await stopped;
      await idle();
      expect(one.begun).toHaveLength(2);
      expect(two.begun.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1]);
      expect(one.jobs.ready()).toBe(false);
    });

    it('gives back what does not end in time; that is no failure of the job', async () => {
      const { enqueue, idle, worker } = await setUp();
      const reasons: string[] = [];
      const one = await worker(
        ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              reasons.push((signal.reason as Error).message);
              reject(new Error('interrupted'));
            });
          }),
        { drainMs: 10 },
      );
      await enqueue();
      await expect.poll(() => one.begun.length, patience).toBe(1);
      await one.jobs.stop();
      expect(reasons).toEqual(['The process stops.']);
      const two = await worker();
      await expect.poll(() => two.begun.length, patience).toBe(1);
      // One that comes after it, with the waits of failed attempts, shows that nothing else comes.
      await enqueue({ kind: 'test.after', delayMs: 500 });
      await expect.poll(() => two.begun.at(-1)?.kind, patience).toBe('test.after');
      await idle();
      expect(two.begun).toMatchObject([{ attempt: 1 }, { kind: 'test.after', attempt: 1 }]);
      expect([...one.retries, ...two.retries]).toEqual([]);
    });

    it('does a job again whose process was killed', async () => {
      const { enqueue, idle, spawn, worker } = await setUp();
      const process = spawn({ jobLeaseMs: 2_000 });
      await enqueue({ kind: 'test.hang' });
      expect(await process.begun()).toMatchObject({ kind: 'test.hang', attempt: 1 });
      await process.kill();
      const { begun } = await worker();
      await expect.poll(() => begun, patience).toMatchObject([{ kind: 'test.hang', attempt: 2 }]);
      await idle();
    });

    it('does not let one job kill processes for ever', async () => {
      const { enqueue, jobs, spawn } = await setUp();
      await enqueue({ kind: 'test.kill' });
      const attempts: number[] = [];
      for (let life = 0; life < 2; life += 1) {
        const process = spawn({ jobLeaseMs: 500, jobLosses: 2 });
        attempts.push((await process.begun()).attempt);
        await process.ended;
      }
      expect(attempts).toEqual([1, 2]);
      spawn({ jobLeaseMs: 500, jobLosses: 2 });
      await expect
        .poll(() => jobs.dead.list(), patience)
        .toMatchObject([
          {
            kind: 'test.kill',
            attempts: 2,
            error: 'The process that worked on it ended, or was cut off, before it was done.',
          },
        ]);
    });

    it('is ready while it works, and enqueues also where nobody does', async () => {
      const { enqueue, jobs, worker } = await setUp();
      await enqueue({ delayMs: 86_400_000 });
      expect(await jobs.waiting()).toBe(1);
      const working = await worker();
      await vi.waitFor(() => expect(working.jobs.ready()).toBe(true), patience);
      await working.jobs.stop();
      await working.jobs.stop();
      expect(working.jobs.ready()).toBe(false);
    });
  });
};
