import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Bus, BusEntry, BusMessage } from './bus.ts';

export interface BusUnderTest {
  /** A bus of one more process that shares a broker with the others of this test. */
  connect(): Promise<Bus>;
  /** Whether buses of several processes reach each other; an in-memory one does not. */
  readonly reachesOtherProcesses: boolean;
  /** Takes the broker away until the function that is returned is called, where there is one to take away. */
  readonly interrupt?: () => Promise<() => Promise<void>>;
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
        const gaps: (ReadonlySet<number> | undefined)[] = [];
        bus.listen({ onMessage: (it) => got.push(it), onGap: (shards) => gaps.push(shards) });
        return { bus, got, gaps };
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

    it('hands one message over once to a process that subscribed to several of the shards it went to', async () => {
      const { bus, got } = await (await setUp()).join();
      const shards = Array.from({ length: 300 }, (_, index) => index);
      await Promise.all(shards.map((shard) => bus.subscribe(shard)));
      const sent = shards.map((shard) => message(shard, 1));
      for (const [shard, it] of sent.entries()) bus.publish(shard, it);
      await vi.waitFor(() => expect(got).toHaveLength(sent.length));
      expect(got).toEqual(sent);
    });

    it('carries a great many entries of one shard, and a text as large as may be', async () => {
      const { bus, got } = await (await setUp()).join();
      await bus.subscribe(11);
      const json = JSON.stringify({ text: 'é'.repeat(20_000) });
      const entries = Array.from({ length: 100 }, (_, index) => ({
        channelId: 11,
        seq: index + 1,
        kind: 'message',
        json,
      }));
      bus.publish(11, { entries });
      const arrived = (): BusEntry[] => got.flatMap((it) => ('entries' in it ? it.entries : []));
      await vi.waitFor(() => expect(arrived()).toHaveLength(100));
      expect(arrived()).toEqual(entries);
    });

    it('counts what was published, and in the end knows of each what became of it', async () => {
      const { bus } = await (await setUp()).join();
      for (let seq = 1; seq <= 50; seq += 1) bus.publish(12, message(12, seq));
      expect(bus.counts().published).toBe(50);
      await vi.waitFor(() =>
        expect(bus.counts()).toEqual({ published: 50, confirmed: 50, dropped: 0, unconfirmed: 0, reconnects: 0 }),
      );
    });

    it('survives a listener that throws', async () => {
      const { broker } = await setUp();
      const bus = await broker.connect();
      undo.push(() => bus.close());
      const got: BusMessage[] = [];
      const onMessage = (it: BusMessage): void => {
        got.push(it);
        throw new Error('a listener failed');
      };
      bus.listen({ onMessage, onGap: () => undefined });
      await bus.subscribe(13);
      expect(() => bus.publish(13, message(13, 1))).not.toThrow();
      expect(() => bus.publish(13, message(13, 2))).not.toThrow();
      await vi.waitFor(() => expect(got).toEqual([message(13, 1), message(13, 2)]));
    });

    it('goes on while the broker is away: the own listener is handed everything, the others learn of a gap after', async () => {
      const { broker, join } = await setUp();
      if (!broker.interrupt) return;
      const [one, two] = [await join(), await join()];
      await Promise.all([one.bus.subscribe(14), two.bus.subscribe(14)]);
      const restore = await broker.interrupt();
      await vi.waitFor(() => expect([one.bus.ready(), two.bus.ready()]).toEqual([false, false]));
      for (let seq = 1; seq <= 3; seq += 1) one.bus.publish(14, message(14, seq));
      expect(one.got).toEqual([message(14, 1), message(14, 2), message(14, 3)]);
      // A session that opens now is not kept waiting.
      await two.bus.subscribe(15);
      expect(one.bus.counts()).toMatchObject({ published: 3, dropped: 3, unconfirmed: 0 });
      two.gaps.length = 0;
      await restore();
      await vi.waitFor(() => expect([one.bus.ready(), two.bus.ready()]).toEqual([true, true]), { timeout: 20_000 });
      await vi.waitFor(() => expect(two.gaps).not.toEqual([]));
      one.bus.publish(14, message(14, 4));
      one.bus.publish(15, message(15, 1));
      await vi.waitFor(() => expect(two.got).toEqual([message(14, 4), message(15, 1)]));
    });
  });
};
