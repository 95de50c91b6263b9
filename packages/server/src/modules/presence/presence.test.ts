import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryBus } from '../../adapters/bus-memory.ts';
import type { Bus } from '../../ports/bus.ts';
import {
  databaseProxy,
  linkedBuses,
  startTestServer,
  type TestServer,
  type TestSocket,
  type TestUser,
} from '../../testing/index.ts';

const quick = {
  presenceBeatMs: 100,
  presenceBeatsMissed: 4,
  presenceGraceMs: 150,
  presenceBatchMs: 10,
  presenceRefreshMs: 600_000,
};

let server: TestServer;
let left: Bus;
let right: Bus;
beforeAll(async () => {
  [left, right] = linkedBuses();
  server = await startTestServer({ bus: left, limits: quick });
});
afterAll(() => server.stop());

interface Seen {
  userId: number;
  state: string;
  lastSeenAt?: string;
}

const joined = async (user: TestUser): Promise<TestSocket> => {
  const socket = await user.socket();
  await socket.hello({ token: user.accessToken });
  return socket;
};

const watch = async (socket: TestSocket, ...users: TestUser[]): Promise<Seen[]> => {
  const { presences } = await socket.ok('presence.watch', { userIds: users.map(({ id }) => id) });
  return presences as Seen[];
};

const stateOf = async (socket: TestSocket, user: TestUser): Promise<string | undefined> =>
  (await watch(socket, user))[0]?.state;

const told = (socket: TestSocket, { id }: TestUser): string[] =>
  socket.events
    .filter(({ data, event }) => event === 'presence' && data.userId === id)
    .map(({ data }) => data.state as string);

const nextTold = (socket: TestSocket, { id }: TestUser, state: string) =>
  socket.event('presence', (data) => data.userId === id && data.state === state);

const openDirect = async (one: TestUser, other: TestUser): Promise<number> =>
  ((await one.call('POST', '/api/v1/channels', { kind: 'direct', userId: other.id })).body as { id: number }).id;

const isWritten = (user: TestUser) => async (): Promise<boolean> =>
  (await server.sql`select from presence_online where user_id = ${user.id}`).length > 0;

/** Two people with a direct channel, each of whom has written in it. */
const friends = async (at = server): Promise<[TestUser, TestUser]> => {
  const [one, other] = [await at.user(), await at.user()];
  const channelId = await openDirect(one, other);
  for (const user of [one, other])
    await user.call('POST', `/api/v1/channels/${channelId}/messages`, { clientId: crypto.randomUUID(), text: 'x' });
  return [one, other];
};

describe('somebody who is watched', () => {
  it('is online from the first device to the last, and then was seen last at that minute', async () => {
    const [ana, bruno] = await friends();
    const anas = await joined(ana);
    expect(await watch(anas, bruno)).toEqual([{ userId: bruno.id, state: 'offline' }]);
    const [phone, laptop] = [await joined(bruno), await joined(bruno)];
    await nextTold(anas, bruno, 'online');
    await phone.close();
    const before = Date.now();
    await laptop.close();
    const { data } = await nextTold(anas, bruno, 'offline');
    expect(data.lastSeenAt).toMatch(/:00\.000Z$/);
    const seen = Date.parse(data.lastSeenAt as string);
    expect(seen).toBeGreaterThan(before - 120_000);
    expect(seen).toBeLessThanOrEqual(Date.now());
    expect(told(anas, bruno)).toEqual(['online', 'offline']);
    await anas.close();
  });

  it('was not away when they come back soon', async () => {
    const [one, other] = linkedBuses();
    const patient = { ...quick, presenceGraceMs: 3_600_000 };
    const here = await startTestServer({ database: server.database, bus: one, limits: patient });
    const there = await startTestServer({ database: server.database, bus: other, limits: patient });
    const [ana, bruno] = await friends(here);
    const [, marker] = [await openDirect(ana, await here.user()), await here.user()];
    await openDirect(ana, marker);
    const [anas, phone] = [await joined(ana), await joined(bruno)];
    await expect.poll(isWritten(bruno)).toBe(true);
    expect((await watch(anas, bruno, marker)).map(({ state }) => state)).toEqual(['online', 'offline']);
    await phone.close();
    await expect.poll(isWritten(bruno)).toBe(false);
    const again = await joined(await there.login(bruno));
    await expect.poll(isWritten(bruno)).toBe(true);
    const markers = await joined(marker);
    await nextTold(anas, marker, 'online');
    expect(told(anas, bruno)).toEqual([]);
    await Promise.all([anas.close(), again.close(), markers.close()]);
    await Promise.all([here.stopServer(), there.stopServer()]);
  });

  it('is watched no longer once the session watches others', async () => {
    const [ana, bruno] = await friends();
    const carla = await server.user();
    await openDirect(ana, carla);
    const anas = await joined(ana);
    await watch(anas, bruno);
    await watch(anas, carla);
    const [brunos, carlas] = [await joined(bruno), await joined(carla)];
    await nextTold(anas, carla, 'online');
    expect(told(anas, bruno)).toEqual([]);
    expect(await watch(anas)).toEqual([]);
    const tooMany = await anas.request('presence.watch', { userIds: Array.from({ length: 201 }, (_, id) => id + 1) });
    expect(tooMany.error?.code).toBe('invalid_request');
    await Promise.all([anas.close(), brunos.close(), carlas.close()]);
  });
});

describe('who is seen', () => {
  it('is whoever lets themselves be seen by those who let themselves be seen by them', async () => {
    const [ana, bruno] = await friends();
    const sockets = [await joined(ana), await joined(bruno)] as const;
    await Promise.all([expect.poll(isWritten(ana)).toBe(true), expect.poll(isWritten(bruno)).toBe(true)]);
    const set = async (user: TestUser, presence: string) => {
      const { status } = await user.call('PATCH', '/api/v1/users/me', { presence });
      expect(status).toBe(200);
    };
    for (const [mine, theirs, seen] of [
      ['everyone', 'everyone', true],
      ['contacts', 'everyone', true],
      ['contacts', 'contacts', true],
      ['nobody', 'everyone', false],
      ['contacts', 'nobody', false],
    ] as const) {
      await set(ana, mine);
      await set(bruno, theirs);
      const states = [await stateOf(sockets[0], bruno), await stateOf(sockets[1], ana)];
      const expected = seen ? 'online' : 'unknown';
      expect([mine, theirs, ...states]).toEqual([mine, theirs, expected, expected]);
    }
    expect((await ana.call('PATCH', '/api/v1/users/me', { presence: 'friends' })).status).toBe(400);
    await Promise.all(sockets.map((socket) => socket.close()));
  });

  it('changes at once when somebody changes it, for both', async () => {
    const [ana, bruno] = await friends();
    const [anas, brunos] = [await joined(ana), await joined(bruno)];
    await Promise.all([expect.poll(isWritten(ana)).toBe(true), expect.poll(isWritten(bruno)).toBe(true)]);
    await watch(anas, bruno);
    await watch(brunos, ana);
    await bruno.call('PATCH', '/api/v1/users/me', { presence: 'nobody' });
    await nextTold(anas, bruno, 'unknown');
    await nextTold(brunos, ana, 'unknown');
    await bruno.call('PATCH', '/api/v1/users/me', { presence: 'everyone' });
    await nextTold(anas, bruno, 'online');
    await nextTold(brunos, ana, 'online');
    await Promise.all([anas.close(), brunos.close()]);
  });

  it('is nobody with whom one shares no channel, and nobody who does not exist', async () => {
    const [ana] = await friends();
    const stranger = await server.user();
    const [anas, strangers] = [await joined(ana), await joined(stranger)];
    await expect.poll(isWritten(stranger)).toBe(true);
    expect(await watch(anas, stranger, { ...stranger, id: 999_999 })).toEqual([
      { userId: stranger.id, state: 'unknown' },
      { userId: 999_999, state: 'unknown' },
    ]);
    await ana.call('POST', '/api/v1/channels', { kind: 'group', name: 'g', memberIds: [stranger.id] });
    expect(await stateOf(anas, stranger)).toBe('online');
    await Promise.all([anas.close(), strangers.close()]);
  });

  it('is not a contact who did nothing but to be written to', async () => {
    const [ana, pest] = [await server.user(), await server.user()];
    await ana.call('PATCH', '/api/v1/users/me', { presence: 'contacts' });
    const channelId = await openDirect(pest, ana);
    const [anas, pests] = [await joined(ana), await joined(pest)];
    await expect.poll(isWritten(ana)).toBe(true);
    for (let turn = 0; turn < 3; turn += 1) await pests.send(channelId, 'hello?');
    await expect.poll(isWritten(pest)).toBe(true);
    expect([await stateOf(pests, ana), await stateOf(anas, pest)]).toEqual(['unknown', 'unknown']);
    await anas.send(channelId, 'All right.');
    expect([await stateOf(pests, ana), await stateOf(anas, pest)]).toEqual(['online', 'online']);
    await Promise.all([anas.close(), pests.close()]);
  });
});

describe('a process', () => {
  /** Another process on the same database, which can be cut off from everything. */
  const startOther = async (bus: Bus) => {
    let proxy: Awaited<ReturnType<typeof databaseProxy>> | undefined;
    let isDeaf = false;
    const other = await startTestServer({
      database: server.database,
      limits: quick,
      bus: { ...bus, publish: (shard, message) => (isDeaf ? undefined : bus.publish(shard, message)) },
      connection: async (database) => (proxy = await databaseProxy(database.connection)).connection,
    });
    return {
      other,
      stall: async () => {
        isDeaf = true;
        await proxy?.cut();
      },
      goOn: async () => {
        isDeaf = false;
        await proxy?.restore();
      },
      stop: async () => {
        await other.stopServer();
        await proxy?.close();
      },
    };
  };

  it('that says nothing more takes its users with it, and brings them back when it only stood still', async () => {
    const [ana, bruno] = await friends();
    const { goOn, other, stall, stop } = await startOther(right);
    const [anas, brunos] = [await joined(ana), await joined(await other.login(bruno))];
    await expect.poll(isWritten(bruno)).toBe(true);
    // With so many, looking at one after the other would take longer than this test waits.
    const many = Array.from({ length: 199 }, (_, index) => ({ ...bruno, id: 1_000_000 + index }));
    expect((await watch(anas, ...many, bruno)).at(-1)?.state).toBe('online');
    await stall();
    const { data } = await nextTold(anas, bruno, 'offline');
    expect(data.lastSeenAt).toBeDefined();
    // Its rows are gone with it, and what it knew is remembered.
    expect(await isWritten(bruno)()).toBe(false);
    expect(await server.sql`select from presence_seen where user_id = ${bruno.id}`).toHaveLength(1);
    await goOn();
    await nextTold(anas, bruno, 'online');
    expect(told(anas, bruno)).toEqual(['offline', 'online']);
    await Promise.all([anas.close(), brunos.close()]);
    await stop();
  });

  it('that stops in order takes its users with it at once', async () => {
    const [ana, bruno] = await friends();
    const { other, stop } = await startOther(right);
    const [anas] = [await joined(ana), await joined(await other.login(bruno))];
    await expect.poll(isWritten(bruno)).toBe(true);
    expect(await stateOf(anas, bruno)).toBe('online');
    await stop();
    expect(await isWritten(bruno)()).toBe(false);
    await nextTold(anas, bruno, 'offline');
    await anas.close();
  });

  it('whose signals are all lost is found out about', async () => {
    const deaf = await startTestServer({
      database: server.database,
      bus: memoryBus(),
      limits: { ...quick, presenceRefreshMs: 200 },
    });
    const [ana, bruno] = await friends();
    const anas = await joined(await deaf.login(ana));
    await watch(anas, bruno);
    const brunos = await joined(bruno);
    await nextTold(anas, bruno, 'online');
    await brunos.close();
    await nextTold(anas, bruno, 'offline');
    await bruno.call('PATCH', '/api/v1/users/me', { presence: 'nobody' });
    await nextTold(anas, bruno, 'unknown');
    await anas.close();
    await deaf.stopServer();
  });

  it('writes one row with each beat, however many users it has', async () => {
    const [ana, bruno] = await friends();
    const sockets = [await joined(ana), await joined(bruno)];
    await Promise.all([expect.poll(isWritten(ana)).toBe(true), expect.poll(isWritten(bruno)).toBe(true)]);
    const versions = () =>
      server.sql`select user_id, xmin from presence_online where user_id in (${ana.id}, ${bruno.id}) order by 1`;
    const beats = async () => {
      const [row] = await server.sql<{ at: Date }[]>`
        select p.beat_at as at from presence_processes p join presence_online o on o.process_id = p.id where o.user_id = ${ana.id}`;
      return row?.at.getTime() ?? 0;
    };
    const [before, first] = [[...(await versions())], await beats()];
    await expect.poll(beats).toBeGreaterThan(first);
    const second = await beats();
    await expect.poll(beats).toBeGreaterThan(second);
    expect([...(await versions())]).toEqual(before);
    await Promise.all(sockets.map((socket) => socket.close()));
  });
});
