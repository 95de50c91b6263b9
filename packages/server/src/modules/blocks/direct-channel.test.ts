import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestSocket, type TestUser } from '../../testing/index.ts';

let server: TestServer;
let ana: TestUser;
let bruno: TestUser;
let anas: TestSocket;
let brunos: TestSocket;
let channelId: number;
const limits = {
  marksMs: 20,
  confirmMs: 30,
  receiptsSweepMs: 50,
  // What a beat would find by itself comes too late here.
  presenceBeatMs: 60_000,
  presenceBatchMs: 10,
  presenceGraceMs: 1,
  typingEveryMs: 1,
};
beforeAll(async () => {
  server = await startTestServer({ limits });
});
afterAll(() => server.stop());

const open = (by: TestUser, other: TestUser) =>
  by.call('POST', '/api/v1/channels', { kind: 'direct', userId: other.id });
const block = async (by: TestUser, other: TestUser): Promise<void> => {
  expect((await by.call('PUT', `/api/v1/blocks/${other.id}`)).status).toBe(204);
};
const unblock = async (by: TestUser, other: TestUser): Promise<void> => {
  expect((await by.call('DELETE', `/api/v1/blocks/${other.id}`)).status).toBe(204);
};
const joined = async (user: TestUser): Promise<TestSocket> => {
  const socket = await user.socket();
  await socket.hello({ token: user.accessToken });
  return socket;
};
const send = async (socket: TestSocket, text = 'hi', clientId: string = randomUUID()) =>
  socket.request('message.send', { channelId, clientId, text });

beforeEach(async () => {
  [ana, bruno] = [await server.user(), await server.user()];
  channelId = ((await open(bruno, ana)).body as { id: number }).id;
  [anas, brunos] = [await joined(ana), await joined(bruno)];
  return () => Promise.all([anas.close(), brunos.close()]);
});

describe('while either of two blocks the other', () => {
  it('neither writes to the other, and both are answered alike', async () => {
    await send(brunos, 'before');
    await block(ana, bruno);
    const [one, other] = [await send(anas), await send(brunos)];
    expect(one.error).toEqual({ code: 'forbidden', message: 'The user may not do this.' });
    expect(other.error).toEqual(one.error);
    for (const user of [ana, bruno]) {
      const body = { clientId: randomUUID(), text: 'by REST' };
      const answer = await user.call('POST', `/api/v1/channels/${channelId}/messages`, body);
      expect([answer.status, (answer.body as { code: string }).code]).toEqual([403, 'forbidden']);
      // What there is stays to be read, and the channel is found as before.
      const page = await user.call('GET', `/api/v1/channels/${channelId}/messages`);
      expect((page.body as { messages: object[] }).messages).toMatchObject([{ text: 'before' }]);
      expect((await user.call('GET', `/api/v1/channels/${channelId}`)).status).toBe(200);
    }
    expect([await open(ana, bruno), await open(bruno, ana)].map(({ status }) => status)).toEqual([200, 200]);
    await unblock(ana, bruno);
    expect([(await send(anas)).ok, (await send(brunos)).ok]).toEqual([true, true]);
  });

  it('what is said elsewhere at the same moment is stored', async () => {
    const carla = await server.user();
    const other = ((await open(bruno, carla)).body as { id: number }).id;
    await block(ana, bruno);
    const [refused, stored] = await Promise.all([send(brunos), brunos.send(other, 'to Carla')]);
    expect(refused.error?.code).toBe('forbidden');
    expect(stored.seq).toBeGreaterThan(0);
  });

  it('nothing that was said is edited or reacted to, and one’s own can still be taken back', async () => {
    const seq = (await send(brunos, 'words')).data?.seq;
    await brunos.ok('reaction.add', { channelId, seq, emoji: '👍' });
    await block(bruno, ana);
    const asked = async (socket: TestSocket) => [
      (await socket.request('message.edit', { channelId, seq, text: 'other' })).error?.code,
      (await socket.request('reaction.add', { channelId, seq, emoji: '👍' })).error?.code,
      (await socket.request('reaction.remove', { channelId, seq, emoji: '👍' })).error?.code,
    ];
    expect(await asked(anas)).toEqual(Array(3).fill('forbidden'));
    expect(await asked(brunos)).toEqual(Array(3).fill('forbidden'));
    expect((await anas.request('message.delete', { channelId, seq })).error?.code).toBe('forbidden');
    expect((await brunos.request('message.delete', { channelId, seq })).ok).toBe(true);
    await anas.event('timeline.entry', ({ kind, targetSeq }) => kind === 'message.deleted' && targetSeq === seq);
  });

  it('a retry of what was stored before is known', async () => {
    const clientId = randomUUID();
    const { data } = await send(brunos, 'The answer to this got lost.', clientId);
    await block(ana, bruno);
    expect((await send(brunos, 'The answer to this got lost.', clientId)).data).toEqual({ ...data, duplicate: true });
    expect((await send(brunos, 'something else', clientId)).error?.code).toBe('client_id_reused');
  });

  it('each of two blocks counts: who undoes one of them has not undone the other', async () => {
    await block(ana, bruno);
    await block(bruno, ana);
    await unblock(ana, bruno);
    expect([(await send(anas)).error?.code, (await send(brunos)).error?.code]).toEqual(['forbidden', 'forbidden']);
    await unblock(bruno, ana);
    expect([(await send(anas)).ok, (await send(brunos)).ok]).toEqual([true, true]);
  });

  it('no direct channel is opened, by whomever', async () => {
    const carla = await server.user();
    await block(carla, ana);
    for (const answer of [await open(ana, carla), await open(carla, ana)])
      expect([answer.status, (answer.body as { code: string }).code]).toEqual([403, 'forbidden']);
    await unblock(carla, ana);
    expect((await open(ana, carla)).status).toBe(201);
  });

  it('nobody is told that the other writes', async () => {
    await block(ana, bruno);
    for (const socket of [anas, brunos])
      expect((await socket.request('typing.start', { channelId })).error?.code).toBe('forbidden');
    await unblock(ana, bruno);
    await brunos.ok('typing.start', { channelId });
    await anas.event('typing', ({ userId }) => userId === bruno.id);
    expect(brunos.events.filter(({ event }) => event === 'typing')).toEqual([]);
  });

  it('neither is told what the other has read, until they hear from each other again', async () => {
    const seq = (await send(brunos, 'read me')).data?.seq;
    await brunos.event('receipt', (it) => it.userId === ana.id && it.deliveredSeq === seq);
    const phone = await joined(ana);
    await block(ana, bruno);
    await anas.ok('read.mark', { channelId, seq });
    // One's own devices are in step.
    await phone.event('receipt', (it) => it.userId === ana.id && it.readSeq === seq);
    // A mark that no signal tells is found by looking at all marks that moved, Ana's too.
    const carla = await server.user();
    const other = ((await open(carla, bruno)).body as { id: number }).id;
    await brunos.event('timeline.reset', (it) => it.channelId === other);
    await server.sql`
      update members set read_seq = 2, marked_at = clock_timestamp() where channel_id = ${other} and user_id = ${carla.id}`;
    await brunos.event('receipt', (it) => it.channelId === other && it.readSeq === 2);
    const isRead = (it: Record<string, unknown>) => it.userId === ana.id && it.readSeq === seq;
    expect(brunos.events.filter(({ data, event }) => event === 'receipt' && isRead(data))).toEqual([]);
    const asked = async (user: TestUser): Promise<string[]> => {
      const paths = [`/channels/${channelId}`, `/channels/${channelId}/receipts`, '/receipts'];
      const answers = await Promise.all(paths.map((path) => user.call('GET', `/api/v1${path}`)));
      return answers.map(({ body }) => {
        const { receipts } = body as { receipts: { channelId: number; userId: number }[] };
        const users = receipts.filter((it) => it.channelId === channelId).map(({ userId }) => userId);
        return users.sort((a, b) => a - b).join();
      });
    };
    expect(await asked(bruno)).toEqual(Array(3).fill(`${bruno.id}`));
    expect(await asked(ana)).toEqual(Array(3).fill(`${ana.id}`));
    // The block has lasted for long.
    await server.sql`update members set marked_at = now() - interval '1 day' where channel_id = ${channelId}`;
    const { at } = (await bruno.call('GET', '/api/v1/receipts')).body as { at: string };
    await unblock(ana, bruno);
    await brunos.event('receipt', isRead);
    expect(await asked(bruno)).toEqual(Array(3).fill(`${ana.id},${bruno.id}`));
    const { receipts } = (await bruno.call('GET', `/api/v1/receipts?since=${at}`)).body as { receipts: object[] };
    expect(receipts).toContainEqual(expect.objectContaining({ userId: ana.id, readSeq: seq }));
    await phone.close();
  });

  it('neither sees whether the other is there', async () => {
    const states = async (socket: TestSocket, { id }: TestUser) =>
      ((await socket.ok('presence.watch', { userIds: [id] })).presences as { state: string }[])[0]?.state;
    await expect.poll(() => states(anas, bruno)).toBe('online');
    await expect.poll(() => states(brunos, ana)).toBe('online');
    await block(ana, bruno);
    await anas.event('presence', (it) => it.userId === bruno.id && it.state === 'unknown');
    await brunos.event('presence', (it) => it.userId === ana.id && it.state === 'unknown');
    expect([await states(anas, bruno), await states(brunos, ana)]).toEqual(['unknown', 'unknown']);
    const before = brunos.events.length;
    await unblock(ana, bruno);
    await brunos.until('presence again', () =>
      brunos.events.slice(before).find(({ data, event }) => event === 'presence' && data.state === 'online'),
    );
    expect([await states(anas, bruno), await states(brunos, ana)]).toEqual(['online', 'online']);
  });
});
