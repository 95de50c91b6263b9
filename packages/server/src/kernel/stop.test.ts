import { Agent, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import {
  rawConnection,
  rawHttp,
  startTestServer,
  statusOf,
  type TestServer,
  type TestUser,
  upgradeRequest,
} from '../testing/index.ts';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const start = async (options: Parameters<typeof startTestServer>[0] = {}) => {
  server = await startTestServer(options);
  const ana = await server.user();
  const { channels } = (await ana.call('GET', '/api/v1/channels')).body as { channels: { id: number }[] };
  return { server, ana, channelId: channels[0]?.id ?? 0 };
};

const joined = async (user: TestUser) => {
  const socket = await user.socket();
  await socket.hello({ token: user.accessToken });
  return socket;
};

/** Holds the row of a channel, so that what is sent there is under way until `release`. */
const hold = async (it: TestServer, channelId: number) => {
  const holder = await it.sql.reserve();
  await holder`begin`;
  await holder`select from channels where id = ${channelId} for update`;
  return {
    release: async () => {
      await holder`commit`;
      holder.release();
    },
  };
};

const waiting = (it: TestServer) => async (): Promise<number> => {
  const [row] =
    await it.sql`select count(*)::int as count from pg_stat_activity where application_name = 'messox send apart' and wait_event_type = 'Lock' and datname = current_database()`;
  return Number(row?.count);
};

describe('a stop', () => {
  it('answers what is in flight, takes nothing new, and tells each session when to come back', async () => {
    const { ana, channelId, server: it } = await start({ limits: { reconnectSpreadMs: 1_000_000 } });
    const sockets = await Promise.all([joined(ana), joined(ana), joined(ana)]);
    const held = await hold(it, channelId);
    const [socket] = sockets;
    const sent = socket.send(channelId, 'the last words');
    await expect.poll(waiting(it)).toBe(1);
    const stopped = it.stopServer();
    const reconnects = await Promise.all(sockets.map(async (each) => (await each.event('reconnect')).data.afterMs));
    // Each at another moment, within the spread.
    expect(new Set(reconnects).size).toBe(3);
    for (const afterMs of reconnects) expect(afterMs).toBeLessThanOrEqual(1_000_100);

    expect((await socket.request('ping', {})).error).toMatchObject({
      code: 'draining',
      details: { retryAfterMs: 1_000 },
    });
    // A call is over soon: whoever has a connection gets an answer.
    expect((await ana.call('GET', '/api/v1/users/me')).status).toBe(200);
    const upgrade = await rawHttp(it.port, upgradeRequest('/ws'));
    expect(statusOf(upgrade)).toBe(503);
    expect(upgrade).toContain('"code":"draining"');
    const ready = await it.call('GET', '/readyz');
    expect(ready).toMatchObject({ status: 503, body: { checks: { server: 'draining', database: 'ok' } } });
    expect((await it.call('GET', '/healthz')).status).toBe(200);

    await held.release();
    expect(await sent).toMatchObject({ channelId, seq: expect.any(Number) as number });
    expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual([4503, 4503, 4503]);
    await stopped;
    await expect(fetch(`${it.url}/healthz`)).rejects.toThrow();
    // PostgreSQL takes a moment to see that a connection has ended.
    const open = async () =>
      it.sql`select from pg_stat_activity where application_name like 'messox%' and datname = current_database()`;
    await expect.poll(open, { timeout: 10_000 }).toHaveLength(0);
  });

  it('is one, however often it is asked for', async () => {
    const { server: it } = await start();
    await Promise.all([it.stopServer(), it.stopServer()]);
    await it.stopServer();
  });

  it('waits for calls in flight, and not for connections that are merely kept alive', async () => {
    const { ana, channelId, server: it } = await start({ limits: { drainMs: 60_000 } });
    const agent = new Agent({ keepAlive: true });
    const body = JSON.stringify({ clientId: crypto.randomUUID(), text: 'by REST' });
    const held = await hold(it, channelId);
    const status = new Promise((resolve, reject) => {
      const headers = { Authorization: `Bearer ${ana.accessToken}`, 'Content-Type': 'application/json' };
      const sending = request(
        `${it.url}/api/v1/channels/${channelId}/messages`,
        { agent, method: 'POST', headers },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode));
        },
      );
      sending.on('error', reject);
      sending.end(body);
    });
    await expect.poll(waiting(it)).toBe(1);
    const stopped = it.stopServer();
    await held.release();
    expect(await status).toBe(201);
    // The connection is still open on this side; were it waited for, this would take a minute.
    await stopped;
    agent.destroy();
  });

  it('answers what a proxy sends on a connection that it has kept, and says that it is the last', async () => {
    const { ana, channelId, server: it } = await start({ server: { trustedProxies: 1 } });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = () =>
      new Promise<string>((resolve, reject) => {
        const headers = { Authorization: `Bearer ${ana.accessToken}` };
        request(`${it.url}/api/v1/channels/${channelId}/messages`, { agent, headers }, (response) => {
          response.resume();
          response.on('end', () => resolve(`${response.statusCode ?? 0} ${response.headers.connection ?? ''}`));
        })
          .on('error', reject)
          .end();
      });
    expect(await ask()).toBe('200 keep-alive');
    const stopped = it.stopServer();
    const anew = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    await expect.poll(() => rawHttp(it.port, anew)).toBe('');
    expect(await ask()).toBe('200 close');
    await expect(ask()).rejects.toThrow('ECONNREFUSED');
    await stopped;
    agent.destroy();
  });

  it('does not wait for ever for a request that never ends, or a socket that never closes', async () => {
    const { server: it } = await start({ limits: { drainMs: 200 } });
    const slow = rawConnection(
      it.port,
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    const deaf = rawConnection(it.port, upgradeRequest('/ws'));
    await expect.poll(() => statusOf(deaf.text())).toBe(101);
    await it.stopServer();
    await Promise.all([slow.closed, deaf.closed]);
  });
});
