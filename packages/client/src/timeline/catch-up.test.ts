import { expect, test } from 'vitest';
import { all, makeClient, next, startServer } from '../test/fixtures.ts';

const seqs = (entries: readonly { seq: number }[]): number[] => entries.map(({ seq }) => seq);

const startChat = async () => {
  const server = await startServer();
  server.world.addUser('ana');
  server.world.addUser('bob');
  const { id } = server.world.addChannel([1, 2]);
  return { server, id, client: makeClient(server, { timings: { catchUpTimeoutMs: 30_000 } }) };
};

test('a hole is filled by `sync`, from the cursors of all channels', async () => {
  const { server, id, client } = await startChat();
  const other = server.world.addChannel([1, 2]).id;
  server.world.storeText(other, 'before');
  await client.connect();
  const entries = all(client, 'entry');
  server.append(id, { kind: 'message', senderId: 2, clientId: crypto.randomUUID(), text: 'one' });
  server.world.storeText(id, 'two, which is lost');
  const last = next(client, 'entry', ({ seq }) => seq === 3);
  server.append(id, { kind: 'message', senderId: 2, clientId: crypto.randomUUID(), text: 'three' });
  await last;
  expect(seqs(entries)).toEqual([1, 2, 3]);
  expect(server.requestsOf('sync').map(({ data }) => data)).toEqual([{ cursors: { [id]: 1, [other]: 1 } }]);
});

test('a lost last entry leaves no hole: the heads of `ping` tell of it', async () => {
  const { server, id, client } = await startChat();
  server.heartbeatMs = 20;
  server.onOp = (session, request) => {
    if (request.op !== 'ping') return false;
    session.reply(request, { serverTime: server.world.now(), heads: { [id]: 1 } });
    return true;
  };
  await client.connect();
  const first = next(client, 'entry');
  server.world.storeText(id, 'lost');
  expect(await first).toMatchObject({ seq: 1 });
});

test('a `sync` that is refused for the moment is asked again', async () => {
  const { server, id, client } = await startChat();
  await client.connect();
  let refusals = 0;
  server.onOp = (session, request) => {
    if (request.op !== 'sync' || refusals >= 2) return false;
    refusals += 1;
    session.refuse(request, refusals === 1 ? 'rate_limited' : 'overloaded', { retryAfterMs: 5 });
    return true;
  };
  server.world.storeText(id, 'lost');
  const last = next(client, 'entry', ({ seq }) => seq === 2);
  server.append(id, { kind: 'channel.changed', senderId: 2, name: 'choir' });
  await last;
  expect(server.requestsOf('sync')).toHaveLength(3);
});

test('a hole that `sync` never fills makes the client start the channel anew', async () => {
  const { server, id, client } = await startChat();
  await client.connect();
  server.onOp = (session, request) => {
    const { cursors } = (request.data ?? {}) as { cursors?: Record<string, number> };
    if (request.op !== 'sync' || cursors?.[id] === undefined) return false;
    session.reply(request, {});
    session.ready();
    return true;
  };
  server.world.storeText(id, 'lost');
  const reset = next(client, 'reset');
  server.append(id, { kind: 'channel.changed', senderId: 2, name: 'choir' });
  expect(await reset).toMatchObject({ channelId: id, head: 2, reason: 'new' });
});

test('a catch-up without an end is given up with its line, and what it brought is kept', async () => {
  const { server, id } = await startChat();
  server.world.storeText(id, 'one');
  const client = makeClient(server, { timings: { catchUpTimeoutMs: 100 } });
  const resets = all(client, 'reset');
  let endless = true;
  server.onOp = (session, request) => {
    if (request.op !== 'hello' || !endless) return false;
    endless = false;
    session.userId = 1;
    const user = server.world.users[0];
    session.reply(request, { user, sessionId: 'x', epoch: 'first-life', heartbeatMs: 30_000, limits: {} });
    server.catchUp(session, {});
    return true;
  };
  await client.connect();
  expect(server.sessions).toHaveLength(2);
  expect(resets).toHaveLength(1);
  expect(server.requestsOf('hello')[1]?.data).toMatchObject({ epoch: 'first-life', cursors: { [id]: 1 } });
});
