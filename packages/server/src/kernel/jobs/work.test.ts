import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { coreModules } from '../../modules/index.ts';
import {
  capturedLog,
  startTestServer,
  testDatabase,
  type TestDatabase,
  type TestServerOptions,
} from '../../testing/index.ts';
import { type Attempt, defineModule, type Enqueue, type Host } from '../module.ts';

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const newDatabase = async (): Promise<TestDatabase> => {
  const database = await testDatabase();
  undo.push(() => database.drop());
  return database;
};

/** A server with one module more, whose jobs the test sees. */
const start = async (setup: (host: Host) => void, options: TestServerOptions = {}) => {
  const database = options.database ?? (await newDatabase());
  const modules = [...coreModules, defineModule({ name: 'test', setup })];
  const server = await startTestServer({
    ...options,
    database,
    modules,
    limits: { jobWaitMs: 20, ...options.limits },
  });
  undo.push(() => server.stopServer());
  return server;
};

const payload = z.strictObject({ userId: z.int(), text: z.string() });
const patience = { timeout: 20_000 };

interface Done {
  readonly payload: z.output<typeof payload>;
  readonly attempt: Omit<Attempt, 'signal'>;
}

/** A job `test.note` that remembers what it got. */
const noting = (fails: (attempt: number) => boolean = () => false) => {
  const done: Done[] = [];
  let enqueue: Enqueue<typeof payload> | undefined;
  const setup = (host: Host): void => {
    enqueue = host.job({ name: 'note', payload }, async (it, { attempt, id, signal }) => {
      expect(signal.aborted).toBe(false);
      if (fails(attempt)) throw new Error(`attempt ${attempt} went wrong`);
      done.push({ payload: it, attempt: { attempt, id } });
    });
  };
  return { done, setup, note: (...args: Parameters<Enqueue<typeof payload>>) => enqueue?.(...args) };
};

const metric = async (url: string, name: string): Promise<number | undefined> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = text
    .split('\n')
    .find((line) => line.startsWith(`${name} `))
    ?.slice(name.length + 1);
  return value === undefined ? undefined : Number(value);
};

describe('a job of a module', () => {
  it('is done with its payload, in the transaction that wants it or by itself, and is counted', async () => {
    const { done, note, setup } = noting((attempt) => attempt === 1);
    const { sql, url } = await start(setup);
    const failing = sql.begin(async (transaction) => {
      await note({ userId: 1, text: 'never' }, { sql: transaction });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(await note({ userId: 2, text: 'olá' })).toBe(true);
    await expect.poll(() => done, patience).toHaveLength(1);
    expect(done).toMatchObject([{ payload: { userId: 2, text: 'olá' }, attempt: { attempt: 2 } }]);
    const counts = ['enqueued', 'done', 'failed', 'retried'].map((what) =>
      metric(url, `messox_jobs_${what}_total{kind="test.note"}`),
    );
    expect(await Promise.all(counts)).toEqual([2, 1, 1, 1]);
    expect(await metric(url, 'messox_job_seconds_count{kind="test.note"}')).toBe(2);
    await expect.poll(() => metric(url, 'messox_jobs_waiting'), patience).toBe(0);
    expect(await metric(url, 'messox_jobs_ready')).toBe(1);
  });

  it('is the same as another of its key that waits', async () => {
    const { note, setup } = noting();
    await start(setup);
    const later = { key: 'k', delayMs: 3_600_000 };
    expect(await note({ userId: 1, text: '' }, later)).toBe(true);
    expect(await note({ userId: 1, text: '' }, later)).toBe(false);
  });

  it('is refused when it is not what the handler takes', async () => {
    const { note, setup } = noting();
    const { sql } = await start(setup, { limits: { jobPayloadBytes: 100, jsonDepth: 3 } });
    await expect(note({ userId: 'x' as never, text: '' })).rejects.toThrow(/expected number/);
    await expect(note({ userId: 1, text: 'x'.repeat(100) })).rejects.toThrow(/has 122 bytes; jobPayloadBytes is 100/);
    expect(await sql`select from jobs where kind = 'test.note'`).toHaveLength(0);
  });

  it('that fails to the end is a dead letter with its error; neither says in the log what the job was about', async () => {
    const { note, setup } = noting(() => true);
    const { log, lines, text } = capturedLog();
    const { sql, url } = await start(setup, { limits: { jobAttempts: 2 }, log });
    await note({ userId: 1, text: 'a secret between two' });
    const dead = () => sql`select kind, attempts, error, payload from dead_jobs`;
    await expect.poll(dead, patience).toMatchObject([
      {
        kind: 'test.note',
        attempts: 2,
        error: 'attempt 2 went wrong',
        payload: expect.stringContaining('secret') as string,
      },
    ]);
    expect(await metric(url, 'messox_jobs_dead_total{kind="test.note"}')).toBe(1);
    const said = lines().filter(({ kind }) => kind === 'test.note');
    expect(said.map(({ level, attempt }) => [level, attempt])).toEqual([
      ['warn', 1],
      ['warn', 2],
      ['error', undefined],
    ]);
    expect(text()).not.toContain('secret');
  });

  it('that says what somebody wrote, by way of the database, is kept without it', async () => {
    let enqueue: Enqueue | undefined;
    const { sql } = await start(
      (host) => {
        enqueue = host.job({ name: 'cast', payload: z.string() }, async (text) => {
          await host.sql`select ${text}::text::int`;
        });
      },
      { limits: { jobAttempts: 1 } },
    );
    await enqueue?.('a secret between two');
    await expect
      .poll(() => sql`select error from dead_jobs`, patience)
      .toEqual([{ error: 'the database refused a value' }]);
  });

  it('that no module knows, or whose payload is wrong, is a dead letter in the end', async () => {
    const { done, setup } = noting();
    const { sql, url } = await start(setup, { limits: { jobAttempts: 2 } });
    const put = (kind: string, text: string) =>
      sql`insert into jobs (id, kind, payload, due_at) values (${randomUUID()}, ${kind}, ${text}, now())`;
    await put('gone.job', '{}');
    await put('test.note', '{"userId":"one"}');
    await put('test.note', 'no JSON');
    await sql`select pg_notify('messox_jobs', '')`;
    const dead = () => sql<{ error: string }[]>`select kind, error from dead_jobs order by kind, error`;
    await expect.poll(dead, patience).toHaveLength(3);
    expect((await dead()).map(({ error }) => error)).toEqual([
      'No module of this process does jobs of this kind.',
      'The payload is not JSON.',
      expect.stringMatching(/^The payload is not what the job takes: .*number/s),
    ]);
    expect(await metric(url, 'messox_jobs_dead_total{kind="unknown"}')).toBe(1);
    expect(done).toEqual([]);
  });

  it('that is under way is ended before its server stops', async () => {
    let end: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const order: string[] = [];
    let enqueue: Enqueue | undefined;
    const server = await start((host) => {
      host.defer(() => void order.push('the module is undone'));
      enqueue = host.job({ name: 'slow', payload: z.null() }, async () => {
        order.push('begun');
        await ended;
        await host.sql`select 1`;
        order.push('done');
      });
    });
    await enqueue?.(null);
    await expect.poll(() => order, patience).toEqual(['begun']);
    const stopped = server.stopServer();
    end();
    await stopped;
    expect(order).toEqual(['begun', 'done', 'the module is undone']);
  });

  it('has one handler: of two the start fails, and so it does after a failed start', async () => {
    const database = await newDatabase();
    const twice = (host: Host): void => {
      host.job({ name: 'note', payload }, async () => undefined);
      host.every({ name: 'note', everyMs: 1_000 }, async () => undefined);
    };
    await expect(start(twice, { database })).rejects.toThrow('The job test.note is done already');
    await start(noting().setup, { database });
  });
});
