import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from './cluster/cluster.ts';
import type { Dice } from './dice.ts';
import type { Fault } from './menu/index.ts';

export interface ScheduleOptions {
  readonly cluster: Cluster;
  readonly dice: Dice;
  readonly faults: readonly Fault[];
  /** Faults that may be under way at the same time. */
  readonly atOnce: number;
  /** From the end of one fault to the next of the same hand, in milliseconds. */
  readonly pauseMs: readonly [number, number];
  readonly onFault?: (name: string) => void;
}

/**
 * Injects one fault after the other, several hands at a time, until it is stopped. All hands deal from the same shuffled
 * deck, each from another place in it: so each fault has come once before chance brings one again.
 */
export class Schedule {
  readonly #options: ScheduleOptions;
  readonly #busy = new Set<string>();
  readonly #hands: Promise<void>[] = [];
  readonly #stop = new AbortController();
  /** How often each fault was injected, by the sort of what it hit. */
  readonly injected = new Map<string, number>();

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  start(): void {
    // Everybody who waits listens to it.
    setMaxListeners(0, this.#stop.signal);
    const { atOnce, dice } = this.#options;
    const deck = this.#shuffledDeck(dice.of('deck'));
    for (let hand = 1; hand <= atOnce; hand += 1) {
      const from = Math.floor(((hand - 1) * deck.length) / atOnce);
      const playing = this.#play(dice.of(`hand ${hand}`), [...deck.slice(from), ...deck.slice(0, from)]);
      // Told by `stop`.
      playing.catch(() => undefined);
      this.#hands.push(playing);
    }
  }

  /** Resolves when the last fault is healed. @throws Error when one could not be injected or healed */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#hands);
  }

  #shuffledDeck(dice: Dice): Fault[] {
    const { cluster, faults } = this.#options;
    const possible = faults.filter((fault) => fault.needs(cluster) === undefined);
    return dice.shuffle(possible.flatMap((fault) => Array.from({ length: fault.weight ?? 1 }, () => fault)));
  }

  async #play(dice: Dice, deck: readonly Fault[]): Promise<void> {
    const { cluster, onFault, pauseMs } = this.#options;
    for (let turn = 0; !this.#isOver() && deck.length > 0; turn += 1) {
      await this.#wait(dice.between(...pauseMs));
      const fault = deck[turn % deck.length];
      if (!fault) break;
      const blow = fault.aim(cluster, dice);
      const lastsMs = dice.between(...(blow.lastsMs ?? [0, 0]));
      if (this.#isOver() || blow.targets.some((target) => this.#busy.has(target))) continue;
      for (const target of blow.targets) this.#busy.add(target);
      const name = blow.sort === undefined ? fault.name : `${fault.name} (${blow.sort})`;
      this.injected.set(name, (this.injected.get(name) ?? 0) + 1);
      onFault?.(`${fault.name} (${blow.targets.join(', ')})`);
      await blow.inject();
      await this.#wait(lastsMs);
      await blow.heal();
      for (const target of blow.targets) this.#busy.delete(target);
    }
  }

  /** Asked anew after each wait. */
  #isOver(): boolean {
    return this.#stop.signal.aborted;
  }

  #wait(ms: number): Promise<void> {
    return delay(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}
