import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import {
  mischievousBus,
  seededRandom,
  startTestServer,
  type TestServer,
  type TestServerOptions,
  type TestSocket,
  type TestUser,
} from '../../testing/index.ts';

let server: TestServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const start = async (options: TestServerOptions = {}) => {
  server = await startTestServer(options);
  const [ana, bruno] = [await server.user(), await server.user()];
  const made = await ana.call('POST', '/api/v1/channels', { kind: 'group', name: 'Feira', memberIds: [bruno.id] });
  return { server, ana, bruno, channelId: (made.body as { id: number }).id };
};

const joined = async (user: TestUser, hello: Record<string, unknown> = {}): Promise<TestSocket> => {
  const socket = await user.socket();
  await socket.hello({ token: user.accessToken, ...hello });
  return socket;
};

const seqsOf = (entries: Record<string, unknown>[]): number[] => entries.map(({ seq }) => seq as number);
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('order and repair', () => {
  it.each([1, 2, 3, 4])('a bus that loses, repeats and reorders costs no entry (seed %i)', async (seed) => {
    const bus = mischievousBus(seededRandom(seed));
    const { ana, bruno, channelId } = await start({ bus });
    const [sender, ...receivers] = [await joined(ana), await joined(bruno), await joined(bruno), await joined(ana)];
    const first = Number((await sender.send(channelId, 'first')).seq);
    await Promise.all(Array.from({ length: 300 }, (_, index) => sender.send(channelId, `n ${index}`)));
    bus.calm();
    for (const socket of [sender, ...receivers]) {
      await socket.event('timeline.entry', ({ channelId: id, seq }) => id === channelId && seq === first + 300);
      expect(seqsOf(socket.entries(channelId))).toEqual(range(first, first + 300));
    }
  });
});

describe('catch-up', () => {
  it('gives exactly what was missed, and nothing to a client that has everything', async () => {
    const { ana, bruno, channelId } = await start();
    const [phone, sender] = [await joined(bruno), await joined(ana)];
    const { seq: seen } = await sender.send(channelId, 'seen');
    await phone.event('timeline.entry', ({ seq }) => seq === seen);
    await phone.close();
    for (const text of ['one', 'two', 'three']) await sender.send(channelId, text);
    const self = (await bruno.call('GET', '/api/v1/channels')).body as { channels: { id: number; head: number }[] };
    const heads = Object.fromEntries(self.channels.map(({ id, head }) => [id, head]));
    const back = await joined(bruno, { cursors: { ...heads, [channelId]: seen } });
    expect(back.entries(channelId).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    const again = await joined(bruno, { cursors: heads });
    expect(again.events.map(({ event }) => event)).toEqual(['ready']);
  });

  it('starts a client with nothing from the newest entries of each channel', async () => {
    const { ana, channelId } = await start({ limits: { resetEntries: 3 } });
    const sender = await joined(ana);
    for (const text of ['a', 'b', 'c', 'd']) await sender.send(channelId, text);
    const fresh = await joined(ana, { cursors: {} });
    const added = fresh.events.filter(({ event }) => event === 'channel.added').map(({ data }) => data.channel);
    expect(added).toContainEqual(
      expect.objectContaining({ id: channelId, name: 'Feira', kind: 'group', memberCount: 2 }),
    );
    const { data } = await fresh.event('timeline.reset', (it) => it.channelId === channelId);
    expect(data).toMatchObject({ reason: 'new', head: 6 });
    expect((data.entries as { text: string }[]).map(({ text }) => text)).toEqual(['b', 'c', 'd']);
  });

  it('resets who is too far behind, ahead of the head, or of another epoch', async () => {
    const { ana, channelId } = await start({ limits: { catchUpEntries: 5 } });
    const sender = await joined(ana);
    for (const text of range(1, 8).map(String)) await sender.send(channelId, text);
    const reasonOf = async (hello: Record<string, unknown>) => {
      const socket = await joined(ana, hello);
      const { data } = await socket.event('timeline.reset', (it) => it.channelId === channelId);
      return data.reason;
    };
    expect(await reasonOf({ cursors: { [channelId]: 1 } })).toBe('behind');
    expect(await reasonOf({ cursors: { [channelId]: 1_000 } })).toBe('ahead');
    expect(await reasonOf({ cursors: { [channelId]: 10 }, epoch: 'of another life' })).toBe('epoch');
  });

  it('brings back who missed more bytes than may wait for a client', async () => {
    const { ana, bruno, channelId } = await start({
      limits: { outboxBytes: 200_000, resetBytes: 50_000, catchUpBatch: 30 },
    });
    const sender = await joined(ana);
    const first = Number((await sender.send(channelId, 'first')).seq);
    for (const n of range(1, 100)) await sender.send(channelId, `${n} ${'x'.repeat(9_900)}`);
    const back = await joined(bruno, { cursors: { [channelId]: first } });
    expect(seqsOf(back.entries(channelId))).toEqual(range(first + 1, first + 100));
    // A reset carries what fits, the newest first.
    const fresh = await joined(bruno, { cursors: {} });
    const { data } = await fresh.event('timeline.reset', (it) => it.channelId === channelId);
    expect(seqsOf(data.entries as Record<string, unknown>[])).toEqual(range(first + 97, first + 100));
  });

  it('says which channels a client is no longer in, whatever it claims to hold', async () => {
    const { ana, bruno, server: it } = await start();
    const carla = await it.user();
    const made = await ana.call('POST', '/api/v1/channels', { kind: 'direct', userId: bruno.id });
    const { id } = made.body as { id: number };
    await (await joined(ana)).send(id, 'for Bruno alone');
    const socket = await joined(carla, { cursors: { [id]: 0, 424242: 7 } });
    const removed = socket.events.filter(({ event }) => event === 'channel.removed').map(({ data }) => data.channelId);
    expect(removed.sort()).toEqual([id, 424242].sort());
    expect(socket.entries(id)).toEqual([]);
  });

  it('has no seam: who comes back while others send misses nothing and gets nothing twice', async () => {
    const { ana, bruno, channelId } = await start();
    const sender = await joined(ana);
    const flooding = { on: true };
    const first = Number((await sender.send(channelId, 'first')).seq);
    const flood = (async () => {
      while (flooding.on) await Promise.all(range(1, 20).map((n) => sender.send(channelId, `${n}`)));
    })();
    const sockets: TestSocket[] = [];
    for (let turn = 0; turn < 25; turn += 1) sockets.push(await joined(bruno, { cursors: { [channelId]: first } }));
    flooding.on = false;
    await flood;
    const last = Number((await sender.send(channelId, 'last')).seq);
    for (const socket of sockets) {
      await socket.event('timeline.entry', ({ channelId: id, seq }) => id === channelId && seq === last);
      const resets = socket.events.filter(
        ({ data, event }) => event === 'timeline.reset' && data.channelId === channelId,
      );
      if (resets.length === 0) expect(seqsOf(socket.entries(channelId))).toEqual(range(first + 1, last));
      else expect(seqsOf(socket.entries(channelId))).toEqual(range(Number(resets[0]?.data.head) + 1, last));
    }
  });

  it('fills a hole on demand with sync, and goes on live', async () => {
    const { ana, channelId } = await start();
    const socket = await joined(ana);
    const first = Number((await socket.send(channelId, 'one')).seq);
    await socket.send(channelId, 'two');
    await socket.until('both', () => (socket.entries(channelId).length === 2 ? true : undefined));
    await socket.ok('sync', { cursors: { [channelId]: first } });
    await socket.until('a second ready', () => socket.events.filter(({ event }) => event === 'ready')[1]);
    await socket.send(channelId, 'three');
    await socket.event('timeline.entry', ({ text }) => text === 'three');
    expect(socket.entries(channelId).map(({ text }) => text)).toEqual(['one', 'two', 'two', 'three']);
  });
});

describe('members', () => {
  it('shows a channel to the open sessions of who is added, and takes it from who is removed', async () => {
    const { ana, bruno, channelId, server: it } = await start();
    const carla = await it.user();
    const [anas, carlas] = [await joined(ana), await joined(carla)];
    await anas.send(channelId, 'before Carla');
    await ana.call('POST', `/api/v1/channels/${channelId}/members`, { userIds: [carla.id] });
    await carlas.event('channel.added', ({ channel }) => (channel as { id: number }).id === channelId);
    const { data: reset } = await carlas.event('timeline.reset', (data) => data.channelId === channelId);
    expect(reset.reason).toBe('new');
    await anas.send(channelId, 'with Carla');
    await carlas.event('timeline.entry', ({ text }) => text === 'with Carla');
    await ana.call('DELETE', `/api/v1/channels/${channelId}/members/${carla.id}`);
    await carlas.event('channel.removed', (data) => data.channelId === channelId);
    const { seq } = await anas.send(channelId, 'without Carla');
    const brunos = await joined(bruno, { cursors: { [channelId]: 1 } });
    await brunos.event('timeline.entry', (data) => data.seq === seq);
    expect(carlas.entries(channelId).map(({ kind, text }) => text ?? kind)).toEqual(['with Carla', 'member.left']);
    expect((await carlas.request('message.send', { channelId, clientId: randomUUID(), text: 'x' })).error?.code).toBe(
      'channel_not_found',
    );
  });

  it('stores nothing of a member after the removal, however many sends are under way', async () => {
    const { ana, bruno, channelId, server: it } = await start();
    const brunos = await joined(bruno);
    const flood = range(1, 400).map((n) =>
      brunos.request('message.send', { channelId, clientId: randomUUID(), text: `${n}` }),
    );
    await ana.call('DELETE', `/api/v1/channels/${channelId}/members/${bruno.id}`);
    await Promise.all(flood);
    const [left] =
      await it.sql`select seq from channel_events where channel_id = ${channelId} and kind = 'member.left'`;
    const later = await it.sql`
      select from messages where channel_id = ${channelId} and sender_id = ${bruno.id} and seq > ${Number(left?.seq)}`;
    expect(later).toHaveLength(0);
  });
});

describe('ping', () => {
  it('names no head when the session was handed everything', async () => {
    const { ana, channelId } = await start();
    const socket = await joined(ana);
    await socket.send(channelId, 'x');
    await socket.event('timeline.entry');
    const reply = await socket.ok('ping', {});
    expect(reply).toEqual({ serverTime: expect.stringMatching(/^\d{4}-.*Z$/) as string });
  });
});
