import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { rabbitmqMissing } from '../../testing/rabbitmq-programs.ts';
import { startTestRabbitmq, type TestRabbitmq } from '../../testing/rabbitmq.ts';
import { message, skipWithoutRabbitmq, useBuses } from './test-bus.test.fixture.ts';

skipWithoutRabbitmq();
const { join } = useBuses();
let broker: TestRabbitmq;
beforeAll(async () => {
  if (rabbitmqMissing() === undefined) broker = await startTestRabbitmq();
}, 120_000);
afterAll(async () => {
  if (rabbitmqMissing() === undefined) await broker.stop();
});

/** Two buses; the second gets what the first publishes of shard 1. */
const pair = async () => {
  const url = `${broker.url}?heartbeat=1`;
  const [one, two] = [await join(url), await join(url)];
  await Promise.all([one.bus.subscribe(1), two.bus.subscribe(1)]);
  return [one, two] as const;
};

type Pair = Awaited<ReturnType<typeof pair>>;

const publishUntilBlocked = async ([one]: Pair): Promise<void> => {
  for (let seq = 1; one.bus.ready(); seq += 1) {
    one.bus.publish(1, message(1, seq));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

const converges = async ([one, two]: Pair): Promise<void> => {
  await two.gapOf(1);
  await vi.waitFor(() => expect([one.bus.ready(), two.bus.ready()]).toEqual([true, true]), 20_000);
  one.bus.publish(1, message(1, 1_000));
  await vi.waitFor(() => expect(two.got.at(-1)).toEqual(message(1, 1_000)));
};

it.each([
  ['memory', ['set_vm_memory_high_watermark', 'absolute', '1MB'], ['set_vm_memory_high_watermark', 'absolute', '1GB']],
  ['disk', ['set_disk_free_limit', '900000GB'], ['set_disk_free_limit', '1MB']],
])(
  'a broker short of %s takes no messages: they are dropped, handed over at home, and others look after it',
  async (_, alarm, relief) => {
    const both = await pair();
    const [one, two] = both;
    await broker.ctl(...alarm);
    await publishUntilBlocked(both);
    two.gaps.length = 0;
    one.got.length = 0;
    for (let seq = 501; seq <= 510; seq += 1) one.bus.publish(1, message(1, seq));
    expect(one.got).toHaveLength(10);
    expect(one.bus.counts().dropped).toBeGreaterThanOrEqual(10);
    // What reads is not blocked: it subscribes as ever.
    await two.bus.subscribe(2);
    await broker.ctl(...relief);
    await converges(both);
    expect(one.bus.counts().reconnects).toBe(0);
  },
  60_000,
);

it('a broker that stops and starts finds everybody back', async () => {
  const both = await pair();
  const [one, two] = both;
  await broker.ctl('stop_app');
  await vi.waitFor(() => expect([one.bus.ready(), two.bus.ready()]).toEqual([false, false]), 10_000);
  one.bus.publish(1, message(1, 1));
  two.gaps.length = 0;
  await broker.ctl('start_app');
  await converges(both);
}, 60_000);

it('a broker that loses its power does, too', async () => {
  const both = await pair();
  await broker.kill();
  both[0].bus.publish(1, message(1, 1));
  await broker.start();
  await converges(both);
}, 120_000);

it('a broker that says nothing any more is given up, and found again', async () => {
  const both = await pair();
  const [one, two] = both;
  process.kill(broker.pid(), 'SIGSTOP');
  try {
    one.bus.publish(1, message(1, 1));
    await vi.waitFor(() => expect([one.bus.ready(), two.bus.ready()]).toEqual([false, false]), 20_000);
    two.gaps.length = 0;
  } finally {
    process.kill(broker.pid(), 'SIGCONT');
  }
  await converges(both);
}, 60_000);
