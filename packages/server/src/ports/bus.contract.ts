import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Bus, BusMessage } from './bus.ts';

export interface BusUnderTest {
  /** A bus of one more process that shares a broker with the others of this test. */
  connect(): Promise<Bus>;
  /** Whether buses of several processes reach each other; an in-memory one does not. */
  readonly reachesOtherProcesses: boolean;
}

const message = (channelId: number, seq: number): BusMessage => ({
  entries: [{ channelId, seq, kind: 'message', json: `{"text":"número ${seq} 🙂"}` }],
});

/** What every adapter of the port `bus` must do. */
export const busContract = (name: string, start: () => Promise<BusUnderTest & { stop(): Promise<void> }>) => {
  describe(`bus contract: ${name}`, () => {
    const undo: (() => Promise<void>)[] = [];
    const setUp = async () => {
      const broker = await start();
      undo.push(() => broker.stop());
      const join = async () => {
        const bus = await broker.connect();
        undo.push(() => bus.close());
        const got: BusMessage[] = [];
        bus.listen({ onMessage: (it) => got.push(it), onGap: () => undefined });
        return { bus, got };
      };
      return { broker, join };
    };
    afterEach(async () => {
      for (const step of undo.splice(0).reverse()) await step();
    });

    it('hands what is published to a subscribed shard over, in order and byte for byte', async () => {
      const { bus, got } = await (await setUp()).join();
      await bus.subscribe(7);
      const sent = Array.from({ length: 100 }, (_, index) => message(7, index + 1));
      for (const it of sent) bus.publish(7, it);
      await vi.waitFor(() => expect(got).toEqual(sent));
    });

    it('hands nothing of other shards over', async () => {
      const { bus, got } = await (await setUp()).join();
      await bus.subscribe(1);
      bus.publish(2, message(2, 1));
      bus.publish(1, message(1, 1));
      await vi.waitFor(() => expect(got).toEqual([message(1, 1)]));
    });

    it('carries signals beside entries', async () => {
      const { bus, got } = await (await setUp()).join();
      const signal = { signal: { channelId: 3, event: 'typing', json: '{"channelId":3}' } };
      await bus.subscribe(3);
      bus.publish(3, signal);
      await vi.waitFor(() => expect(got).toEqual([signal]));
    });

    it('hands nothing over after unsubscribing, and again after subscribing anew', async () => {
      const { bus, got } = await (await setUp()).join();
      await bus.subscribe(4);
      await bus.subscribe(5);
      bus.unsubscribe(4);
      // A subscription made later is in force later than the end of the earlier one.
      await bus.subscribe(6);
      bus.publish(4, message(4, 1));
      bus.publish(5, message(5, 1));
      await vi.waitFor(() => expect(got).toEqual([message(5, 1)]));
      await bus.subscribe(4);
      bus.publish(4, message(4, 2));
      await vi.waitFor(() => expect(got).toEqual([message(5, 1), message(4, 2)]));
    });

    it('takes a subscription twice and hands each message over once', async () => {
      const { bus, got } = await (await setUp()).join();
      await Promise.all([bus.subscribe(8), bus.subscribe(8)]);
      bus.publish(8, message(8, 1));
      bus.publish(8, message(8, 2));
      await vi.waitFor(() => expect(got).toEqual([message(8, 1), message(8, 2)]));
    });

    it('is ready while it is connected and takes messages in silence after it was closed', async () => {
      const { bus, got } = await (await setUp()).join();
      expect(bus.ready()).toBe(true);
      await bus.subscribe(9);
      await bus.close();
      expect(bus.ready()).toBe(false);
      expect(() => bus.publish(9, message(9, 1))).not.toThrow();
      expect(got).toEqual([]);
    });

    it('reaches the other processes that subscribed', async () => {
      const { broker, join } = await setUp();
      if (!broker.reachesOtherProcesses) return;
      const [one, two] = [await join(), await join()];
      await Promise.all([one.bus.subscribe(10), two.bus.subscribe(10)]);
      one.bus.publish(10, message(10, 1));
      await vi.waitFor(() => expect([one.got, two.got]).toEqual([[message(10, 1)], [message(10, 1)]]));
    });
  });
};
