import { afterEach, describe, expect, it } from 'vitest';
import { coreModules } from '../../modules/index.ts';
import { databaseProxy, startTestServer, testDatabase, type TestServerOptions } from '../../testing/index.ts';
import { defineModule } from '../module.ts';

const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const patience = { timeout: 20_000 };

/** Servers on one database, whose module notes each turn that it takes. */
const setUp = async (everyMs: number) => {
  const database = await testDatabase();
  undo.push(() => database.drop());
  const { sql } = database;
  await sql`create table taken (at timestamptz not null default clock_timestamp(), attempt int)`;
  const start = async (options: TestServerOptions = {}) => {
    const turning = defineModule({
      name: 'turning',
      setup: (host) => {
        host.every({ name: 'turn', everyMs }, async ({ attempt }) => {
          await host.sql`insert into taken (attempt) values (${attempt})`;
        });
      },
    });
    const server = await startTestServer({ modules: [...coreModules, turning], database, ...options });
    undo.push(() => server.stopServer());
    return server;
  };
  const taken = async (): Promise<number> => (await sql`select from taken`).length;
  const next = async (): Promise<number> => {
    const [row] = await sql<{ ms: number }[]>`
      select (extract(epoch from next_at - now()) * 1000)::float8 as ms from job_turns where kind = 'turning.turn'`;
    return row?.ms ?? 0;
  };
  return { sql, start, taken, next };
};

describe('a job that comes again and again', () => {
  it('has a turn at once, and then one each time, whatever the number of servers', async () => {
    const { sql, start, taken } = await setUp(400);
    const [begun] = await sql<{ at: Date }[]>`select now() as at`;
    await Promise.all([start(), start(), start()]);
    await expect.poll(taken, patience).toBeGreaterThanOrEqual(6);
    const turns = await taken();
    // None is due before those before it have had their time.
    const [row] = await sql<{ ms: number }[]>`
      select (extract(epoch from now() - ${begun?.at ?? null}::timestamptz) * 1000)::float8 as ms`;
    expect(turns).toBeLessThanOrEqual((row?.ms ?? 0) / 400 + 1);
  });

  it('makes one turn of all that were missed, and keeps its distance', async () => {
    const { next, sql, start, taken } = await setUp(3_600_000);
    const first = await start();
    await expect.poll(taken, patience).toBe(1);
    await first.stopServer();
    await sql`update job_turns set next_at = now() - interval '3 days'`;
    const second = await start();
    await expect.poll(taken, patience).toBe(2);
    expect(await next()).toBeGreaterThan(3_000_000);
    await second.stopServer();
    // It has looked when it has stopped.
    await (await start()).stopServer();
    expect(await next()).toBeLessThanOrEqual(3_600_000);
    expect(await taken()).toBe(2);
  });

  it('takes a shorter distance from the moment it is told', async () => {
    const { next, sql, start, taken } = await setUp(3_600_000);
    const server = await start();
    await expect.poll(taken, patience).toBe(1);
    await server.stopServer();
    await sql`update job_turns set next_at = now() + interval '3 days'`;
    await start();
    expect(await next()).toBeLessThanOrEqual(3_600_000);
  });

  it('has no second turn while the first has not begun', async () => {
    const { sql, start, taken } = await setUp(3_600_000);
    const server = await start();
    await expect.poll(taken, patience).toBe(1);
    await server.stopServer();
    // Another worker has all the time in the world.
    await sql`insert into jobs (id, kind, payload, key, due_at) values (gen_random_uuid(), 'turning.turn', '{}', 'turn', now() + interval '1 day')`;
    await sql`update job_turns set next_at = now()`;
    await start();
    await expect.poll(taken, patience).toBe(2);
    expect(await sql`select from jobs where kind = 'turning.turn'`).toHaveLength(0);
  });

  it('goes on after the database was away', async () => {
    const { start, taken } = await setUp(300);
    let proxy: Awaited<ReturnType<typeof databaseProxy>> | undefined;
    await start({ connection: async (database) => (proxy = await databaseProxy(database.connection)).connection });
    undo.push(async () => proxy?.close());
    await expect.poll(taken, patience).toBeGreaterThanOrEqual(1);
    await proxy?.cut();
    const before = await taken();
    await proxy?.restore();
    await expect.poll(taken, patience).toBeGreaterThanOrEqual(before + 3);
  });
});
