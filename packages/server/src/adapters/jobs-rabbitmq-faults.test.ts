import { defaultLimits } from '@messox/protocol';
import { connect } from 'amqplib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openPool, type Sql } from '../kernel/database/pool.ts';
import { silentLog } from '../kernel/log.ts';
import type { Job, JobLimits } from '../ports/jobs.ts';
import { databaseProxy, rabbitmqMissing, startTestRabbitmq, testVhost } from '../testing/index.ts';
import { rabbitmqctl } from '../testing/rabbitmqctl.ts';
import { jobsDatabase } from '../testing/jobs-under-test.test.fixture.ts';
import { rabbitmqJobs } from './jobs-rabbitmq.ts';

const patience = { timeout: 30_000 };
// The broker's own tools take seconds to start, and several tests have a broker that is away.
vi.setConfig({ testTimeout: 90_000 });
const undo: (() => Promise<void>)[] = [];
beforeEach(({ skip }) => {
  const missing = rabbitmqMissing();
  skip(missing !== undefined, missing);
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const setUp = async (url?: string) => {
  const [{ database, sql, stop }, vhost] = await Promise.all([
    jobsDatabase(),
    url === undefined ? testVhost() : undefined,
  ]);
  undo.push(stop);
  if (vhost) undo.push(() => vhost.drop());
  const amqp = vhost?.url ?? url ?? '';
  const worker = async (
    run: (job: Job) => Promise<void> | void = () => undefined,
    limits: Partial<JobLimits> = {},
    on: Sql = sql,
  ) => {
    const set = { ...defaultLimits, jobPollMs: 600_000, jobWaitMs: 50, jobWaitMaxMs: 200, ...limits };
    const jobs = rabbitmqJobs(amqp)({ sql: on, limits: set, log: silentLog() });
    const begun: string[] = [];
    const dead: string[] = [];
    await jobs.work({
      run: async (job) => {
        begun.push(`${job.kind} ${job.attempt}`);
        await run(job);
      },
      onRetry: () => undefined,
      onDead: (kind) => dead.push(kind),
    });
    undo.push(() => jobs.stop());
    await expect.poll(() => jobs.ready(), patience).toBe(true);
    return { jobs, begun, dead };
  };
  /** A client that is none of ours. */
  const stranger = async () => {
    const connection = await connect(amqp);
    undo.push(() => connection.close());
    return connection.createConfirmChannel();
  };
  /** Closes the connections of this name. */
  const closeConnections = async (name: string) => {
    if (!vhost) return;
    const listed = await rabbitmqctl(vhost.address.ctl, ['list_connections', 'pid', 'vhost', 'client_properties']);
    for (const line of listed.split('\n')) {
      const [pid = '', place, properties] = line.split('\t');
      if (place === vhost.name && properties?.includes(`"${name}"`))
        await rabbitmqctl(vhost.address.ctl, ['close_connection', pid, 'a test']);
    }
  };
  const ctl = async (...words: [string, ...string[]]) => vhost?.ctl(...words);
  return { database, sql, worker, stranger, ctl, closeConnections };
};
const job = { kind: 'test.job', payload: '{}' };
const gate = () => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
};

describe('what happens to the broker’s objects', () => {
  it.each(['messox jobs worker', undefined])(
    'a connection that is closed (%s) costs an attempt, whose job is told so; then all goes on',
    async (name) => {
      const { closeConnections, ctl, sql, worker } = await setUp();
      const reasons: string[] = [];
      const { begun, jobs } = await worker(({ attempt, kind, signal }) =>
        attempt > 1 || kind !== job.kind
          ? undefined
          : new Promise((_, reject) => {
              signal.addEventListener('abort', () => {
                reasons.push((signal.reason as Error).message);
                reject(new Error('interrupted'));
              });
            }),
      );
      await jobs.enqueue(sql, job);
      await expect.poll(() => begun, patience).toEqual(['test.job 1']);
      if (name === undefined) await ctl('close_all_connections', 'a test');
      else await closeConnections(name);
      await expect.poll(() => begun, patience).toEqual(['test.job 1', 'test.job 2']);
      expect(reasons).toEqual(['Another process has the job.']);
      await jobs.enqueue(sql, { ...job, kind: 'test.after' });
      await expect.poll(() => begun, patience).toEqual(['test.job 1', 'test.job 2', 'test.after 1']);
    },
  );

  it.each(['messox.jobs', 'messox.jobs.dead'])('the queue %s that is deleted is made anew', async (queue) => {
    const { ctl, sql, worker } = await setUp();
    const { begun, jobs } = await worker(() => Promise.reject(new Error('no')), { jobAttempts: 1 });
    await ctl('delete_queue', queue);
    // What reaches a queue while it goes is gone with it, so one job is not enough.
    const again = async () => {
      await jobs.enqueue(sql, job);
      return (await jobs.dead.list()).length;
    };
    await expect.poll(again, { ...patience, interval: 500 }).toBeGreaterThan(0);
    expect(begun).toContain('test.job 1');
  });

  it('the queue of those that wait, too, and what was to go there is not lost', async () => {
    const { ctl, sql, worker } = await setUp();
    const held = gate();
    const { begun, jobs } = await worker(async ({ attempt }) => {
      await held.opened;
      if (attempt === 1) throw new Error('no');
    });
    await jobs.enqueue(sql, job);
    await expect.poll(() => begun, patience).toEqual(['test.job 1']);
    await ctl('delete_queue', 'messox.jobs.wait.50');
    held.open();
    await expect.poll(() => begun, patience).toEqual(['test.job 1', 'test.job 2']);
  });

  it('what the broker lost before it began is handed over again', async () => {
    const { sql, stranger, worker } = await setUp();
    const held = gate();
    const limits = { jobsParallel: 1, jobBrokerMs: 1_500 };
    const { begun, jobs } = await worker(() => held.opened, limits);
    await jobs.enqueue(sql, job);
    await expect.poll(() => begun, patience).toHaveLength(1);
    await jobs.enqueue(sql, { ...job, kind: 'test.lost' });
    const channel = await stranger();
    await expect.poll(async () => (await channel.checkQueue('messox.jobs')).messageCount, patience).toBe(1);
    await channel.purgeQueue('messox.jobs');
    held.open();
    await expect.poll(() => begun, patience).toEqual(['test.job 1', 'test.lost 1']);
    expect(await sql`select from jobs`).toHaveLength(0);
  });

  it('its queue is kept short, and what does not fit waits in the database', async () => {
    const { sql, stranger, worker } = await setUp();
    const held = gate();
    const { begun, jobs } = await worker(() => held.opened, { jobsParallel: 1, jobsAhead: 5 });
    await sql.begin(async (transaction) => {
      for (let n = 0; n < 60; n += 1) await jobs.enqueue(transaction, job);
    });
    const channel = await stranger();
    const ready = async () => (await channel.checkQueue('messox.jobs')).messageCount;
    await expect.poll(ready, patience).toBeGreaterThanOrEqual(5);
    expect(await ready()).toBeLessThan(20);
    expect(await sql`select from jobs where worker is null`).not.toHaveLength(0);
    held.open();
    await expect.poll(() => begun.length, patience).toBe(60);
    expect(await sql`select from jobs`).toHaveLength(0);
  });

  it('a job that was handed over twice begins once', async () => {
    const { sql, stranger, worker } = await setUp();
    const held = gate();
    const { begun, jobs } = await worker(() => held.opened, { jobsParallel: 1, jobBrokerMs: 200, jobPollMs: 100 });
    await jobs.enqueue(sql, job);
    await expect.poll(() => begun, patience).toHaveLength(1);
    await jobs.enqueue(sql, { ...job, kind: 'test.twice' });
    const channel = await stranger();
    const ready = async () => (await channel.checkQueue('messox.jobs')).messageCount;
    await expect.poll(ready, patience).toBeGreaterThanOrEqual(3);
    held.open();
    await expect.poll(ready, patience).toBe(0);
    await jobs.enqueue(sql, { ...job, kind: 'test.last' });
    await expect.poll(() => begun, patience).toEqual(['test.job 1', 'test.twice 1', 'test.last 1']);
  });
});

describe('what others put into the queues', () => {
  it('is given up at last, whatever it is', async () => {
    const { stranger, worker } = await setUp();
    const channel = await stranger();
    const { jobs } = await worker(
      ({ kind }) => {
        if (kind !== 'test.job') throw new Error('nobody knows this');
      },
      { jobAttempts: 2 },
    );
    const put = (content: Buffer, options: object) =>
      new Promise((resolve) => channel.sendToQueue('messox.jobs', content, options, resolve));
    await put(Buffer.from([0xff, 0x00, 0xd8, 0xfe]), {});
    await put(Buffer.from('{}'), {
      type: 'x\0y'.repeat(80),
      messageId: '../..',
      headers: { attempts: -1, losses: 'x' },
    });
    await put(Buffer.alloc(200_000, 'x'), { type: 'big', headers: { createdAt: 1e300, begun: 7 } });
    await expect.poll(() => jobs.dead.list(), patience).toHaveLength(3);
    const kinds = (await jobs.dead.list()).map(({ kind }) => kind.length).sort((a, b) => a - b);
    expect(kinds).toEqual(['big'.length, 'unknown'.length, 133]);
  });

  it('and what the broker itself gave up is recorded as well', async () => {
    const { sql, stranger, worker } = await setUp();
    const first = await worker(() => undefined);
    await first.jobs.stop();
    const channel = await stranger();
    // One that takes the job and never says that it is done, as a process that ends before it can say anything.
    await channel.prefetch(1);
    let seen = 0;
    await channel.consume('messox.jobs', (message) => {
      seen += 1;
      if (message) channel.reject(message, true);
    });
    await new Promise((resolve) =>
      channel.sendToQueue('messox.jobs', Buffer.from('{}'), { type: 'test.job', persistent: true }, resolve),
    );
    await expect.poll(() => seen, patience).toBe(21);
    const { dead, jobs } = await worker(() => undefined);
    await expect
      .poll(() => jobs.dead.list(), patience)
      .toMatchObject([
        { kind: 'test.job', error: 'The process that worked on it ended, or was cut off, before it was done.' },
      ]);
    expect(dead).toEqual(['test.job']);
    expect(await sql`select from dead_jobs`).toHaveLength(1);
  });
});

describe('the database', () => {
  it('may be away when a job is given up: it is recorded later', async () => {
    const { database, sql, worker } = await setUp();
    const proxy = await databaseProxy(database.connection);
    undo.push(() => proxy.close());
    const through = openPool(proxy.connection, { connections: 4, name: 'messox test' });
    undo.push(() => through.end({ timeout: 1 }));
    const held = gate();
    const { begun, dead, jobs } = await worker(
      async () => {
        await held.opened;
        throw new Error('no');
      },
      { jobAttempts: 1 },
      through,
    );
    await jobs.enqueue(sql, job);
    await expect.poll(() => begun, patience).toHaveLength(1);
    await proxy.cut();
    held.open();
    await expect.poll(() => dead, patience).toHaveLength(1);
    await proxy.restore();
    await expect.poll(() => sql`select error from dead_jobs`, patience).toEqual([{ error: 'no' }]);
  });

  it('may have heard that a job begins, and its answer be lost: the job is done all the same', async () => {
    const { sql, worker } = await setUp();
    let lost = 0;
    const forgetful = new Proxy(sql, {
      apply: (target, self, words: Parameters<Sql>) => {
        const asked = Reflect.apply(target, self, words) as Promise<unknown>;
        if (!String(words[0]).startsWith('delete from jobs') || lost > 0) return asked;
        lost += 1;
        return asked.then(() => Promise.reject(new Error('The connection to the database was lost')));
      },
    });
    const { begun, jobs } = await worker(() => undefined, {}, forgetful);
    await jobs.enqueue(sql, job);
    await expect.poll(() => begun, patience).toEqual(['test.job 1']);
    expect(lost).toBe(1);
  });
});

describe('the broker', () => {
  it('may be away, short of memory, or killed: jobs wait, and none is lost', async () => {
    const broker = await startTestRabbitmq();
    undo.push(() => broker.stop());
    const { sql, worker } = await setUp(broker.url);
    const fails = new Set(['test.retried']);
    const { begun, jobs } = await worker(
      ({ kind }) => {
        if (fails.delete(kind)) throw new Error('no');
      },
      // Longer than it takes to see it wait: `list_queues` takes seconds, and counts are renewed every few.
      { jobWaitMs: 20_000, jobWaitMaxMs: 20_000 },
    );

    await broker.ctl('set_vm_memory_high_watermark', 'absolute', '1MB');
    // The alarm is told to those who publish.
    await jobs.enqueue(sql, { ...job, kind: 'test.alarm' });
    await expect.poll(() => jobs.ready(), patience).toBe(false);
    await jobs.enqueue(sql, { ...job, kind: 'test.alarmed' });
    expect(await sql`select from jobs where kind = 'test.alarmed'`).toHaveLength(1);
    await broker.ctl('set_vm_memory_high_watermark', 'absolute', '1GB');
    await expect.poll(() => [...begun].sort(), patience).toEqual(['test.alarm 1', 'test.alarmed 1']);

    // One waits in the broker for its next attempt.
    await jobs.enqueue(sql, { ...job, kind: 'test.retried' });
    await expect.poll(() => begun, patience).toContain('test.retried 1');
    await expect.poll(() => fails.size, patience).toBe(0);
    const waiting = () => broker.ctl('list_queues', 'name', 'messages');
    await expect.poll(waiting, patience).toMatch(/messox\.jobs\.wait\.20000\t1/);
    await broker.kill();
    await expect.poll(() => jobs.ready(), patience).toBe(false);
    await jobs.enqueue(sql, { ...job, kind: 'test.meanwhile' });
    await broker.start();
    await expect.poll(() => begun, { timeout: 60_000 }).toContain('test.meanwhile 1');
    await expect.poll(() => begun, { timeout: 60_000 }).toContain('test.retried 2');
  }, 180_000);
});
