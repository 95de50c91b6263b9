import { memoryBus } from '../adapters/bus-memory.ts';
import type { Bus, BusListener, BusMessage } from '../ports/bus.ts';

/** A generator of numbers in [0, 1) that repeats with its seed (mulberry32). */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** A bus that does all that the port allows: it loses, repeats and delays (and so reorders) messages. */
export const mischievousBus = (random: () => number): Bus & { calm(): void; sayGap(): void } => {
  const bus = memoryBus();
  let listener: BusListener | undefined;
  let calm = false;
  const hand = (message: BusMessage): void => listener?.onMessage(message);
  return {
    ...bus,
    listen: (it) => {
      listener = it;
      bus.listen({
        onGap: () => it.onGap(),
        onMessage: (message) => {
          const fate = random();
          if (calm || fate < 0.5) hand(message);
          else if (fate < 0.65) return;
          else if (fate < 0.8) {
            hand(message);
            hand(message);
          } else setTimeout(() => hand(message), Math.floor(random() * 20));
        },
      });
    },
    /** Says that something may have been lost, as a bus does that was away. */
    sayGap: () => listener?.onGap(),
    /** Behaves from now on, and says that something may have been lost. */
    calm: () => {
      calm = true;
      listener?.onGap();
    },
  };
};
