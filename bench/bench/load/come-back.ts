import type { Fleet, Member } from './fleet.ts';

export interface Return {
  /** When each was told to come back, in ms after it was told: the first and the last. */
  readonly toldMs: readonly [number, number];
  /** From the first close to the last `ready`. */
  readonly seconds: number;
  readonly attempts: number;
}

const retryMs = 250;

/** Everybody is sent away and comes back when told, trying again while nobody is there; resolves when all are ready. */
export const comeBack = (fleet: Fleet, members: readonly Member[]): Promise<Return> =>
  new Promise((resolve) => {
    const told = new Map<number, number>();
    let [begin, back, attempts] = [0, 0, 0];
    const clients = [...fleet.clients];
    const open = async (index: number): Promise<void> => {
      const member = members[index];
      if (!member) return;
      attempts += 1;
      try {
        await fleet.open(index, member);
        back += 1;
        if (back < clients.length) return;
        fleet.onClose = undefined;
        const waits = [...told.values()];
        const toldMs = [Math.min(...waits), Math.max(...waits)] as const;
        resolve({ toldMs, seconds: (performance.now() - begin) / 1_000, attempts });
      } catch {
        setTimeout(() => void open(index), retryMs * (0.5 + Math.random()));
      }
    };
    fleet.onReconnect = ({ index, reconnectAfterMs }) => told.set(index, reconnectAfterMs);
    const first = new Set(clients);
    fleet.onClose = (client) => {
      if (!first.delete(client)) return;
      begin ||= performance.now();
      setTimeout(() => void open(client.index), client.reconnectAfterMs);
    };
  });
