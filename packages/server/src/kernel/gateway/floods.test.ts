import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  clientFrame,
  closeCodeOf,
  rawSocket,
  serverFrames,
  startTestServer,
  type TestServer,
  type TestUser,
  testSocket,
} from '../../testing/index.ts';

const outboxBytes = 200_000;

let server: TestServer;
let ana: TestUser;
let bruno: TestUser;
let channelId: number;
/** Resolves when a client that never closes its side is gone: that takes seconds, while the other tests run. */
let stubborn: Promise<string>;
beforeAll(async () => {
  server = await startTestServer({ limits: { opsPerSecond: 1, opsBurst: 5, opsRefused: 10, outboxBytes } });
  [ana, bruno] = [await server.user('ana'), await server.user('bruno')];
  const made = await ana.call('POST', '/api/v1/channels', { kind: 'direct', userId: bruno.id });
  channelId = (made.body as { id: number }).id;
  const raw = await rawSocket(server.port);
  raw.socket.removeAllListeners('data');
  raw.socket.resume();
  raw.socket.write(clientFrame('not JSON'));
  stubborn = raw.closed;
});
afterAll(() => server.stop());

const closedSockets = async (code: number): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^messox_sockets_closed_total\\{code="${code}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
};

describe('ops beyond the rate', () => {
  it('are refused with the time to wait, and the socket goes on', async () => {
    const socket = await ana.socket();
    const replies = await Promise.all(Array.from({ length: 8 }, () => socket.request('hello', { token: 'x' })));
    const refused = replies.filter(({ error }) => error?.code === 'rate_limited');
    expect(refused.length).toBeGreaterThanOrEqual(2);
    for (const { error } of refused) {
      expect(error?.details?.retryAfterMs).toBeGreaterThan(0);
      expect(error?.details?.retryAfterMs).toBeLessThanOrEqual(1_000);
    }
    expect(replies.filter(({ error }) => error?.code === 'unauthenticated').length).toBeGreaterThanOrEqual(5);
    await socket.close();
  });

  it('close with 4429 when they do not end', async () => {
    const socket = await ana.socket();
    for (let turn = 0; turn < 100; turn += 1) socket.socket.send(JSON.stringify({ id: turn, op: 'ping' }));
    expect(await socket.closed).toBe(4429);
    expect(socket.replies.length).toBeLessThanOrEqual(5 + 10);
  });

  it('close with 4429 though one is served now and then', async () => {
    const socket = await ana.socket();
    let id = 0;
    const flood = setInterval(() => socket.socket.send(JSON.stringify({ id: (id += 1), op: 'ping' })), 20);
    expect(await socket.closed).toBe(4429);
    clearInterval(flood);
  });

  it('count for each socket alone', async () => {
    const [flooding, other] = [await ana.socket(), await ana.socket()];
    for (let turn = 0; turn < 100; turn += 1) flooding.socket.send(JSON.stringify({ id: turn, op: 'ping' }));
    await flooding.closed;
    expect((await other.request('ping', {})).error?.code).toBe('hello_required');
    await other.close();
  });
});

describe('a client that does not read', () => {
  // 40,000 bytes, the most there is.
  const text = '💬'.repeat(10_000);
  const send = (count: number) =>
    Promise.all(
      Array.from({ length: count }, () =>
        bruno.call('POST', `/api/v1/channels/${channelId}/messages`, { clientId: crypto.randomUUID(), text }),
      ),
    );

  it('is closed with 4408 when a bounded number of bytes waits for it, and misses nothing by it', async () => {
    const raw = await rawSocket(server.port);
    raw.socket.write(clientFrame(JSON.stringify({ id: 1, op: 'hello', data: { token: ana.accessToken } })));
    await expect.poll(() => raw.text().includes('"event":"ready"')).toBe(true);
    raw.socket.pause();
    const before = await closedSockets(4408);
    // 20 MB: more than the buffers of both sides hold (net.ipv4.tcp_rmem and tcp_wmem).
    for (let turn = 0; turn < 10; turn += 1) await send(50);
    await expect.poll(() => closedSockets(4408), { timeout: 15_000 }).toBe(before + 1);
    raw.socket.resume();
    const received = (await raw.closed).length;
    expect(received).toBeLessThan(500 * 40_000);
    const { head } = (await ana.call('GET', `/api/v1/channels/${channelId}/messages?limit=1`)).body as { head: number };
    const back = await ana.socket();
    await back.hello({ token: ana.accessToken, cursors: { [channelId]: head - 50 } });
    expect(back.entries(channelId)).toHaveLength(50);
    await back.close();
  });

  it('costs others nothing', async () => {
    const raw = await rawSocket(server.port);
    raw.socket.write(clientFrame(JSON.stringify({ id: 1, op: 'hello', data: { token: ana.accessToken } })));
    await expect.poll(() => raw.text().includes('"event":"ready"')).toBe(true);
    raw.socket.pause();
    const reader = await ana.socket();
    await reader.hello({ token: ana.accessToken });
    await send(40);
    await reader.until('all of them', () => (reader.entries(channelId).length === 40 ? true : undefined));
    raw.socket.destroy();
    await reader.close();
  });
});

describe('100,000 pings of one client', () => {
  it('close with 4429 after the few that it may send, and the others are served', async () => {
    const raw = await rawSocket(server.port);
    raw.socket.write(clientFrame(JSON.stringify({ id: 1, op: 'hello', data: { token: ana.accessToken } })));
    await expect.poll(() => raw.text().includes('"event":"ready"')).toBe(true);
    const pings = clientFrame('', { opcode: 9 });
    raw.socket.write(Buffer.concat(Array.from({ length: 100_000 }, () => pings)));
    const other = await bruno.socket();
    expect(await other.hello({ token: bruno.accessToken })).toHaveProperty('sessionId');
    const answer = await raw.closed;
    expect(closeCodeOf(answer)).toBe(4429);
    // Ten a second, and three seconds of them at once.
    const answered = serverFrames(answer).filter(({ opcode }) => opcode === 10).length;
    expect(answered).toBeGreaterThanOrEqual(30);
    expect(answered).toBeLessThan(1_000);
    await other.close();
  });
});

describe('one channel that everybody writes to', () => {
  it('takes no more than may wait, answers all, and hands what it took to each in order', async () => {
    const waiting = 300;
    const busy = await startTestServer({
      database: server.database,
      limits: { timelineQueue: waiting, timelineBatch: 50 },
    });
    const people = await Promise.all(Array.from({ length: 10 }, () => busy.user()));
    const [first] = people;
    if (!first) throw new Error('There is nobody');
    const memberIds = people.slice(1).map(({ id }) => id);
    const made = await first.call('POST', '/api/v1/channels', { kind: 'group', name: 'hot', memberIds });
    const hot = (made.body as { id: number }).id;
    const sockets = await Promise.all(people.map((user) => user.socket()));
    await Promise.all(sockets.map((socket, index) => socket.hello({ token: people[index]?.accessToken })));
    // Nothing is stored until all have arrived: whatever exceeds the queue is refused, whatever the machine.
    const holder = await busy.sql.reserve();
    await holder`begin`;
    await holder`select from channels where id = ${hot} for update`;
    const send = (each: number) =>
      sockets.flatMap((socket) =>
        Array.from({ length: each }, () =>
          socket.request('message.send', { channelId: hot, clientId: crypto.randomUUID(), text: 'x' }),
        ),
      );
    const sends = send(20);
    const held = () =>
      busy.sql`select from pg_stat_activity where application_name = 'messox send apart' and wait_event_type = 'Lock'
        and datname = current_database()`;
    await expect.poll(async () => (await held()).length).toBe(1);
    sends.push(...send(40));
    await expect
      .poll(() => sockets.flatMap(({ replies }) => replies).filter(({ error }) => error?.code === 'overloaded').length)
      .toBe(600 - waiting);
    await holder`commit`;
    holder.release();
    const replies = await Promise.all(sends);
    const stored = replies.filter(({ ok }) => ok).map(({ data }) => data?.seq as number);
    expect(stored).toHaveLength(waiting);
    const [last] = stored.sort((a, b) => b - a);
    const seqs = stored.toReversed();
    for (const socket of sockets) {
      await socket.until('the last', () => socket.entries(hot).find(({ seq }) => seq === last));
      expect(
        socket
          .entries(hot)
          .filter(({ kind }) => kind === 'message')
          .map(({ seq }) => seq),
      ).toEqual(seqs);
      await socket.close();
    }
    await busy.stopServer();
  });
});

describe('a server that stood still', () => {
  it('cuts nobody off for what it has not read yet', async () => {
    const still = await startTestServer({ database: server.database, limits: { heartbeatMs: 400 } });
    const socket = await testSocket(`ws://127.0.0.1:${still.port}/ws`);
    await socket.hello({ token: ana.accessToken });
    // Like SIGSTOP, or a machine that slept: its timers are the first to know that it is awake.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
    expect(await socket.ok('ping', {})).toHaveProperty('serverTime');
    await socket.close();
    await still.stopServer();
  });
});

// Each has a server of its own and waits most of the time. Tests side by side each have an `expect` of their own.
describe.concurrent('in time, a client', () => {
  it('that is gone without a word is pinged, and cut off when it answers nothing', async ({ expect }) => {
    const lively = await startTestServer({ database: server.database, limits: { heartbeatMs: 800 } });
    // Reads nothing and so answers no ping, like a machine that lost its network.
    // Its time is that of two and a half pings.
    const dead = await rawSocket(lively.port);
    dead.socket.write(clientFrame(JSON.stringify({ id: 1, op: 'hello', data: { token: ana.accessToken } })));
    const alive = await testSocket(`ws://127.0.0.1:${lively.port}/ws`);
    await alive.hello({ token: ana.accessToken });
    expect(serverFrames(await dead.closed).some(({ opcode }) => opcode === 9)).toBe(true);
    const sessions = async () => (await fetch(`${lively.url}/metrics`)).text();
    await expect.poll(sessions).toMatch(/^messox_sessions 1$/m);
    expect(await alive.ok('ping', {})).toHaveProperty('serverTime');
    await alive.close();
    await lively.stopServer();
  });

  it('that was told to close and does not is cut off', () => stubborn);

  it('is told that the greatest age of its session comes, and then closed with 4401', async ({ expect }) => {
    const brief = await startTestServer({ database: server.database, limits: { sessionMs: 2_500 } });
    const carla = await brief.user('carla');
    const socket = await testSocket(`ws://127.0.0.1:${brief.port}/ws`);
    await socket.hello({ token: carla.accessToken });
    const { data } = await socket.event('session.expiring');
    expect(data.inMs).toBeGreaterThan(0);
    expect(await socket.closed).toBe(4401);
    expect((await carla.call('GET', '/api/v1/users/me')).status).toBe(401);
    expect(socket.events.filter(({ event }) => event === 'session.expiring')).toHaveLength(1);
    await brief.stopServer();
  });
});
