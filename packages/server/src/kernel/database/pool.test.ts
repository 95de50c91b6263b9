import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseProxy, testDatabase, type TestDatabase } from '../../testing/index.ts';
import { Link } from './link.ts';
import { Links } from './links.ts';
import { codeOf, isPassing, openPool, type Sql } from './pool.ts';

let database: TestDatabase;
let sql: Sql;
const size = 3;
beforeAll(async () => {
  database = await testDatabase();
  await database.sql`create table notes (id bigint primary key, text text)`;
  sql = openPool(database.connection, { connections: size, name: 'messox test' });
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await database.drop();
});

const kill = async (): Promise<void> => {
  await database.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'messox test' and datname = current_database()`;
};
const open = async (): Promise<number> => {
  const [row] =
    await database.sql`select count(*)::int as count from pg_stat_activity where application_name = 'messox test' and datname = current_database()`;
  return Number(row?.count);
};
const failure = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail');
};
const notes = async (): Promise<number[]> =>
  (await sql<{ id: number }[]>`select id from notes order by id`).map(({ id }) => id);

describe('statements', () => {
  it('take and give values of every kind, ids as numbers', async () => {
    const [row] = await sql`
      select ${2 ** 53 - 1}::bigint as id, ${2 ** 53 - 1} = any (${[1, 2 ** 53 - 1]}::bigint[]) as found, ${null}::text as nothing,
        ${sql.json({ a: [1] })} as json, ${new Date(0)}::timestamptz as time, ${true}::boolean as yes`;
    expect(row).toEqual({
      id: 2 ** 53 - 1,
      found: true,
      nothing: null,
      json: { a: [1] },
      time: new Date(0),
      yes: true,
    });
    expect(await sql`select 1 as ${sql('a "name"')}`).toEqual([{ 'a "name"': 1 }]);
    expect(await sql.unsafe('select $1::int as n', [7], { prepare: true })).toEqual([{ n: 7 }]);
  });

  it('wait in turn when there are more than connections, and none is lost', async () => {
    const rows = await Promise.all(Array.from({ length: 50 }, (_, n) => sql`select ${n}::int as n, pg_sleep(0.001)`));
    expect(rows.map(([row]) => row?.n as number)).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(await open()).toBe(size);
  });

  it('that fail say where they were written, and harm no other', async () => {
    const error = await failure(sql`select 1 / ${0}::int`);
    expect(error).toMatchObject({ name: 'PostgresError', code: '22012' });
    expect((error as Error).stack).toContain('pool.test.ts');
    expect(isPassing(error)).toBe(false);
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
  });
});

it('whatever waits for a database that is not there fails with what is wrong', async () => {
  const { database: name, password, user } = database.connection;
  const away = openPool(
    { host: '127.0.0.1', port: 1, database: name, password, user },
    { connections: 1, name: 'messox test of a database that is away' },
  );
  const waiting = [failure(away`select 1`), failure(away`select 2`), failure(away`select 3`)];
  const ended = away.end({ timeout: 5 });
  for (const error of await Promise.all(waiting)) expect(error).not.toBeInstanceOf(TypeError);
  await ended;
});

it.each(['53100', '53200', '53300', '57P03'])(
  '%s passes: the database is in need, and the statement right',
  async (code) => {
    const raise = sql.unsafe(`do $$ begin raise exception 'no' using errcode = '${code}'; end $$`);
    expect(isPassing(await failure(raise))).toBe(true);
  },
);

describe('a transaction', () => {
  it('is all or nothing', async () => {
    expect(
      await sql.begin(async (it) => (await it`insert into notes values (1, 'a') returning id`)[0]?.id as number),
    ).toBe(1);
    await expect(
      sql.begin(async (it) => {
        await it`insert into notes values (2, 'b')`;
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await notes()).toEqual([1]);
  });

  it('fails as a whole when one statement failed, though the error was caught', async () => {
    const error = await failure(
      sql.begin(async (it) => {
        await it`insert into notes values (3, 'c')`;
        await it`insert into notes values (1, 'again')`.catch(() => undefined);
      }),
    );
    expect(codeOf(error)).toBe('23505');
    expect(await notes()).toEqual([1]);
  });

  it('that is over takes no further statement: its connection may be somebody else’s by then', async () => {
    let go: () => void = () => undefined;
    const over = new Promise<void>((resolve) => (go = resolve));
    let late: Promise<unknown> = Promise.resolve();
    const error = await failure(
      sql.begin(async (it) => {
        late = failure(over.then(() => it`insert into notes values (7, 'late')`));
        await it`select 1 / 0`;
      }),
    );
    go();
    expect(codeOf(error)).toBe('22012');
    expect(String(await late)).toContain('is over');
    expect(await notes()).toEqual([1]);
  });

  it('has its connection for itself', async () => {
    const pids = await sql.begin(async (it) => {
      const own = await Promise.all([1, 2, 3].map(() => it`select pg_backend_pid() as pid`));
      const others = await Promise.all([1, 2, 3].map(() => sql`select pg_backend_pid() as pid`));
      return [own, others].map((rows) => new Set(rows.map(([row]) => row?.pid as number)));
    });
    expect(pids[0]?.size).toBe(1);
    expect(pids[1]).not.toContain([...(pids[0] ?? [])][0]);
  });

  it('that loses its connection is undone, and nothing of it runs elsewhere', async () => {
    const error = await failure(
      sql.begin(async (it) => {
        await it`insert into notes values (4, 'd')`;
        await kill();
        await it`insert into notes values (5, 'e')`.catch(() => undefined);
        await it`insert into notes values (6, 'f')`.catch(() => undefined);
      }),
    );
    expect(isPassing(error)).toBe(true);
    // The others were killed, too; that is noticed when they are next looked at.
    await expect.poll(notes).toEqual([1]);
  });
});

describe('lost connections', () => {
  it('fail what was under way at once, and are replaced', async () => {
    const under = Array.from({ length: 10 }, () => failure(sql`select pg_sleep(60)`));
    await expect.poll(open).toBe(size);
    await kill();
    // Those that waited for a connection got one, and are cut, too.
    const cutting = { on: true };
    const cut = (async () => {
      while (cutting.on) await kill();
    })();
    for (const error of await Promise.all(under)) expect(isPassing(error)).toBe(true);
    cutting.on = false;
    await cut;
    await expect.poll(() => sql`select 1 as one`).toEqual([{ one: 1 }]);
  });

  it('never leave the pool mute, whatever was being written', async () => {
    let going = true;
    const outcomes = { done: 0, failed: 0 };
    const loops = Array.from({ length: 12 }, async (_, n) => {
      for (let turn = 0; going; turn += 1) {
        const work =
          n % 2 ? sql`select ${'x'.repeat(turn % 2_000)}::text` : sql.begin(async (it) => it`select ${turn}::int`);
        await work.then(
          () => (outcomes.done += 1),
          (error: unknown) => {
            outcomes.failed += 1;
            if (!isPassing(error)) throw error;
          },
        );
      }
    });
    for (let turn = 0; turn < 25; turn += 1) {
      const { done } = outcomes;
      await expect.poll(() => outcomes.done, { interval: 1 }).toBeGreaterThan(done);
      await kill();
    }
    const { done } = outcomes;
    await expect.poll(() => outcomes.done).toBeGreaterThan(done + 50);
    going = false;
    await Promise.all(loops);
    expect(outcomes.failed).toBeGreaterThan(0);
    expect(await open()).toBeLessThanOrEqual(size);
  });

  it('fail at once while the database refuses, and come back with it', async () => {
    const proxy = await databaseProxy(database.connection);
    const behind = openPool(proxy.connection, { connections: 2, name: 'messox test' });
    await behind`select 1`;
    await proxy.cut();
    const errors = await Promise.all(Array.from({ length: 10 }, () => failure(behind`select 1`)));
    for (const error of errors) expect(isPassing(error)).toBe(true);
    await proxy.restore();
    expect(await behind`select 1 as one`).toEqual([{ one: 1 }]);
    await behind.end({ timeout: 1 });
    await proxy.close();
  });
});

describe('connections that go mute', () => {
  it('are given up when nothing can come any more, with what waits behind them', async () => {
    const proxy = await databaseProxy(database.connection);
    const options = { ...proxy.connection, fetch_types: false, answerMs: 300 };
    const links = new Links(1, (onLost) => new Link(proxy.connection, options, onLost));
    await links.run((driver) => driver`select 1`);
    proxy.mute();
    const waiting = [
      failure(links.run((driver) => driver`select 2`)),
      links.run((driver) => driver`select 3 as n`),
    ] as const;
    expect(isPassing(await waiting[0])).toBe(true);
    expect(await waiting[1]).toEqual([{ n: 3 }]);
    expect(proxy.made()).toBe(2);
    await links.end(1);
    await proxy.close();
  });
});

describe('the end', () => {
  it('leaves no connection that was being made', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      const brief = openPool(database.connection, { connections: 3, name: 'messox dialling' });
      const statements = [1, 2, 3].map(() => failure(brief`select 1`));
      await brief.end();
      await Promise.all(statements);
    }
    const left = () => database.sql`select from pg_stat_activity where application_name = 'messox dialling'`;
    await expect.poll(async () => (await left()).length).toBe(0);
  });

  it('waits for what is under way, refuses what waits, and leaves no connection', async () => {
    const brief = openPool(database.connection, { connections: 1, name: 'messox brief' });
    const running = brief`select 7 as n, pg_sleep(0.2)`;
    const waiting = failure(brief`select 8`);
    const ended = brief.end({ timeout: 5 });
    expect(codeOf(await waiting)).toBe('CONNECTION_ENDED');
    expect(await running).toMatchObject([{ n: 7 }]);
    await ended;
    expect(codeOf(await failure(brief`select 9`))).toBe('CONNECTION_ENDED');
    const left = () => database.sql`select from pg_stat_activity where application_name = 'messox brief'`;
    await expect.poll(async () => (await left()).length).toBe(0);
  });

  it('cuts what takes too long', async () => {
    const brief = openPool(database.connection, { connections: 1, name: 'messox brief' });
    const running = failure(brief`select pg_sleep(60)`);
    await expect
      .poll(
        async () =>
          (
            await database.sql`select from pg_stat_activity where application_name = 'messox brief' and state = 'active'`
          ).length,
      )
      .toBe(1);
    await brief.end({ timeout: 0.1 });
    expect(isPassing(await running)).toBe(true);
  });
});
