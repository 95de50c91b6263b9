import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/index.ts';

let server: TestServer;
let ana: TestUser;
let bruno: TestUser;
let channelId: number;

beforeAll(async () => {
  server = await startTestServer();
  ana = await server.user('ana');
  bruno = await server.user('bruno');
  const channel = await ana.call('POST', '/api/v1/channels', { kind: 'direct', userId: bruno.id });
  channelId = (channel.body as { id: number }).id;
});
afterAll(() => server.stop());

const joined = async (user: TestUser, hello: Record<string, unknown> = {}) => {
  const socket = await user.socket();
  await socket.hello({ token: user.accessToken, ...hello });
  return socket;
};

describe('message.send', () => {
  it('hands a message to every session of both, the sender included, once', async () => {
    const [phone, laptop, theirs] = [await joined(ana), await joined(ana), await joined(bruno)];
    const clientId = randomUUID();
    const reply = await phone.ok('message.send', { channelId, clientId, text: 'Olá, Bruno!', meta: { a: 1 } });
    for (const socket of [phone, laptop, theirs]) {
      const { data } = await socket.event('timeline.entry', (it) => it.seq === reply.seq);
      expect(data).toEqual({
        channelId,
        seq: reply.seq,
        kind: 'message',
        senderId: ana.id,
        sentAt: reply.sentAt,
        clientId,
        text: 'Olá, Bruno!',
        meta: { a: 1 },
      });
    }
    await Promise.all([phone.close(), laptop.close(), theirs.close()]);
  });

  it('stores the same clientId once, however often and concurrently it is sent', async () => {
    const [one, two] = [await joined(ana), await joined(ana)];
    const message = { channelId, clientId: randomUUID(), text: 'only once' };
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? one : two).ok('message.send', message)),
    );
    expect(new Set(replies.map(({ seq }) => seq)).size).toBe(1);
    expect(replies.filter(({ duplicate }) => duplicate === true)).toHaveLength(19);
    const again = await one.ok('message.send', message);
    expect(again).toMatchObject({ seq: replies[0]?.seq, duplicate: true });
    const other = await one.request('message.send', { ...message, text: 'something else' });
    expect(other.error?.code).toBe('client_id_reused');
    await Promise.all([one.close(), two.close()]);
  });

  it('never refuses what it has stored, though its sender has left meanwhile', async () => {
    const group = { kind: 'group', name: 'the door', memberIds: [bruno.id] };
    const { id } = (await ana.call('POST', '/api/v1/channels', group)).body as { id: number };
    const socket = await joined(bruno);
    const message = { channelId: id, clientId: randomUUID(), text: 'The answer to this got lost.' };
    const { sentAt, seq } = await socket.ok('message.send', message);
    await ana.call('DELETE', `/api/v1/channels/${id}/members/${bruno.id}`);
    expect(await socket.ok('message.send', message)).toEqual({ channelId: id, seq, sentAt, duplicate: true });
    const refusals = [{ text: 'another text' }, { clientId: randomUUID() }];
    const codes = await Promise.all(
      refusals.map(async (other) => (await socket.request('message.send', { ...message, ...other })).error?.code),
    );
    expect(codes).toEqual(['client_id_reused', 'channel_not_found']);
    await socket.close();
  });

  it('knows a late retry of a message that was edited or deleted since', async () => {
    const socket = await joined(ana);
    const message = { channelId, clientId: randomUUID(), text: 'first words' };
    const { seq } = await socket.ok('message.send', message);
    await socket.ok('message.edit', { channelId, seq, text: 'other words' });
    expect(await socket.ok('message.send', message)).toMatchObject({ seq, duplicate: true });
    await socket.ok('message.delete', { channelId, seq });
    expect(await socket.ok('message.send', message)).toMatchObject({ seq, duplicate: true });
    expect((await socket.request('message.send', { ...message, text: 'other words' })).error?.code).toBe(
      'client_id_reused',
    );
    await socket.close();
  });

  it('knows a late retry of somebody who was taken out of the group since', async () => {
    const body = { kind: 'group', name: 'choir', memberIds: [bruno.id] };
    const group = (await ana.call('POST', '/api/v1/channels', body)).body as { id: number };
    const [path, message] = [`/api/v1/channels/${group.id}`, { clientId: randomUUID(), text: 'stored' }];
    const send = (change = {}) => bruno.call('POST', `${path}/messages`, { ...message, ...change });
    const { seq } = (await send()).body as { seq: number };
    await ana.call('DELETE', `${path}/members/${bruno.id}`);
    expect(await send()).toMatchObject({ status: 200, body: { seq, duplicate: true } });
    expect(await send({ text: 'other' })).toMatchObject({ status: 409, body: { code: 'client_id_reused' } });
    expect(await send({ clientId: randomUUID() })).toMatchObject({ status: 404, body: { code: 'channel_not_found' } });
  });

  it('keeps the order of one sender and counts without a gap', async () => {
    const socket = await joined(ana);
    const sends = Array.from({ length: 300 }, (_, index) => socket.send(channelId, `number ${index}`));
    const seqs = (await Promise.all(sends)).map(({ seq }) => seq as number);
    expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
    await socket.until('all entries', () => (socket.entries(channelId).length >= 300 ? true : undefined));
    expect(socket.entries(channelId).map(({ seq }) => seq)).toEqual(seqs);
    await socket.close();
  });

  it.each([
    ['a channel of others', { channelId: 999_999 }, 'channel_not_found'],
    ['a reply to nothing', { replyTo: 99_999 }, 'message_not_found'],
    ['a NUL', { text: 'a\0b' }, 'invalid_text'],
    ['a lone surrogate', { text: '\ud800' }, 'invalid_text'],
    ['a lone surrogate in meta', { meta: { a: '\udc00' } }, 'invalid_text'],
    ['an object for a text', { text: { x: 1 } }, 'invalid_request'],
    ['a list for a text', { text: ['a'] }, 'invalid_request'],
    ['an empty text', { text: '' }, 'invalid_request'],
    ['a text that is too long', { text: 'x'.repeat(10_001) }, 'invalid_request'],
    ['an id beyond 2^53', { channelId: 2 ** 53 + 2 }, 'invalid_request'],
    ['a broken id', { channelId: 1.5 }, 'invalid_request'],
    ['no uuid', { clientId: 'x' }, 'invalid_request'],
  ])('refuses %s, and its neighbours are stored', async (_, change, code) => {
    const socket = await joined(ana);
    const good = { channelId, clientId: randomUUID(), text: 'good' };
    const [before, bad, after] = await Promise.all([
      socket.request('message.send', good),
      socket.request('message.send', { ...good, clientId: randomUUID(), ...change }),
      socket.request('message.send', { ...good, clientId: randomUUID() }),
    ]);
    expect([before.ok, bad.error?.code, after.ok]).toEqual([true, code, true]);
    await socket.close();
  });

  it('hands over text byte for byte, live and from history', async () => {
    const texts = ['👨‍👩‍👧‍👦', 'e\u0301 é', '\u202eשלום\u202c', 'a\r\n\tb', '"\\{}', '\u2028\u2029\ufeff', ' spaces  ', 'ﷺ'];
    const [socket, theirs] = [await joined(ana), await joined(bruno)];
    const seqs: unknown[] = [];
    for (const text of texts) seqs.push((await socket.send(channelId, text)).seq);
    const live = await Promise.all(seqs.map((seq) => theirs.event('timeline.entry', (it) => it.seq === seq)));
    expect(live.map(({ data }) => data.text)).toEqual(texts);
    const page = await bruno.call('GET', `/api/v1/channels/${channelId}/messages?limit=${texts.length}`);
    expect((page.body as { messages: { text: string }[] }).messages.map(({ text }) => text)).toEqual(texts);
    await Promise.all([socket.close(), theirs.close()]);
  });
});
