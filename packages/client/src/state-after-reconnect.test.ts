import { type OpData, ops, type Presence } from '@messox/protocol';
import { expect, test } from 'vitest';
import { all, makeClient, next, startServer } from './test/fixtures.ts';
import type { ScriptedServer } from './test/scripted-server.ts';

const answerWatches = (server: ScriptedServer, state: Presence['state']): void => {
  server.onOp = (session, request) => {
    if (request.op !== 'presence.watch') return false;
    const { userIds } = request.data as OpData<typeof ops.presenceWatch>;
    session.reply(request, { presences: userIds.map((userId) => ({ userId, state })) });
    return true;
  };
};

test('whom the app watches is said again on a new connection, and how they are now is told', async () => {
  const server = await startServer();
  server.world.addUser('ana');
  const client = makeClient(server);
  await client.connect();
  answerWatches(server, 'online');
  expect(await client.watchPresence([2, 3])).toEqual([
    { userId: 2, state: 'online' },
    { userId: 3, state: 'online' },
  ]);
  const news = next(client, 'presence');
  server.session.event('presence', { userId: 2, state: 'offline', lastSeenAt: '2024-01-01T00:00:00.000Z' });
  expect(await news).toMatchObject({ userId: 2, state: 'offline' });
  answerWatches(server, 'unknown');
  const later = next(client, 'presence', ({ userId }) => userId === 3);
  server.session.socket.terminate();
  expect(await later).toEqual({ userId: 3, state: 'unknown' });
  expect(server.requestsOf('presence.watch').map(({ data }) => data)).toEqual([
    { userIds: [2, 3] },
    { userIds: [2, 3] },
  ]);
});

test('what moved while there was no connection is asked for and told, from where the last answer ended', async () => {
  const server = await startServer();
  server.world.addUser('ana');
  const asked: (string | undefined)[] = [];
  server.onRest = ({ path, query }) => {
    if (!path.endsWith('/receipts')) return undefined;
    asked.push(query.since);
    const receipt = { channelId: 1, userId: 2, readSeq: asked.length, deliveredSeq: asked.length };
    return { status: 200, body: { receipts: [receipt], at: `2024-01-0${asked.length}T00:00:00.000Z` } };
  };
  const client = makeClient(server);
  const told = all(client, 'receipt');
  await client.connect();
  for (const readSeq of [1, 2]) {
    const receipt = next(client, 'receipt', (it) => it.readSeq === readSeq);
    server.session.socket.terminate();
    await receipt;
  }
  expect(asked).toEqual([undefined, '2024-01-01T00:00:00.000Z']);
  expect(told.map(({ readSeq }) => readSeq)).toEqual([1, 2]);
});

test('nobody asks for receipts who does not listen to them', async () => {
  const server = await startServer();
  server.world.addUser('ana');
  const paths: string[] = [];
  server.onRest = ({ path }) => {
    paths.push(path);
    return undefined;
  };
  const client = makeClient(server);
  await client.connect();
  const back = next(client, 'ready');
  server.session.socket.terminate();
  await back;
  await client.request(ops.ping, {});
  expect(paths.filter((path) => path.endsWith('/receipts'))).toEqual([]);
});
