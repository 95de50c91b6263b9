import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryBus } from '../../adapters/bus-memory.ts';
import {
  clientFrame,
  databaseProxy,
  linkedBuses,
  mischievousBus,
  rawSocket,
  seededRandom,
  serverFrames,
  startTestServer,
  type TestServer,
  type TestSocket,
  type TestUser,
} from '../../testing/index.ts';

let server: TestServer;
let ana: TestUser;
let bruno: TestUser;
let carla: TestUser;
beforeAll(async () => {
  server = await startTestServer({ limits: { marksMs: 20, receiptMembers: 2, confirmMs: 30, confirmLargeMs: 60 } });
  [ana, bruno, carla] = [await server.user('ana'), await server.user('bruno'), await server.user('carla')];
});
afterAll(() => server.stop());

const joined = async (user: TestUser, data: Record<string, unknown> = {}): Promise<TestSocket> => {
  const socket = await user.socket();
  await socket.hello({ token: user.accessToken, ...data });
  return socket;
};

const get = async <T>(user: TestUser, path: string): Promise<T> => (await user.call('GET', `/api/v1${path}`)).body;

interface Receipt {
  channelId: number;
  userId: number;
  readSeq: number;
  deliveredSeq: number;
}

const open = async (by: TestUser, body: Record<string, unknown>): Promise<number> =>
  ((await by.call('POST', '/api/v1/channels', body)).body as { id: number }).id;
const direct = (one: TestUser, other: TestUser) => open(one, { kind: 'direct', userId: other.id });
const group = (owner: TestUser, ...others: TestUser[]) =>
  open(owner, { kind: 'group', name: 'Família', memberIds: others.map(({ id }) => id) });

const receiptsOf = (socket: TestSocket, channelId: number) =>
  socket.events.filter(({ data, event }) => event === 'receipt' && data.channelId === channelId);

describe('a message', () => {
  it('is delivered once a device of the other has answered that it came, and read once they say so', async () => {
    const channelId = await direct(ana, bruno);
    const [anas, brunos] = [await joined(ana), await joined(bruno)];
    const { seq } = await anas.send(channelId, 'Oi');
    const delivered = await anas.event('receipt', (it) => it.userId === bruno.id && it.deliveredSeq === seq);
    expect(delivered.data).toMatchObject({ channelId, readSeq: 0 });
    await brunos.ok('read.mark', { channelId, seq });
    await anas.event('receipt', (it) => it.userId === bruno.id && it.readSeq === seq);
    const { receipts } = await get<{ receipts: Receipt[] }>(ana, `/channels/${channelId}`);
    expect(receipts).toContainEqual({ channelId, userId: bruno.id, readSeq: seq, deliveredSeq: seq });
    expect(await get(bruno, `/channels/${channelId}`)).toMatchObject({ readSeq: seq, deliveredSeq: seq });
    // What Ana wrote herself was not delivered to her.
    expect(receiptsOf(anas, channelId).filter(({ data }) => data.userId === ana.id)).toEqual([]);
    await Promise.all([anas.close(), brunos.close()]);
  });

  it('is not delivered to a client that takes its bytes and answers nothing', async () => {
    const [dora, eva] = [await server.user(), await server.user()];
    const channelId = await direct(dora, eva);
    // It speaks WebSocket by hand, and so answers no ping.
    const silent = await rawSocket(server.port);
    silent.socket.write(clientFrame(JSON.stringify({ id: 1, op: 'hello', data: { token: eva.accessToken } })));
    await expect.poll(() => silent.text().includes('"event":"ready"')).toBe(true);
    const doras = await joined(dora);
    await doras.send(channelId, 'hello?');
    await expect.poll(() => silent.text().includes('hello?')).toBe(true);
    await expect.poll(() => serverFrames(silent.text()).some(({ opcode }) => opcode === 9)).toBe(true);
    // Somebody else's mark goes all the way meanwhile.
    const phone = await joined(eva);
    await phone.ok('read.mark', { channelId, seq: 1 });
    await doras.event('receipt', ({ readSeq }) => readSeq === 1);
    const { receipts } = await get<{ receipts: Receipt[] }>(dora, `/channels/${channelId}/receipts`);
    expect(receipts.find(({ userId }) => userId === eva.id)).toMatchObject({ deliveredSeq: 1 });
    silent.socket.destroy();
    await Promise.all([doras.close(), phone.close()]);
  });

  it('that was missed is delivered when the device comes back for it', async () => {
    const channelId = await direct(ana, bruno);
    const anas = await joined(ana);
    const { seq } = await anas.send(channelId, 'later');
    const brunos = await joined(bruno, { cursors: {} });
    await anas.event('receipt', (it) => it.userId === bruno.id && it.deliveredSeq === seq);
    await Promise.all([anas.close(), brunos.close()]);
  });
});

describe('a read mark', () => {
  it('is stored when it is answered, and reaches the other devices of the one who made it', async () => {
    const channelId = await direct(ana, bruno);
    const { seq } = (
      await ana.call('POST', `/api/v1/channels/${channelId}/messages`, { clientId: crypto.randomUUID(), text: 'x' })
    ).body as { seq: number };
    const [phone, laptop] = [await joined(bruno), await joined(bruno)];
    await phone.ok('read.mark', { channelId, seq });
    const [row] =
      await server.sql`select read_seq from members where channel_id = ${channelId} and user_id = ${bruno.id}`;
    expect(Number(row?.read_seq)).toBe(seq);
    await laptop.event('receipt', (it) => it.userId === bruno.id && it.readSeq === seq);
    await Promise.all([phone.close(), laptop.close()]);
  });

  it('never goes back, and never beyond what there is', async () => {
    const channelId = await direct(ana, carla);
    const carlas = await joined(carla);
    for (const text of ['1', '2', '3']) await carlas.send(channelId, text);
    const { head } = await get<{ head: number }>(carla, `/channels/${channelId}`);
    const marks = [2, 9_999, 1, head - 1];
    for (const seq of marks) {
      await carlas.ok('read.mark', { channelId, seq });
      const { readSeq } = await get<{ readSeq: number }>(carla, `/channels/${channelId}`);
      expect(readSeq).toBe(seq === 2 ? 2 : head);
    }
    await carlas.close();
  });

  it('of a group that is too large is told to nobody but the own devices, and can be asked for', async () => {
    const channelId = await group(ana, bruno, carla);
    const [anas, phone, laptop] = [await joined(ana), await joined(bruno), await joined(bruno)];
    const { seq } = await anas.send(channelId, 'to all');
    await phone.ok('read.mark', { channelId, seq });
    await laptop.event('receipt', (it) => it.channelId === channelId && it.userId === bruno.id && it.readSeq === seq);
    const { receipts } = await get<{ receipts: Receipt[] }>(ana, `/channels/${channelId}/receipts`);
    expect(receipts.find(({ userId }) => userId === bruno.id)).toMatchObject({ readSeq: seq, deliveredSeq: seq });
    const page = await get<{ receipts: Receipt[] }>(ana, `/channels/${channelId}/receipts?limit=1&after=${ana.id}`);
    expect(page.receipts.map(({ userId }) => userId)).toEqual([bruno.id]);
    expect(receiptsOf(anas, channelId)).toEqual([]);
    await Promise.all([anas.close(), phone.close(), laptop.close()]);
  });

  it('of one who was taken out goes with the membership', async () => {
    const channelId = await group(ana, bruno);
    const anas = await joined(ana);
    const { seq } = await anas.send(channelId, 'x');
    const brunos = await joined(bruno);
    await brunos.ok('read.mark', { channelId, seq });
    await ana.call('DELETE', `/api/v1/channels/${channelId}/members/${bruno.id}`);
    expect((await brunos.request('read.mark', { channelId, seq })).error?.code).toBe('channel_not_found');
    const { receipts } = await get<{ receipts: Receipt[] }>(ana, `/channels/${channelId}/receipts`);
    expect(receipts.map(({ userId }) => userId)).toEqual([ana.id]);
    await ana.call('POST', `/api/v1/channels/${channelId}/members`, { userIds: [bruno.id] });
    // What was said while they were away is nothing that they have not read.
    expect(await get(bruno, `/channels/${channelId}`)).toMatchObject({ unreadCount: 0 });
    await Promise.all([anas.close(), brunos.close()]);
  });
});

describe('who comes back', () => {
  it('asks what moved since, and gets the own marks of all channels and the others’ of direct ones', async () => {
    const [directId, groupId] = [await direct(bruno, carla), await group(bruno, carla)];
    const [brunos, carlas] = [await joined(bruno), await joined(carla)];
    const seqs = new Map<number, number>();
    for (const channelId of [directId, groupId]) {
      const { seq } = await brunos.send(channelId, 'x');
      seqs.set(channelId, seq as number);
      await carlas.ok('read.mark', { channelId, seq });
    }
    interface Found {
      receipts: Receipt[];
      at: string;
    }
    const mine = await get<Found>(carla, '/receipts');
    const told = (found: Found) => found.receipts.filter(({ channelId }) => seqs.has(channelId));
    expect(told(mine).filter(({ userId }) => userId === carla.id)).toEqual(
      [...seqs]
        .sort(([a], [b]) => a - b)
        .map(([channelId, seq]) => ({ channelId, userId: carla.id, readSeq: seq, deliveredSeq: seq })),
    );
    const others = told(await get<Found>(bruno, '/receipts')).filter(({ userId }) => userId === carla.id);
    expect(others.map(({ channelId }) => channelId)).toEqual([directId]);
    await server.sql`update members set marked_at = clock_timestamp() - interval '1 hour'`;
    const later = await get<Found>(bruno, `/receipts?since=${mine.at}`);
    expect(later.receipts).toEqual([]);
    await carlas.ok('read.mark', { channelId: directId, seq: (await brunos.send(directId, 'y')).seq });
    const moved = await get<Found>(bruno, `/receipts?since=${later.at}`);
    expect(moved.receipts).toMatchObject([{ channelId: directId, userId: carla.id }]);
    expect((await bruno.call('GET', '/api/v1/receipts?since=yesterday')).status).toBe(400);
    await Promise.all([brunos.close(), carlas.close()]);
  });
});

describe('without the database for a while', () => {
  it('a read mark waits for it, and is stored when it is answered', async () => {
    let proxy: Awaited<ReturnType<typeof databaseProxy>> | undefined;
    const own = await startTestServer({
      limits: { marksMs: 20 },
      connection: async (database) => (proxy = await databaseProxy(database.connection)).connection,
    });
    const [one, two] = [await own.user(), await own.user()];
    const channelId = await direct(one, two);
    const socket = await joined(one);
    const { seq } = await socket.send(channelId, 'x');
    await proxy?.cut();
    const marks = Array.from({ length: 20 }, (_, index) => socket.request('read.mark', { channelId, seq: index + 1 }));
    await proxy?.restore();
    expect((await Promise.all(marks)).every(({ ok }) => ok)).toBe(true);
    const [row] = await own.sql`select read_seq from members where channel_id = ${channelId} and user_id = ${one.id}`;
    expect(Number(row?.read_seq)).toBe(seq);
    await socket.close();
    await own.stop();
    await proxy?.close();
  });

  it('marks beyond the queue are refused', async () => {
    const full = await startTestServer({ database: server.database, limits: { marksQueue: 1 } });
    const socket = await full.login(ana).then((again) => joined(again));
    const ids = await Promise.all([direct(ana, bruno), direct(ana, carla)]);
    const replies = await Promise.all(ids.map((channelId) => socket.request('read.mark', { channelId, seq: 1 })));
    expect(replies.map(({ error }) => error?.code)).toEqual([undefined, 'overloaded']);
    await socket.close();
    await full.stopServer();
  });
});

describe('two processes', () => {
  const start = async (limits: Record<string, number>, sever: boolean) => {
    const [one, two] = linkedBuses();
    const left = await startTestServer({ database: server.database, bus: sever ? memoryBus() : one, limits });
    const right = await startTestServer({ database: server.database, bus: sever ? memoryBus() : two, limits });
    const [channelId, other] = [await direct(ana, bruno), await direct(ana, carla)];
    const anas = await joined(await left.login(ana));
    const brunos = await joined(await right.login(bruno));
    return { anas, brunos, channelId, other, stop: () => Promise.all([left.stopServer(), right.stopServer()]) };
  };

  it('tell each other', async () => {
    const { anas, brunos, channelId, stop } = await start({ marksMs: 20 }, false);
    const { seq } = await anas.send(channelId, 'x');
    await anas.event('receipt', (it) => it.userId === bruno.id && it.deliveredSeq === seq);
    await brunos.ok('read.mark', { channelId, seq });
    await anas.event('receipt', (it) => it.userId === bruno.id && it.readSeq === seq);
    await stop();
  });

  it('find out what no signal told them, and tell it once', async () => {
    const { anas, brunos, channelId, other, stop } = await start({ marksMs: 20, receiptsSweepMs: 50 }, true);
    const { seq } = await anas.send(channelId, 'x');
    await brunos.ok('read.mark', { channelId, seq });
    await anas.event('receipt', (it) => it.userId === bruno.id && it.readSeq === seq);
    // Each of these takes another round.
    const carlas = await joined(await server.login(carla));
    for (const text of ['1', '2', '3', '4']) {
      const { seq: next } = await carlas.send(other, text);
      await carlas.ok('read.mark', { channelId: other, seq: next });
      await anas.event('receipt', (it) => it.userId === carla.id && it.readSeq === next);
    }
    const reads = receiptsOf(anas, channelId).filter(({ data }) => data.userId === bruno.id && data.readSeq === seq);
    expect(reads).toHaveLength(1);
    await carlas.close();
    await stop();
  });
});

it('a bus that loses, repeats and reorders makes no mark go back, and keeps none from its end', async () => {
  const bus = mischievousBus(seededRandom(20));
  const limits = { marksMs: 1, receiptsSweepMs: 50 };
  const odd = await startTestServer({ database: server.database, bus, limits });
  const channelId = await direct(ana, bruno);
  const [anas, brunos] = [await joined(await odd.login(ana)), await joined(await odd.login(bruno))];
  const seqs: number[] = [];
  for (let turn = 0; turn < 30; turn += 1) {
    const { seq } = await anas.send(channelId, String(turn));
    seqs.push(seq as number);
    await brunos.ok('read.mark', { channelId, seq });
  }
  await anas.event('receipt', (it) => it.userId === bruno.id && it.readSeq === seqs.at(-1));
  const told = receiptsOf(anas, channelId)
    .filter(({ data }) => data.userId === bruno.id)
    .map(({ data }) => data as unknown as Receipt);
  for (const [index, { deliveredSeq, readSeq }] of told.slice(1).entries()) {
    expect(readSeq).toBeGreaterThanOrEqual(told[index]?.readSeq ?? 0);
    expect(deliveredSeq).toBeGreaterThanOrEqual(told[index]?.deliveredSeq ?? 0);
  }
  await Promise.all([anas.close(), brunos.close()]);
  await odd.stopServer();
});
