import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryBus } from '../../adapters/bus-memory.ts';
import {
  databaseProxy,
  type DatabaseProxy,
  startTestServer,
  type TestServer,
  type TestUser,
} from '../../testing/index.ts';

let proxy: DatabaseProxy;
let server: TestServer;
let ana: TestUser;
let channelId: number;
const bus = memoryBus();
let busReady = true;

beforeAll(async () => {
  server = await startTestServer({
    bus: { ...bus, ready: () => busReady && bus.ready() },
    connection: async (database) => (proxy = await databaseProxy(database.connection)).connection,
  });
  ana = await server.user('ana');
  const { channels } = (await ana.call('GET', '/api/v1/channels')).body as { channels: { id: number }[] };
  channelId = channels[0]?.id ?? 0;
});
afterAll(async () => {
  await server.stop();
  await proxy.close();
});

const readiness = async () => {
  const answer = await server.call('GET', '/readyz');
  const { checks } = answer.body as { checks: Record<'database' | 'bus' | 'server', string> };
  return { status: answer.status, ...checks };
};
const ready = { status: 200, database: 'ok', bus: 'ok', jobs: 'ok', server: 'ok' };

describe('/healthz and /readyz', () => {
  it('say that all is well', async () => {
    expect((await server.call('GET', '/healthz')).body).toEqual({ status: 'ok' });
    expect(await readiness()).toEqual(ready);
  });

  it('tell when the bus does not get through', async () => {
    busReady = false;
    expect(await readiness()).toEqual({ ...ready, status: 503, bus: 'unreachable' });
    busReady = true;
    expect(await readiness()).toEqual(ready);
  });

  it('are never kept by a cache', async () =>
    expect((await fetch(`${server.url}/readyz`)).headers.get('cache-control')).toBe('no-store'));
});

describe('while the database is away', () => {
  it('the process lives, and is not ready until the database is back', async () => {
    await proxy.cut();
    expect(await readiness()).toEqual({ ...ready, status: 503, database: 'unreachable' });
    expect((await server.call('GET', '/healthz')).status).toBe(200);
    await proxy.restore();
    await expect.poll(readiness, { timeout: 10_000 }).toEqual(ready);
  });

  it('calls and ops are answered `unavailable`, and work again without a restart', async () => {
    const socket = await ana.socket();
    await socket.hello({ token: ana.accessToken });
    await proxy.cut();
    const call = await ana.call('GET', '/api/v1/channels');
    expect([call.status, (call.body as { code: string }).code]).toEqual([503, 'unavailable']);
    expect(call.headers.get('retry-after')).toBe('1');
    const op = await socket.request('message.edit', { channelId, seq: 1, text: 'x' });
    expect(op.error).toMatchObject({ code: 'unavailable', details: { retryAfterMs: 1_000 } });
    const late = await ana.socket();
    expect((await late.request('hello', { token: ana.accessToken })).error?.code).toBe('unavailable');
    await proxy.restore();
    await expect.poll(async () => (await ana.call('GET', '/api/v1/channels')).status, { timeout: 10_000 }).toBe(200);
    await late.hello({ token: ana.accessToken });
    expect(await socket.send(channelId, 'back')).toMatchObject({ channelId });
    await Promise.all([socket.close(), late.close()]);
  });

  it('a send waits for it, and is stored once', async () => {
    const socket = await ana.socket();
    await socket.hello({ token: ana.accessToken });
    await proxy.cut();
    const clientId = crypto.randomUUID();
    const sent = socket.send(channelId, 'in the dark', clientId);
    const again = socket.send(channelId, 'in the dark', clientId);
    await expect.poll(async () => (await readiness()).database).toBe('unreachable');
    await proxy.restore();
    const [one, two] = await Promise.all([sent, again]);
    expect([one.seq, one.duplicate, two.duplicate].sort()).toEqual([two.seq, true, undefined].sort());
    await socket.close();
  });

  it('a session that was ended meanwhile is ended when it is back', async () => {
    const phone = await server.login(ana);
    const socket = await phone.socket();
    await socket.hello({ token: phone.accessToken });
    await proxy.cut();
    for (let turn = 0; turn < 3; turn += 1) expect((await readiness()).database).toBe('unreachable');
    // Somebody ends it by another process, which does reach the database; nobody hears the NOTIFY here.
    const [session] = await server.sql`select id from sessions order by created_at desc limit 1`;
    await server.sql`insert into revoked_sessions (session_id) values (${String(session?.id)})`;
    await proxy.restore();
    expect(await socket.closed).toBe(4401);
    expect((await phone.call('GET', '/api/v1/users/me')).status).toBe(401);
  });
});

describe('/metrics', () => {
  it('counts requests, messages, sessions and closed sockets in the format of Prometheus', async () => {
    const socket = await ana.socket();
    await socket.hello({ token: ana.accessToken });
    await socket.send(channelId, 'counted');
    const page = async () => (await fetch(`${server.url}/metrics`)).text();
    const [text, type] = [await page(), (await fetch(`${server.url}/metrics`)).headers.get('content-type')];
    expect(type).toContain('text/plain; version=0.0.4');
    expect(text).toMatch(/^messox_messages_stored_total [1-9]/m);
    const sessions = Number(/^messox_sessions (\d+)$/m.exec(text)?.[1]);
    expect(sessions).toBeGreaterThan(0);
    expect(text).toMatch(/^messox_http_request_seconds_count\{route="auth.register",status="201"\} 1$/m);
    expect(text).toMatch(/^messox_http_request_seconds_count\{route="channels.list",status="503"\} [1-9]/m);
    expect(text).not.toContain('status="500"');
    await socket.close();
    await expect.poll(page).toContain(`messox_sessions ${sessions - 1}\n`);
    await expect.poll(page).toMatch(/^messox_sockets_closed_total\{code="1005"\} [1-9]/m);
  });

  it('has one count for all the close codes that clients make up', async () => {
    for (const code of [3_333, 4_001, 4_999]) {
      const socket = await ana.socket();
      socket.socket.close(code);
      await socket.closed;
    }
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toMatch(/^messox_sockets_closed_total\{code="other"\} 3$/m);
    expect(text).not.toMatch(/code="(3333|4001|4999)"/);
  });
});
