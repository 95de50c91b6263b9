import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defineModule } from '../../kernel/module.ts';
import { coreModules } from '../index.ts';
import { linkedBuses, startTestServer, type TestServer, type TestSocket, type TestUser } from '../../testing/index.ts';

let server: TestServer;
let other: TestServer;
let ana: TestUser;
let bruno: TestUser;
let carla: TestUser;
const limits = { typingEveryMs: 60_000, typersTold: 2, signalBytes: 10_000 };
beforeAll(async () => {
  const [one, two] = linkedBuses();
  server = await startTestServer({ bus: one, limits });
  other = await startTestServer({ bus: two, limits, database: server.database });
  [ana, bruno, carla] = [await server.user('ana'), await server.user('bruno'), await server.user('carla')];
});
afterAll(async () => {
  await other.stopServer();
  await server.stop();
});

const joined = async (user: TestUser): Promise<TestSocket> => {
  const socket = await user.socket();
  await socket.hello({ token: user.accessToken });
  return socket;
};

const group = async (...members: TestUser[]): Promise<number> => {
  const memberIds = members.map(({ id }) => id);
  const made = await ana.call('POST', '/api/v1/channels', { kind: 'group', name: 'g', memberIds });
  return (made.body as { id: number }).id;
};

const typersSeen = (socket: TestSocket, channelId: number) =>
  socket.events
    .filter(({ data, event }) => event === 'typing' && data.channelId === channelId)
    .map(({ data }) => data.userId);

describe('somebody who writes', () => {
  it('is seen by the members of every process, once in a while, and not by themselves', async () => {
    const channelId = await group(bruno);
    const [anas, phone, brunos] = [await joined(ana), await joined(ana), await joined(await other.login(bruno))];
    const { seq } = await brunos.send(channelId, 'x');
    for (let turn = 0; turn < 5; turn += 1) await anas.ok('typing.start', { channelId });
    const { data } = await brunos.event('typing', (it) => it.channelId === channelId);
    expect(data).toEqual({ channelId, userId: ana.id, forMs: 5_000, head: seq });
    await anas.send(channelId, 'done');
    await brunos.event('timeline.entry', ({ text }) => text === 'done');
    expect(typersSeen(brunos, channelId)).toEqual([ana.id]);
    // With the message it was over, so the next time is news.
    await anas.ok('typing.start', { channelId });
    await brunos.until('a second time', () => (typersSeen(brunos, channelId).length === 2 ? true : undefined));
    expect([...typersSeen(anas, channelId), ...typersSeen(phone, channelId)]).toEqual([]);
    await Promise.all([anas.close(), phone.close(), brunos.close()]);
  });

  it('is one of a few, however many write', async () => {
    const crowd = await Promise.all(Array.from({ length: 6 }, () => server.user()));
    const channelId = await group(bruno, ...crowd);
    const brunos = await joined(bruno);
    for (const user of crowd) {
      const socket = await joined(user);
      await socket.ok('typing.start', { channelId });
      await socket.close();
    }
    const anas = await joined(ana);
    await anas.send(channelId, 'now');
    await brunos.event('timeline.entry', ({ text }) => text === 'now');
    expect(typersSeen(brunos, channelId)).toEqual(crowd.slice(0, 2).map(({ id }) => id));
    await Promise.all([anas.close(), brunos.close()]);
  });

  it('is told to nobody when they are no member', async () => {
    const channelId = await group(bruno);
    const [carlas, brunos] = [await joined(carla), await joined(bruno)];
    const refused = [
      await carlas.request('typing.start', { channelId }),
      await carlas.request('typing.start', { channelId }),
    ];
    expect(refused.map(({ error }) => error?.code)).toEqual(['channel_not_found', 'channel_not_found']);
    await brunos.ok('ping', {});
    expect(typersSeen(brunos, channelId)).toEqual([]);
    await Promise.all([carlas.close(), brunos.close()]);
  });
});

it('a client that has much to read is told nothing that may be missed until it has read it', async () => {
  /** Says two things in one turn of the event loop, the first of which is a lot. */
  const flood = defineModule({
    name: 'flood',
    setup: ({ plain, sessions }) =>
      plain('POST', '/flood', async (request) => {
        const channelId = Number(await request.text());
        sessions.tell(channelId, 'module.news', 'x'.repeat(limits.signalBytes));
        sessions.tell(channelId, 'typing', 'beside it');
        return new Response();
      }),
  });
  const busy = await startTestServer({ database: server.database, limits, modules: [...coreModules, flood] });
  const channelId = await group(bruno);
  const brunos = await joined(await busy.login(bruno));
  const say = () => fetch(`${busy.url}/flood`, { method: 'POST', body: String(channelId) });
  await say();
  await say();
  await brunos.until('both', () => brunos.events.filter(({ event }) => event === 'module.news')[1]);
  await brunos.ok('ping', {});
  expect(brunos.events.filter(({ event }) => event === 'typing')).toEqual([]);
  await brunos.close();
  await busy.stopServer();
});
