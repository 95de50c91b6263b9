import type { Bus, BusListener, BusMessage } from '../ports/bus.ts';

/** The bus of a server that is one process: what is published is handed over in the same tick. */
export const memoryBus = (): Bus => {
  const subscribed = new Set<number>();
  let listener: BusListener | undefined;
  return {
    listen: (it) => (listener = it),
    publish: (shard: number, message: BusMessage) => {
      if (subscribed.has(shard)) listener?.onMessage(message);
    },
    subscribe: async (shard) => void subscribed.add(shard),
    unsubscribe: (shard) => void subscribed.delete(shard),
    ready: () => listener !== undefined,
    close: async () => {
      subscribed.clear();
      listener = undefined;
    },
  };
};
