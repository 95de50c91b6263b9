import { createServer, type AddressInfo } from 'node:net';
import { ops, rest } from '@messox/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { coreModules } from '../modules/index.ts';
import { startTestServer, testDatabase, type TestDatabase, type TestServerOptions } from '../testing/index.ts';
import { StartFault } from './fault.ts';
import { answer, defineModule, defineNews, type Host, type Module } from './module.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const start = (modules: readonly Module[], options: TestServerOptions = {}) =>
  startTestServer({ ...options, database, modules: [...coreModules, ...modules] });

const connections = async (): Promise<number> => {
  const [row] = await database.sql`
    select count(*)::int as count from pg_stat_activity where datname = current_database() and application_name like 'messox%'`;
  return Number(row?.count);
};

/** A start that fails leaves nothing behind. @returns the message of what it failed with */
const failure = async (modules: readonly Module[], options: TestServerOptions = {}): Promise<string> => {
  const error: unknown = await start(modules, options).then(
    (server) => server.stopServer().then(() => new Error('It started')),
    (failed: unknown) => failed,
  );
  await expect.poll(connections).toBe(0);
  if (!(error instanceof Error)) throw new Error('It failed with something else than an error');
  return error instanceof StartFault ? error.code : error.message;
};

const pingRoute = {
  name: 'test.ping',
  method: 'GET',
  path: '/api/v1/test',
  summary: 'A test.',
  auth: 'none',
  answers: { 200: z.object({ by: z.string() }) },
  faults: [],
} as const;
const testOp = {
  name: 'test.op',
  summary: 'A test.',
  data: z.object({ n: z.int() }),
  reply: z.object({ n: z.int() }),
  faults: [],
};

const module = (name: string, setup: (host: Host) => unknown): Module => defineModule({ name, setup });

describe('a module', () => {
  it('serves calls, ops, sockets and paths, and they are documented', async () => {
    const closed: string[] = [];
    const echo = module('echo', (host) => {
      host.route(pingRoute, async () => answer(200, { by: host.name }));
      host.op(testOp, async ({ n }, { user }) => ({ n: n + user.userId }));
      host.plain('GET', '/plain', async (_, { address }) => new Response(`hello ${address}`));
      host.defer(() => void closed.push('echo'));
    });
    const server = await start([echo]);
    expect((await server.call('GET', '/api/v1/test')).body).toEqual({ by: 'echo' });
    expect(await (await fetch(`${server.url}/plain`)).text()).toBe('hello 127.0.0.1');
    const ana = await server.user();
    const socket = await ana.socket();
    await socket.hello({ token: ana.accessToken });
    expect(await socket.ok('test.op', { n: 7 })).toEqual({ n: 7 + ana.id });
    expect((await socket.request('test.op', { n: 'x' })).error?.code).toBe('invalid_request');
    const openApi = (await server.call('GET', '/api/openapi.json')).body as { paths: Record<string, unknown> };
    expect(openApi.paths).toHaveProperty('/api/v1/test');
    expect(JSON.stringify((await server.call('GET', '/api/asyncapi.json')).body)).toContain('test.op');
    await server.stopServer();
    expect(closed).toEqual(['echo']);
    expect(await connections()).toBe(0);
  });

  it('gets its own settings, as its schema made them, and the server’s limits and secrets', async () => {
    let seen: Pick<Host, 'settings' | 'limits' | 'secrets' | 'name'> | undefined;
    const settings = z.strictObject({ colour: z.string(), size: z.int().default(3) });
    const configured = defineModule({ name: 'configured', settings, setup: (host) => void (seen = host) });
    const options = {
      moduleSettings: { configured: { colour: 'red' } },
      limits: { groupMembers: 5 },
      secrets: { key: 'k' },
    };
    const server = await start([configured], options);
    expect(seen).toMatchObject({ name: 'configured', settings: { colour: 'red', size: 3 }, secrets: { key: 'k' } });
    expect(seen?.limits).toMatchObject({ groupMembers: 5, historyPage: 100 });
    await server.stopServer();
    await expect(start([configured], { moduleSettings: { configured: { color: 'red' } } })).rejects.toThrow('color');
  });

  it('gets what the modules that it needs offer, which are set up before it', async () => {
    const order: string[] = [];
    const giver = defineModule({
      name: 'giver',
      setup: async () => {
        await Promise.resolve();
        order.push('giver');
        return { give: () => 'a gift' };
      },
    });
    const taker = defineModule({
      name: 'taker',
      needs: { giver },
      setup: (_, needs) => void order.push(needs.giver.give()),
    });
    const server = await start([taker, giver]);
    expect(order).toEqual(['giver', 'a gift']);
    await server.stopServer();
  });

  it('tells news to all who listen, and one that fails keeps none from hearing it', async () => {
    const news = defineNews<{ n: number }>('test.happened');
    const heard: string[] = [];
    let tell: ((n: number) => void) | undefined;
    const teller = module('teller', (host) => (tell = (n) => host.emit(news, { n })));
    const listeners = ['one', 'two', 'three'].map((name) =>
      module(name, (host) =>
        host.on(news, ({ n }) => {
          heard.push(`${name} ${n}`);
          if (name === 'one') throw new Error('not listening');
        }),
      ),
    );
    const server = await start([teller, ...listeners]);
    tell?.(7);
    expect(heard).toEqual(['one 7', 'two 7', 'three 7']);
    await server.stopServer();
    tell?.(8);
    expect(heard).toHaveLength(3);
  });

  it('has keys of its own for each purpose, which nobody else has', async () => {
    let derive: Host['tokens']['deriveKey'] = () => '';
    const server = await start([module('keys', (host) => void (derive = (purpose) => host.tokens.deriveKey(purpose)))]);
    const [one, again, other] = [derive('one'), derive('one'), derive('other')];
    expect(one).toMatch(/^[\w-]{43}$/);
    expect(again).toBe(one);
    expect(other).not.toBe(one);
    await server.stopServer();
  });
});

describe('a start fails, naming what is in the way, and takes everything back', () => {
  it.each<[string, (host: Host) => void, string]>([
    [
      'two handlers for one call',
      (host) => host.route(rest.getMe, () => Promise.reject(new Error('never asked'))),
      'GET /api/v1/users/me is served by accounts already; rival cannot serve it too',
    ],
    [
      'two handlers for one op',
      (host) => host.op(ops.messageSend, () => Promise.reject(new Error('never asked'))),
      'The op message.send is served by messages already; rival cannot serve it too',
    ],
    [
      'an op of the kernel’s own',
      (host) => host.op(ops.ping, () => Promise.reject(new Error('never asked'))),
      'The op ping is served by the kernel already; rival cannot serve it too',
    ],
    [
      'a path of the kernel’s own',
      (host) => host.plain('GET', '/metrics', () => Promise.reject(new Error('never asked'))),
      'GET /metrics is served by rival already; kernel cannot serve it too',
    ],
    [
      'a socket of the kernel’s own',
      (host) =>
        host.socket('/ws', { admit: () => undefined, open: () => Promise.reject(new Error('never asked')) as never }),
      'The socket /ws is served already; rival cannot serve it too',
    ],
    [
      'a second description of users',
      (host) => host.describe('user', () => Promise.resolve(undefined)),
      'Two modules describe user; the second is rival',
    ],
  ])('%s', async (_, setup, message) => expect(await failure([module('rival', setup)])).toBe(message));

  it('two modules of one name', async () =>
    expect(await failure([module('channels', () => undefined)])).toBe('There are two modules of the name channels'));

  it('a need that is not there', async () => {
    const absent = module('absent', () => undefined);
    expect(await failure([defineModule({ name: 'needy', needs: { absent }, setup: () => undefined })])).toBe(
      'The module needy needs absent, which is not enabled',
    );
  });

  it('no module that describes channels', async () => {
    const users = module('users', (host) => host.describe('user', () => Promise.resolve(undefined)));
    await expect(startTestServer({ database, modules: [users] })).rejects.toThrow('No module describes channels');
    await expect.poll(connections).toBe(0);
  });

  it('a setup that throws: what was set up before is undone, the last first', async () => {
    const undone: string[] = [];
    const modules = ['first', 'second', 'third'].map((name) =>
      module(name, (host) => {
        host.defer(() => void undone.push(`${name} a`));
        host.defer(async () => {
          await Promise.resolve();
          undone.push(`${name} b`);
          if (name === 'second') throw new Error('and this fails, too');
        });
        if (name === 'third') throw new Error('no disk');
      }),
    );
    expect(await failure(modules)).toBe('no disk');
    expect(undone).toEqual(['third b', 'third a', 'second b', 'second a', 'first b', 'first a']);
  });

  it('a port that is in use, at the very end', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const undone: string[] = [];
    expect(
      await failure([module('last', (host) => host.defer(() => void undone.push('last')))], { server: { port } }),
    ).toBe('port_in_use');
    expect(undone).toEqual(['last']);
    other.close();
  });

  it('an address that this machine does not have', async () =>
    expect(await failure([], { server: { host: '192.0.2.1' } })).toBe('address_not_available'));

  it('and then a start without the fault succeeds on the same database', async () => {
    const server = await start([]);
    expect((await server.call('GET', '/readyz')).status).toBe(200);
    await server.stopServer();
  });
});

describe('registering after the start', () => {
  it('is refused, whatever it is', async () => {
    let late: Host | undefined;
    const server = await start([module('late', (host) => void (late = host))]);
    const host = late;
    if (!host) throw new Error('The module was not set up');
    const never = () => Promise.reject(new Error('never asked'));
    expect(() => host.route(pingRoute, never)).toThrow('late registers test.ping after the start');
    expect(() => host.op(testOp, never)).toThrow('late registers test.op after the start');
    expect(() => host.plain('GET', '/late', never)).toThrow('late registers /late after the start');
    expect(() => host.socket('/late', { admit: () => undefined, open: never as never })).toThrow(
      'late registers /late',
    );
    expect(() => host.describe('user', never)).toThrow('late registers');
    expect(() => host.job({ name: 'late', payload: z.null() }, never)).toThrow('late registers the job late');
    expect(() => host.every({ name: 'late', everyMs: 1 }, never)).toThrow('late registers the job late');
    expect(() => host.on(defineNews('x'), () => undefined)).toThrow('late registers');
    await server.stopServer();
  });
});
