import { randomBytes } from 'node:crypto';
import {
  databaseProxy,
  rabbitmqMissing,
  tcpProxy,
  testDatabase,
  type TestDatabase,
  testVhost,
  type TestVhost,
} from '@messox/server/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { common, databaseUrl } from './environment.ts';
import { beginServerProcess, type StartingProcess } from './messox-server.ts';

const waitMs = 30_000;
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

beforeEach(({ skip }) => {
  const missing = rabbitmqMissing();
  skip(missing !== undefined, missing);
});

let vhost: TestVhost;
let database: TestDatabase;
const undo: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  if (rabbitmqMissing() === undefined) vhost = await testVhost();
});
beforeEach(async () => {
  database = await testDatabase();
  undo.push(() => database.drop());
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});
afterAll(async () => {
  if (rabbitmqMissing() === undefined) await vhost.drop();
});

const begin = (url: string, environment: Readonly<Record<string, string>> = {}): StartingProcess => {
  const all = { ...common, MESSOX_AMQP_URL: vhost.url, MESSOX_DATABASE_URL: url, ...environment };
  const starting = beginServerProcess('api,gateway,worker', all);
  undo.push(() => starting.kill());
  return starting;
};

const waiting = ({ log }: StartingProcess): Record<string, unknown>[] =>
  log.filter(({ msg }) => String(msg).startsWith('the database cannot be reached yet'));

/** It is ready, serves, and ends in order. */
const expectWell = async (starting: StartingProcess): Promise<void> => {
  // It may tell of the broker after that.
  await vi.waitFor(() => expect(starting.log.map(({ msg }) => msg)).toContain('ready'), waitMs);
  const url = await starting.ready;
  await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), waitMs);
  expect(await starting.stop()).toBe(0);
};

/** Keeps one migration waiting in the middle of all. Resolves with what lets it go on. */
const holdMigration = async (sql: TestDatabase['sql']): Promise<() => Promise<void>> => {
  const holder = await sql.reserve();
  await holder`begin`;
  // Nobody else can make a table of this name before this ends.
  await holder`create table presence_online ()`;
  return async () => {
    await holder`rollback`;
    holder.release();
  };
};

/** The backend of the migration that is kept waiting. */
const blockedPid = (sql: TestDatabase['sql']): Promise<number> =>
  vi.waitFor(async () => {
    const [row] = await sql<{ pid: number }[]>`
      select pid from pg_stat_activity
      where application_name = 'messox' and wait_event_type = 'Lock' and datname = current_database()
        and query like '%presence_online%'`;
    expect(row).toBeDefined();
    return row?.pid ?? 0;
  }, waitMs);

describe('a process that starts while its database is away', () => {
  it('waits, longer each time, and is ready when it comes', async () => {
    const proxy = await databaseProxy(database.connection);
    undo.push(() => proxy.close());
    await proxy.cut();
    const starting = begin(databaseUrl(proxy.connection));
    await vi.waitFor(() => expect(waiting(starting).length).toBeGreaterThanOrEqual(4), waitMs);
    const pauses = waiting(starting).map(({ againInMs }) => Number(againInMs));
    expect(pauses[3]).toBeGreaterThan(2 * (pauses[1] ?? Infinity));
    await proxy.restore();
    await expectWell(starting);
  });

  it('migrates anew when its connection is ended in the middle of the migrations', async () => {
    const release = await holdMigration(database.sql);
    const starting = begin(databaseUrl(database.connection));
    await database.sql`select pg_terminate_backend(${await blockedPid(database.sql)})`;
    await vi.waitFor(() => expect(waiting(starting)).not.toEqual([]), waitMs);
    await release();
    await expectWell(starting);
    expect(JSON.stringify(waiting(starting))).toContain('presence 0001-presence');
  });

  it.each([
    ['is asked for its version', 'server_version_num'],
    ['is asked whether it keeps what it acknowledges', 'current_setting'],
    ['locks its migrations', 'pg_advisory_lock'],
    ['is asked for its migrations', 'from messox_migrations'],
    ['remembers a migration', 'insert into messox_migrations'],
    ['is asked for its epoch', 'from server_state'],
    ['is to tell of ended sessions', 'messox_revoked'],
    ['is asked for ended sessions', 'from revoked_sessions'],
  ])('starts all the same when the connection is lost as it %s', async (_, text) => {
    const proxy = await databaseProxy(database.connection);
    undo.push(() => proxy.close());
    // Whatever the answer is.
    proxy.loseAnswer(text, '');
    const starting = begin(databaseUrl(proxy.connection));
    await expectWell(starting);
    const told = starting.log.filter(({ msg }) => /cannot be reached yet|could not be read yet/.test(String(msg)));
    expect(told).toHaveLength(1);
  });
});

describe('a process ends with what waiting does not mend, when', () => {
  const endOf = async (starting: StartingProcess) => {
    const exitCode = await starting.ended;
    const { code, help } = starting.log.at(-1) ?? {};
    return { exitCode, code, help: String(help), waited: waiting(starting).length };
  };

  it('the password is wrong', async () => {
    const url = databaseUrl({ ...database.connection, password: 'hunter2' });
    const end = await endOf(begin(url));
    expect(end).toMatchObject({ exitCode: 2, code: 'database_refused', waited: 0 });
  });

  it('there is no such database', async () => {
    const url = databaseUrl({ ...database.connection, database: 'nobodys' });
    expect(await endOf(begin(url))).toMatchObject({ exitCode: 2, code: 'database_refused', waited: 0 });
  });

  it('the user may not make tables', async () => {
    const user = `poor_${randomBytes(4).toString('hex')}`;
    const password = randomBytes(16).toString('hex');
    await database.sql.unsafe(`create role ${user} login password '${password}'`);
    undo.push(() => database.sql.unsafe(`drop owned by ${user}`).then(() => database.sql.unsafe(`drop role ${user}`)));
    const end = await endOf(begin(databaseUrl({ ...database.connection, user, password })));
    expect(end).toMatchObject({ exitCode: 2, code: 'database_refused', waited: 0 });
    expect(end.help).toContain('OWNER TO');
  });

  it('the database is of a newer version', async () => {
    const first = begin(databaseUrl(database.connection));
    await first.ready;
    expect(await first.stop()).toBe(0);
    await database.sql`
      insert into messox_migrations (module, number, name, checksum) values ('presence', 99, 'contract-later', 'x')`;
    expect(await endOf(begin(databaseUrl(database.connection)))).toMatchObject({
      exitCode: 3,
      code: 'database_newer',
      waited: 0,
    });
  });

  it('a migration is refused', async () => {
    await database.sql`create table presence_online ()`;
    expect(await endOf(begin(databaseUrl(database.connection)))).toMatchObject({
      exitCode: 5,
      code: 'migration_failed',
      waited: 0,
    });
  });
});

describe('a process that starts while its broker is away', () => {
  it('serves at once, and finds the broker when it comes', async () => {
    const proxy = await tcpProxy({ host: '127.0.0.1', port: vhost.address.port });
    undo.push(() => proxy.close());
    await proxy.cut();
    const amqpUrl = new URL(vhost.url);
    amqpUrl.port = String(proxy.port);
    const starting = begin(databaseUrl(database.connection), { MESSOX_AMQP_URL: amqpUrl.href });
    const url = await starting.ready;
    const account = { username: 'ana', password: 'a house by the sea' };
    const answer = await fetch(`${url}/api/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(account),
    });
    expect(answer.status).toBe(201);
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    await proxy.restore();
    await expectWell(starting);
    expect(waiting(starting)).toEqual([]);
  });
});
