import { expect, test } from 'vitest';
import { all, makeClient, next, startServer } from './test/fixtures.ts';

test('two people chat', async () => {
  const server = await startServer();
  const ana = server.world.addUser('ana');
  const bob = server.world.addUser('bob');
  const channel = server.world.addChannel([ana.id, bob.id]);
  const hers = makeClient(server, { userId: ana.id, clientName: 'phone' });
  const his = makeClient(server, { userId: bob.id });
  const entries = all(his, 'entry');
  const statuses = all(hers, 'status');
  await Promise.all([hers.connect(), his.connect()]);

  expect(statuses.map(({ status }) => status)).toEqual(['connecting', 'catchingUp', 'live']);
  expect(server.requestsOf('hello')[0]?.data).toMatchObject({ cursors: {}, client: { name: 'phone' } });

  const got = next(his, 'entry');
  const { clientId, stored } = hers.send({ channelId: channel.id, text: 'Olá, João! 👩‍👩‍👧‍👦' });
  expect(await stored).toMatchObject({ seq: 1 });
  expect(await got).toMatchObject({ kind: 'message', seq: 1, senderId: ana.id, clientId, text: 'Olá, João! 👩‍👩‍👧‍👦' });
  expect(entries).toHaveLength(1);
  expect(hers.unsent()).toEqual([]);
});
