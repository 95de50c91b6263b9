import type { Bus, BusListener, BusMessage } from '../ports/bus.ts';

/** Without somebody who takes it, a listener's error is an uncaught one. */
const throwLater = (error: unknown): void =>
  queueMicrotask(() => {
    throw error;
  });

/** The bus of a server that is one process: what is published is handed over in the same tick. */
export const memoryBus = (onError: (error: unknown) => void = throwLater): Bus => {
  const subscribed = new Set<number>();
  let listener: BusListener | undefined;
  let published = 0;
  return {
    listen: (it) => (listener = it),
    publish: (shard: number, message: BusMessage) => {
      published += 1;
      if (!subscribed.has(shard)) return;
      try {
        listener?.onMessage(message);
      } catch (error) {
        onError(error);
      }
    },
    subscribe: async (shard) => void subscribed.add(shard),
    unsubscribe: (shard) => void subscribed.delete(shard),
    ready: () => listener !== undefined,
    counts: () => ({ published, confirmed: published, dropped: 0, unconfirmed: 0, reconnects: 0 }),
    close: async () => {
      subscribed.clear();
      listener = undefined;
    },
  };
};
