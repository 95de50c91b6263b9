import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { capturedLog } from '../../testing/captured-log.ts';
import type { Bus, BusEntry, BusMessage } from '../../ports/bus.ts';
import { rabbitmqMissing } from '../../testing/rabbitmq-programs.ts';
import { tcpProxy } from '../../testing/tcp-proxy.ts';
import { testVhost, type TestVhost } from '../../testing/vhost.ts';
import { rabbitmqBus, type RabbitmqBusOptions } from './index.ts';

export const testLimits = { busWindow: 128, busBytes: 33_554_432, gatewayQueue: 10_000, gatewayQueueBytes: 67_108_864 };

/** A bus with the limits that hold by default. */
export const testBus = (url: string, options: Partial<RabbitmqBusOptions> = {}) =>
  rabbitmqBus({ url, log: capturedLog().log, limits: testLimits, ...options });

/** Skips the tests of a file where there is no RabbitMQ, and says so. */
export const skipWithoutRabbitmq = (): void => {
  beforeEach(({ skip }) => {
    const missing = rabbitmqMissing();
    skip(missing !== undefined, missing);
  });
};

/** A vhost for the tests of a file; the broker may have to start for it. */
export const useVhost = (): (() => TestVhost) => {
  let vhost: TestVhost | undefined;
  skipWithoutRabbitmq();
  beforeAll(async () => {
    if (rabbitmqMissing() === undefined) vhost = await testVhost();
  }, 120_000);
  afterAll(() => vhost?.drop());
  return () => {
    if (!vhost) throw new Error('There is no vhost before the tests begin');
    return vhost;
  };
};

/** Between buses and the shared broker, which must not be stopped. */
export const brokerProxy = async ({ address, url }: Pick<TestVhost, 'address' | 'url'>) => {
  const proxy = await tcpProxy({ host: '127.0.0.1', port: address.port });
  const through = new URL(url);
  through.port = String(proxy.port);
  return { ...proxy, url: through.href };
};

export interface ListeningBus {
  readonly bus: Bus;
  readonly got: BusMessage[];
  readonly gaps: (ReadonlySet<number> | undefined)[];
  /** Resolves when a gap of this shard, or of all, was told. */
  gapOf(shard: number): Promise<void>;
}

/** Buses that remember what they are told; they are closed after each test, as is what `undo` is given. */
export const useBuses = () => {
  const undo: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });
  const join = async (url: string, options: Partial<RabbitmqBusOptions> = {}): Promise<ListeningBus> => {
    const bus = await testBus(url, options);
    undo.push(() => bus.close());
    const got: BusMessage[] = [];
    const gaps: (ReadonlySet<number> | undefined)[] = [];
    bus.listen({ onMessage: (it) => got.push(it), onGap: (shards) => gaps.push(shards) });
    const gapOf = (shard: number): Promise<void> =>
      vi.waitFor(() => {
        if (!gaps.some((shards) => shards?.has(shard) ?? true)) throw new Error(`There was no gap of ${shard}`);
      }, 20_000);
    return { bus, got, gaps, gapOf };
  };
  return { join, undo };
};

export const entry = (channelId: number, seq: number, json = `{"seq":${seq}}`): BusEntry => ({
  channelId,
  seq,
  kind: 'message',
  json,
});

export const message = (channelId: number, seq: number, json?: string): BusMessage => ({
  entries: [entry(channelId, seq, json)],
});
