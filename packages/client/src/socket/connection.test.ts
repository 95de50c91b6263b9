import { createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createClient } from '../index.ts';
import { all, makeClient, next, quick, startServer } from '../test/fixtures.ts';
import type { ScriptedSession } from '../test/scripted-session.ts';

const startForAna = async () => {
  const server = await startServer();
  server.world.addUser('ana');
  return server;
};

test.each<[string, (session: ScriptedSession) => void]>([
  ['without a word', (session) => session.cut()],
  ['too slow to read', (session) => session.close('tooSlow')],
  ['draining', (session) => session.close('draining')],
  ['an error of the server', (session) => session.socket.close(1011, 'internal')],
])('comes back by itself when the line ends: %s', async (_, end) => {
  const server = await startForAna();
  const { id } = server.world.addChannel([1, 2]);
  const client = makeClient(server);
  await client.connect();
  const statuses = all(client, 'status');
  const entries = all(client, 'entry');
  const ready = next(client, 'ready');
  end(server.session);
  server.world.storeText(id, 'missed');
  await ready;
  expect(entries).toMatchObject([{ seq: 1 }]);
  expect(statuses.map(({ status }) => status)).toEqual(['offline', 'connecting', 'catchingUp', 'live']);
  expect(statuses[0]).toHaveProperty('retryInMs');
});

test('waits longer and longer while the server is away, and no longer than the cap', async () => {
  const server = await startForAna();
  const client = makeClient(server, { timings: { reconnectBaseMs: 1, reconnectCapMs: 8, steadyMs: 0 } });
  await client.connect();
  const random = vi.spyOn(Math, 'random').mockReturnValue(1);
  onTestFinished(() => random.mockRestore());
  const waits: unknown[] = [];
  client.on('status', (change) => {
    if (change.status === 'offline') waits.push(change.retryInMs);
  });
  await server.stop();
  while (waits.length < 6) await next(client, 'status');
  expect(waits.slice(0, 6)).toEqual([1, 2, 4, 8, 8, 8]);
});

test('tries at once where it waits to try again and somebody asks for it', async () => {
  const server = await startForAna();
  const client = makeClient(server, { timings: { reconnectBaseMs: 3_600_000, reconnectCapMs: 3_600_000 } });
  await client.connect();
  const offline = next(client, 'status');
  const random = vi.spyOn(Math, 'random').mockReturnValue(1);
  onTestFinished(() => random.mockRestore());
  server.session.cut();
  expect(await offline).toMatchObject({ status: 'offline', retryInMs: 3_600_000 });
  await client.connect();
  expect(client.status).toBe('live');
});

test('a line that is lost again and again before it was steady does not start the waits anew', async () => {
  const server = await startForAna();
  const client = makeClient(server, { timings: { reconnectBaseMs: 1, reconnectCapMs: 1_000, steadyMs: 60_000 } });
  const random = vi.spyOn(Math, 'random').mockReturnValue(1);
  onTestFinished(() => random.mockRestore());
  const waits: unknown[] = [];
  client.on('status', (change) => {
    if (change.status === 'offline') waits.push(change.retryInMs);
    if (change.status === 'live') server.session.cut();
  });
  await client.connect();
  while (waits.length < 4) await next(client, 'status');
  expect(waits.slice(0, 4)).toEqual([1, 2, 4, 8]);
});

test('a draining server says when to come back', async () => {
  const server = await startForAna();
  const client = makeClient(server, { timings: { reconnectBaseMs: 60_000, reconnectCapMs: 60_000 } });
  await client.connect();
  const offline = next(client, 'status', ({ status }) => status === 'offline');
  server.session.event('reconnect', { afterMs: 80 });
  server.session.close('draining');
  const change = await offline;
  expect(change.status === 'offline' && change.retryInMs).toBeGreaterThan(0);
  expect(change.status === 'offline' && change.retryInMs).toBeLessThanOrEqual(80);
  await next(client, 'ready');
});

test('a draining server that does not close the line is left when the time has come', async () => {
  const server = await startForAna();
  const client = makeClient(server);
  await client.connect();
  const offline = next(client, 'status', ({ status }) => status === 'offline');
  server.session.event('reconnect', { afterMs: 20 });
  expect(await offline).toMatchObject({ error: { code: 'draining' } });
  await next(client, 'ready');
  expect(server.sessions).toHaveLength(2);
});

test('a line that says nothing is given up', async () => {
  const server = await startForAna();
  server.heartbeatMs = 10;
  const client = makeClient(server, { timings: { pingTimeoutMs: 30 } });
  await client.connect();
  const offline = next(client, 'status', ({ status }) => status === 'offline');
  server.onOp = (_, { op }) => op === 'ping';
  expect(await offline).toMatchObject({ error: { code: 'unreachable' } });
  server.onOp = undefined;
  await next(client, 'ready');
});

test('a line on which anything arrives is alive, though a `ping` goes unanswered', async () => {
  const server = await startForAna();
  const { id } = server.world.addChannel([1, 2]);
  server.heartbeatMs = 10;
  const client = makeClient(server, { timings: { pingTimeoutMs: 30 } });
  await client.connect();
  const pings: ScriptedSession[] = [];
  server.onOp = (session, { op }) => {
    if (op !== 'ping') return false;
    pings.push(session);
    session.event('typing', { channelId: id, userId: 2, forMs: 5_000, head: 0 });
    return true;
  };
  await vi.waitFor(() => expect(pings.length).toBeGreaterThanOrEqual(4));
  expect(server.sessions).toHaveLength(1);
});

test.each(['malformedFrame', 'frameTooLarge', 'tooManyRequests'] as const)(
  'closed for its own fault (%s), it says so and comes back slowly',
  async (reason) => {
    const server = await startForAna();
    const client = makeClient(server, { timings: { reconnectBaseMs: 1, reconnectCapMs: 60_000 } });
    await client.connect();
    const problem = next(client, 'problem');
    const offline = next(client, 'status', ({ status }) => status === 'offline');
    server.session.close(reason);
    expect(await problem).toHaveProperty('code');
    const change = await offline;
    expect(change.status === 'offline' && change.retryInMs).toBeGreaterThanOrEqual(30_000);
  },
);

test.each(['<html>', 'null', '{"event":"reconnect"}', Buffer.from('{}')])(
  'a frame that is not of the protocol ends the line: %s',
  async (frame) => {
    const server = await startForAna();
    const client = makeClient(server);
    await client.connect();
    const offline = next(client, 'status', ({ status }) => status === 'offline');
    server.session.socket.send(frame);
    expect(await offline).toMatchObject({ error: { code: 'invalid_answer' } });
    await next(client, 'ready');
  },
);

test('replies that make no sense: the line is another one, and nothing is lost', async () => {
  const server = await startForAna();
  const { id, entries } = server.world.addChannel([1, 2]);
  server.heartbeatMs = 20;
  const client = makeClient(server);
  const nonsense = new Set(['hello', 'ping', 'message.send']);
  server.onOp = (session, request) => {
    if (!nonsense.delete(request.op)) return false;
    session.reply(request, undefined);
    return true;
  };
  await client.connect();
  await client.send({ channelId: id, text: 'once' }).stored;
  await vi.waitFor(() => expect(nonsense.size).toBe(0));
  expect(entries).toHaveLength(1);
});

test('an event whose data makes no sense is reported and ignored, one of another contract is passed on', async () => {
  const server = await startForAna();
  const client = makeClient(server);
  await client.connect();
  const problems = all(client, 'problem');
  const other = next(client, 'event');
  for (const event of ['timeline.entry', 'timeline.reset', 'channel.added', 'channel.removed', 'typing'])
    server.session.socket.send(JSON.stringify({ event, data: null }));
  server.session.socket.send(JSON.stringify({ event: 'poll.opened', data: { question: '?' } }));
  expect(await other).toEqual({ name: 'poll.opened', data: { question: '?' } });
  expect(problems).toHaveLength(5);
  expect(client.status).toBe('live');
});

test('`connect` goes on trying until there is a server, `close` ends it', async () => {
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
  const { port } = free.address() as { port: number };
  await new Promise((resolve) => free.close(resolve));
  const server = await startForAna();
  const { accessToken, refreshToken, user } = server.tokens.issue(1);
  const client = createClient({
    url: `http://127.0.0.1:${port}`,
    tokens: { accessToken, refreshToken, user, expiresAt: '2999-01-01T00:00:00.000Z' },
    timings: quick,
  });
  const connecting = client.connect();
  const offline = await next(client, 'status', ({ status }) => status === 'offline');
  expect(offline).toMatchObject({
    error: { code: 'unreachable', message: expect.stringContaining('ECONNREFUSED') as string },
  });
  await next(client, 'status', ({ status }) => status === 'connecting');
  await client.close();
  await expect(connecting).rejects.toMatchObject({ code: 'cancelled' });
  expect(client.status).toBe('offline');
});

test('a server that takes the connection and says nothing is given up in time', async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void silent.close());
  const server = await startForAna();
  const client = makeClient(server, {
    url: `http://127.0.0.1:${(silent.address() as { port: number }).port}`,
    timings: { connectTimeoutMs: 30 },
  });
  void client.connect();
  expect(await next(client, 'status', ({ status }) => status === 'offline')).toMatchObject({
    error: { code: 'unreachable' },
  });
});

test('`close` at any moment of connecting leaves nothing open', async () => {
  const server = await startForAna();
  const moments = ['dialling', 'hello', 'catchingUp'] as const;
  for (const moment of moments) {
    const client = makeClient(server);
    server.onOp = (session, request) => {
      if (request.op !== 'hello') return false;
      if (moment === 'catchingUp') {
        const user = server.world.users[0];
        session.reply(request, { user, sessionId: 'x', epoch: 'first-life', heartbeatMs: 30_000, limits: {} });
      }
      if (moment !== 'dialling') queueMicrotask(() => void client.close());
      return true;
    };
    const connecting = client.connect();
    if (moment === 'dialling') await client.close();
    await expect(connecting).rejects.toMatchObject({ code: 'cancelled' });
    expect(client.status).toBe('offline');
  }
  await vi.waitFor(() => expect(server.sessions.every(({ socket }) => socket.readyState === socket.CLOSED)).toBe(true));
});

test('`connect` after `close` goes on from the same cursors', async () => {
  const server = await startForAna();
  const { id } = server.world.addChannel([1, 2]);
  server.world.storeText(id, 'one');
  const client = makeClient(server);
  await client.connect();
  await client.close();
  server.world.storeText(id, 'two');
  const entries = all(client, 'entry');
  await client.connect();
  expect(entries).toMatchObject([{ seq: 2 }]);
  await client.connect();
  expect(server.sessions).toHaveLength(2);
});

test('`close` and `connect` called together: the line is another one', async () => {
  const server = await startForAna();
  const client = makeClient(server);
  await client.connect();
  const closing = client.close();
  const connecting = client.connect();
  await closing;
  await connecting;
  expect(client.status).toBe('live');
  expect(server.sessions).toHaveLength(2);
});

test('another life of the database starts everything anew', async () => {
  const server = await startForAna();
  const { id } = server.world.addChannel([1, 2]);
  server.world.storeText(id, 'one');
  const client = makeClient(server);
  await client.connect();
  server.world.epoch = 'second-life';
  const resets = all(client, 'reset');
  server.session.cut();
  await next(client, 'ready');
  expect(resets).toMatchObject([{ channelId: id, reason: 'epoch', head: 1 }]);
  server.session.cut();
  await next(client, 'ready');
  expect(server.requestsOf('hello').at(-1)?.data).toMatchObject({ epoch: 'second-life', cursors: { [id]: 1 } });
});

test('what the network of a browser hints at is looked into at once', async () => {
  const listeners = new Map<string, () => void>();
  vi.stubGlobal('addEventListener', (name: string, listener: () => void) => listeners.set(name, listener));
  vi.stubGlobal('removeEventListener', (name: string) => listeners.delete(name));
  onTestFinished(() => void vi.unstubAllGlobals());
  const server = await startForAna();
  const client = makeClient(server, { timings: { reconnectBaseMs: 60_000, reconnectCapMs: 60_000 } });
  await client.connect();

  listeners.get('offline')?.();
  await vi.waitFor(() => expect(server.requestsOf('ping')).toHaveLength(1));

  vi.spyOn(Math, 'random').mockReturnValue(1);
  onTestFinished(() => void vi.restoreAllMocks());
  const offline = next(client, 'status', ({ status }) => status === 'offline');
  server.session.cut();
  await offline;
  listeners.get('online')?.();
  await next(client, 'ready');
  await client.close();
  expect(listeners.size).toBe(0);
});
