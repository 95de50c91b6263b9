import type { Fleet } from './fleet.ts';

/** Messages that are being sent until they are told to end. */
export interface Traffic {
  /** Sends no more; resolves when every message has its reply. */
  end(): Promise<void>;
}

const settled = async (fleet: Fleet): Promise<void> => {
  const patience = performance.now() + 30_000;
  while (fleet.outstanding > 0) {
    if (performance.now() > patience) throw new Error(`${fleet.outstanding} messages have no reply after 30 s`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** Each of these clients writes as fast as its replies come: `inFlight` messages are under way at any time. */
export const closedLoop = (fleet: Fleet, writers: readonly number[], inFlight: number): Traffic => {
  const writing = new Set(writers);
  fleet.onReply = (index) => {
    if (writing.has(index)) fleet.send(index, performance.now());
  };
  for (let turn = 0; turn < inFlight; turn += 1) for (const index of writers) fleet.send(index, performance.now());
  return {
    end: async () => {
      fleet.onReply = undefined;
      await settled(fleet);
    },
  };
};

/**
 * Messages at a steady rate, whatever becomes of the earlier ones, each client in turn. Latency counts from the moment
 * that a message was meant to be sent, so a server that stands still cannot hide it by holding the load back.
 */
export const openLoop = (fleet: Fleet, writers: readonly number[], perSecond: number): Traffic => {
  const begin = performance.now();
  let sent = 0;
  let timer: NodeJS.Timeout | undefined;
  const tick = (): void => {
    const due = ((performance.now() - begin) * perSecond) / 1_000;
    for (; sent < due; sent += 1) fleet.send(writers[sent % writers.length] ?? 0, begin + (sent * 1_000) / perSecond);
    timer = setTimeout(tick, 1);
  };
  tick();
  return {
    end: async () => {
      clearTimeout(timer);
      await settled(fleet);
    },
  };
};
