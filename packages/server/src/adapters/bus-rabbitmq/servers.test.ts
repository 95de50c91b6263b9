import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rabbitmqMissing } from '../../testing/rabbitmq-programs.ts';
import { startTestServer, type TestServer, type TestUser } from '../../testing/server.ts';
import type { TestSocket } from '../../testing/socket.ts';
import { brokerProxy, testBus, useVhost } from './test-bus.test.fixture.ts';

const vhost = useVhost();
let proxy: Awaited<ReturnType<typeof brokerProxy>>;
let one: TestServer;
let two: TestServer;
const undo: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  if (rabbitmqMissing() !== undefined) return;
  proxy = await brokerProxy(vhost());
  const buses = [await testBus(proxy.url), await testBus(proxy.url)] as const;
  one = await startTestServer({ bus: buses[0] });
  two = await startTestServer({ bus: buses[1], database: one.database });
  undo.push(
    () => proxy.close(),
    ...buses.map((bus) => () => bus.close()),
    () => one.stop(),
    () => two.stopServer(),
  );
}, 120_000);
afterAll(async () => {
  for (const step of undo.reverse()) await step();
}, 60_000);

const readiness = async (server: TestServer): Promise<number> => (await server.call('GET', '/readyz')).status;

/** A socket of this user that is live. */
const joined = async (user: TestUser): Promise<TestSocket> => {
  const socket = await user.socket();
  await socket.hello({ token: user.accessToken });
  return socket;
};

/** Ana at one server and Bob at the other, in one conversation. */
const talk = async () => {
  const [ana, bob] = [await one.user(), await one.user()];
  const opened = await ana.call('POST', '/api/v1/channels', { kind: 'direct', userId: bob.id });
  const { id: channelId } = opened.body as { id: number };
  return { channelId, bob, anaSocket: await joined(ana), bobSocket: await joined(await two.login(bob)) };
};

describe('two servers with a broker between them', () => {
  it('hand over to each other', async () => {
    const { anaSocket, bobSocket, channelId } = await talk();
    await anaSocket.send(channelId, 'Olá');
    await bobSocket.event('timeline.entry', ({ text }) => text === 'Olá');
    await bobSocket.send(channelId, 'Oi');
    await anaSocket.event('timeline.entry', ({ text }) => text === 'Oi');
  });

  it('store and acknowledge while the broker is away, take new sessions, and every session has all of it after', async () => {
    const { anaSocket, bob, bobSocket, channelId } = await talk();
    await proxy.cut();
    await vi.waitFor(async () => expect([await readiness(one), await readiness(two)]).toEqual([503, 503]), 10_000);
    const texts = Array.from({ length: 20 }, (_, index) => `while it was away ${index}`);
    for (const text of texts) await anaSocket.send(channelId, text);
    const lateSocket = await joined(await two.login(bob));
    await anaSocket.send(channelId, 'after Bob came');
    await proxy.restore();
    await vi.waitFor(async () => expect([await readiness(one), await readiness(two)]).toEqual([200, 200]), 20_000);
    for (const socket of [bobSocket, lateSocket]) {
      await socket.event('timeline.entry', ({ text }) => text === 'after Bob came');
      const seqs = socket.entries(channelId).map(({ seq }) => Number(seq));
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
      expect(new Set(seqs).size).toBe(seqs.length);
    }
    expect(bobSocket.entries(channelId).map(({ text }) => text)).toEqual([...texts, 'after Bob came']);
    const metrics = await fetch(`${one.url}/metrics`).then((answer) => answer.text());
    // What processes tell each other of presence meanwhile is dropped, too.
    expect(Number(/^messox_bus_dropped_total (\d+)$/m.exec(metrics)?.[1])).toBeGreaterThanOrEqual(21);
    expect(metrics).toMatch(/^messox_bus_reconnects_total [1-9]/m);
  });
});
