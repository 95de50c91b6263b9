import type { OpData, ops } from '@messox/protocol';
import { expect, test } from 'vitest';
import type { ClientOptions } from '../options.ts';
import { all, makeClient, memoryStorage, next, startServer } from '../test/fixtures.ts';

type Send = OpData<typeof ops.messageSend>;

const start = async (options: Partial<ClientOptions> = {}) => {
  const server = await startServer();
  server.world.addUser('ana');
  const { id, entries } = server.world.addChannel([1, 2]);
  const client = makeClient(server, options);
  const texts = (): string[] => entries.map((entry) => (entry.kind === 'message' ? entry.text : entry.kind));
  const arrived = (): string[] => server.requestsOf('message.send').map(({ data }) => (data as Send).text);
  return { server, id, client, texts, arrived };
};

test('messages written without a connection go out in order when there is one', async () => {
  const { client, id, texts } = await start();
  const sent = all(client, 'sent');
  const sendings = ['one', 'two', 'three'].map((text) => client.send({ channelId: id, text }));
  expect(client.unsent().map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  await client.connect();
  expect(await Promise.all(sendings.map(({ stored }) => stored))).toMatchObject([{ seq: 1 }, { seq: 2 }, { seq: 3 }]);
  expect(texts()).toEqual(['one', 'two', 'three']);
  expect(client.unsent()).toEqual([]);
  expect(sent.map(({ clientId, seq }) => [clientId, seq])).toEqual(
    sendings.map(({ clientId }, index) => [clientId, index + 1]),
  );
});

test('a lost reply: the message is sent again with the same clientId and stored once', async () => {
  const { client, server, id, texts } = await start();
  let lost = 0;
  server.onOp = (session, request) => {
    if (request.op !== 'message.send' || lost > 0) return false;
    lost += 1;
    const { channelId, ...fields } = request.data as Send;
    server.world.store(channelId, { kind: 'message', senderId: 1, ...fields });
    session.cut();
    return true;
  };
  await client.connect();
  const { clientId, stored } = client.send({ channelId: id, text: 'once', replyTo: 1, meta: { colour: 'red' } });
  expect(await stored).toMatchObject({ seq: 1, duplicate: true });
  expect(texts()).toEqual(['once']);
  expect(server.requestsOf('message.send').map(({ data }) => data)).toEqual([
    { channelId: id, clientId, text: 'once', replyTo: 1, meta: { colour: 'red' } },
    { channelId: id, clientId, text: 'once', replyTo: 1, meta: { colour: 'red' } },
  ]);
});

test.each(['rate_limited', 'overloaded', 'unavailable', 'draining', 'internal'])(
  'refused for the moment (%s), it waits as long as it is told, and nothing overtakes it',
  async (code) => {
    const { client, server, id, texts } = await start();
    let refusals = 0;
    server.onOp = (session, request) => {
      if (request.op !== 'message.send' || refusals >= 3) return false;
      refusals += 1;
      session.refuse(request, code, refusals === 1 ? { retryAfterMs: 10 } : undefined);
      return true;
    };
    await client.connect();
    const sendings = ['one', 'two', 'three'].map((text) => client.send({ channelId: id, text }));
    await Promise.all(sendings.map(({ stored }) => stored));
    expect(texts()).toEqual(['one', 'two', 'three']);
    expect(refusals).toBe(3);
  },
);

test('refused for good, it fails, and the next one goes out', async () => {
  const { client, server, id, texts } = await start();
  server.onOp = (session, request) => {
    if (request.op !== 'message.send' || (request.data as Send).text !== 'bad') return false;
    session.refuse(request, 'channel_not_found');
    return true;
  };
  await client.connect();
  const failed = all(client, 'sendFailed');
  const bad = client.send({ channelId: id, text: 'bad' });
  const good = client.send({ channelId: id, text: 'good' });
  await expect(bad.stored).rejects.toMatchObject({ code: 'channel_not_found' });
  await good.stored;
  expect(texts()).toEqual(['good']);
  expect(failed).toMatchObject([
    { message: { clientId: bad.clientId, text: 'bad' }, error: { code: 'channel_not_found' } },
  ]);
});

test('no reply in time is no reply: it is sent again', async () => {
  const { client, server, id, arrived } = await start({ timings: { sendTimeoutMs: 30 } });
  server.onOp = (_, { op }) => op === 'message.send' && server.requestsOf('message.send').length === 1;
  await client.connect();
  await client.send({ channelId: id, text: 'patient' }).stored;
  expect(arrived()).toEqual(['patient', 'patient']);
});

test('a message that no server takes is refused here, after `send` has returned', async () => {
  const { client, server, id } = await start();
  await client.connect();
  const failed = all(client, 'sendFailed');
  let deep: unknown = {};
  for (let level = 0; level < 40; level += 1) deep = [deep];
  const sendings = [
    client.send({ channelId: id, text: 'long '.repeat(20_000) }),
    client.send({ channelId: id, text: 'deep', meta: { deep: deep as never } }),
    client.send({ channelId: id, text: 'odd', meta: { odd: 1n as never } }),
  ];
  expect(failed).toEqual([]);
  const reasons = await Promise.all(sendings.map(({ stored }) => stored.catch((error: unknown) => error)));
  expect(reasons).toMatchObject([{ code: 'payload_too_large' }, { code: 'invalid_json' }, { code: 'invalid_json' }]);
  expect(failed).toHaveLength(3);
  expect(server.requestsOf('message.send')).toEqual([]);
  expect(client.unsent()).toEqual([]);
});

test('one message of a channel flies at a time, or as many as the window lets', async () => {
  for (const [sendWindow, most] of [
    [undefined, 1],
    [4, 4],
  ] as const) {
    const { client, server, id, texts } = await start(sendWindow === undefined ? {} : { sendWindow });
    let [flying, seen] = [0, 0];
    server.onOp = async (session, request) => {
      if (request.op !== 'message.send') return false;
      flying += 1;
      seen = Math.max(seen, flying);
      await new Promise((resolve) => setTimeout(resolve, 5));
      flying -= 1;
      server.storeMessage(session, request);
      return true;
    };
    await client.connect();
    const all = Array.from({ length: 12 }, (_, index) => `${index}`);
    await Promise.all(all.map((text) => client.send({ channelId: id, text }).stored));
    expect(seen).toBe(most);
    expect(texts()).toEqual(all);
  }
});

test('a session that is too quick goes on with one message at a time', async () => {
  const { client, server } = await start();
  const ids = Array.from({ length: 10 }, () => server.world.addChannel([1, 2]).id);
  let [refusals, flying, most] = [0, 0, 0];
  server.onOp = async (session, request) => {
    if (request.op !== 'message.send') return false;
    if (refusals < ids.length) {
      refusals += 1;
      session.refuse(request, 'rate_limited', { retryAfterMs: 20 });
      return true;
    }
    flying += 1;
    most = Math.max(most, flying);
    await new Promise((resolve) => setTimeout(resolve, 5));
    flying -= 1;
    server.storeMessage(session, request);
    return true;
  };
  await client.connect();
  await Promise.all(ids.map((channelId) => client.send({ channelId, text: 'hi' }).stored));
  expect(refusals).toBe(ids.length);
  expect(most).toBeLessThan(ids.length);
});

test('the next life sends what this one could not, in order and with the same clientIds', async () => {
  const storage = memoryStorage();
  const { client, server, id, texts } = await start({ storage });
  const [one, two] = ['one', 'two'].map((text) => client.send({ channelId: id, text }).clientId);
  await client.restore();
  await client.close();

  const later = makeClient(server, { storage });
  const sent = all(later, 'sent');
  const three = later.send({ channelId: id, text: 'three' });
  await later.connect();
  await three.stored;
  expect(texts()).toEqual(['one', 'two', 'three']);
  expect(sent.map(({ clientId }) => clientId)).toEqual([one, two, three.clientId]);
  await later.close();
  expect([...storage.values.keys()].filter((key) => key.endsWith('outbox'))).toEqual([]);
});

test('unsent messages of another user of the same storage stay where they are', async () => {
  const storage = memoryStorage();
  const { client, server, id, texts } = await start({ storage });
  server.world.addUser('bob');
  const hers = client.send({ channelId: id, text: 'of Ana' });
  await client.restore();
  await client.login({ username: 'bob', password: 'x' });
  await expect(hers.stored).rejects.toMatchObject({ code: 'logged_out' });
  await client.connect();
  await client.send({ channelId: id, text: 'of Bob' }).stored;
  expect(texts()).toEqual(['of Bob']);

  await client.login({ username: 'ana', password: 'x' });
  const sent = next(client, 'sent');
  await client.connect();
  expect(await sent).toMatchObject({ clientId: hers.clientId });
  expect(texts()).toEqual(['of Bob', 'of Ana']);
});

test('a storage that is still writing when somebody else logs in gets all of the first user', async () => {
  const storage = memoryStorage();
  const slow = {
    ...storage,
    set: (key: string, value?: string) =>
      new Promise<void>((done) => setTimeout(done, 30)).then(() => storage.set(key, value)),
  };
  const { client, server, id } = await start({ storage: slow });
  server.world.addUser('bob');
  await client.restore();
  const texts = ['one', 'two', 'three'];
  for (const text of texts) {
    client.send({ channelId: id, text });
    await new Promise((resolve) => setImmediate(resolve));
  }
  await client.login({ username: 'bob', password: 'x' });
  const later = makeClient(server, { storage });
  await later.restore();
  expect(later.unsent().map(({ text }) => text)).toEqual(texts);
});

test('a message can be taken back until it is stored', async () => {
  const { client, server, id, texts } = await start();
  const [gone, kept] = ['gone', 'kept'].map((text) => client.send({ channelId: id, text }));
  expect(client.cancel(gone?.clientId ?? '')).toBe(true);
  expect(client.cancel('unknown')).toBe(false);
  await expect(gone?.stored).rejects.toMatchObject({ code: 'cancelled' });
  await client.connect();
  await kept?.stored;
  expect(texts()).toEqual(['kept']);

  // On its way already: it is stored, and nobody waits for it.
  const late = client.send({ channelId: id, text: 'late' });
  server.onOp = (_, { op }) => {
    if (op === 'message.send') client.cancel(late.clientId);
    return false;
  };
  await expect(late.stored).rejects.toMatchObject({ code: 'cancelled' });
  server.onOp = undefined;
  await client.send({ channelId: id, text: 'after' }).stored;
  expect(texts()).toEqual(['kept', 'late', 'after']);
});

test('nobody is logged in: what is sent waits for that', async () => {
  const { client, id, texts } = await start();
  await client.logout();
  const waiting = client.send({ channelId: id, text: 'patient' });
  expect(client.unsent()).toHaveLength(1);
  await client.login({ username: 'ana', password: 'x' });
  await client.connect();
  await waiting.stored;
  expect(texts()).toEqual(['patient']);
});
