import { ops } from '@messox/protocol';
import { expect, test } from 'vitest';
import { makeClient, next, startServer } from '../test/fixtures.ts';

const start = async (timings = {}) => {
  const server = await startServer();
  server.world.addUser('ana');
  const { id } = server.world.addChannel([1, 2]);
  server.world.storeText(id, 'one');
  return { server, id, client: makeClient(server, { timings }) };
};

test('each op goes out by its name with its data', async () => {
  const { server, id, client } = await start();
  await client.connect();
  const place = { channelId: id, seq: 1 };
  expect(await client.edit({ ...place, text: 'uno' })).toEqual(place);
  expect(await client.delete(place)).toEqual(place);
  expect(await client.react({ ...place, emoji: '👍' })).toEqual(place);
  expect(await client.unreact({ ...place, emoji: '👍' })).toEqual(place);
  await client.markRead(place);
  client.typing(id);
  expect(await client.request(ops.ping, {})).toHaveProperty('serverTime');
  expect(server.requests.map(({ op, data }) => [op, data]).slice(1)).toEqual([
    ['message.edit', { ...place, text: 'uno' }],
    ['message.delete', place],
    ['reaction.add', { ...place, emoji: '👍' }],
    ['reaction.remove', { ...place, emoji: '👍' }],
    ['read.mark', place],
    ['typing.start', { channelId: id }],
    ['ping', {}],
  ]);
});

test('receipts, typing and an expiring session are told', async () => {
  const { server, id, client } = await start();
  await client.connect();
  const told = Promise.all([next(client, 'receipt'), next(client, 'typing'), next(client, 'sessionExpiring')]);
  const receipt = { channelId: id, userId: 2, readSeq: 1, deliveredSeq: 1 };
  const typing = { channelId: id, userId: 2, forMs: 5_000, head: 0 };
  server.session.event('receipt', receipt);
  server.session.event('typing', typing);
  server.session.event('session.expiring', { inMs: 1_000 });
  expect(await told).toEqual([receipt, typing, { inMs: 1_000 }]);
});

test('a refusal is thrown with its code, details and remedy', async () => {
  const { server, id, client } = await start();
  await client.connect();
  server.onOp = (session, request) => {
    session.refuse(request, request.op === 'message.edit' ? 'message_deleted' : 'poll_closed', { seq: 1 });
    return true;
  };
  await expect(client.edit({ channelId: id, seq: 1, text: 'x' })).rejects.toMatchObject({
    name: 'MessoxError',
    code: 'message_deleted',
    remedy: 'give up',
    details: { seq: 1 },
  });
  await expect(client.delete({ channelId: id, seq: 1 })).rejects.toMatchObject({
    code: 'poll_closed',
    remedy: 'give up',
  });
});

test('without a connection a request is refused, and waits for one that is being made', async () => {
  const { id, client } = await start();
  await expect(client.markRead({ channelId: id, seq: 1 })).rejects.toMatchObject({ code: 'unreachable' });
  client.typing(id);
  void client.connect();
  await next(client, 'status');
  await client.markRead({ channelId: id, seq: 1 });
});

test('no answer in time, and a line that is lost meanwhile, leave the outcome open', async () => {
  const { server, id, client } = await start({ requestTimeoutMs: 40 });
  await client.connect();
  server.onOp = (session, { op }) => {
    if (op === 'message.delete') session.cut();
    return op !== 'hello';
  };
  await expect(client.markRead({ channelId: id, seq: 1 })).rejects.toMatchObject({ code: 'timed_out' });
  await expect(client.delete({ channelId: id, seq: 1 })).rejects.toMatchObject({
    code: 'unreachable',
    remedy: 'retry',
  });
});

test('a frame that is larger than the server takes is refused here', async () => {
  const { server, id, client } = await start();
  server.limits = { frameBytes: 300 };
  await client.connect();
  await expect(client.edit({ channelId: id, seq: 1, text: 'ж'.repeat(150) })).rejects.toMatchObject({
    code: 'payload_too_large',
    details: { frameBytes: 300 },
  });
  await client.edit({ channelId: id, seq: 1, text: 'x'.repeat(150) });
  expect(server.requestsOf('message.edit')).toHaveLength(1);
});
