import { shardCount } from '../../ports/bus.ts';

/** Publishers that are remembered: all processes of a big installation and their predecessors. */
const publishersMax = 256;

/** Notices messages that did not arrive: each carries how many its publisher had for that shard. */
export class Tallies {
  readonly #seen = new Map<string, Uint32Array>();

  /** Notes a message that arrived, and returns whether one before it did not. The first of a publisher tells nothing. */
  note(publisher: string, shard: number, tally: number): boolean {
    const those = this.#of(publisher);
    const before = those[shard] ?? 0;
    those[shard] = tally;
    return before !== 0 && tally !== before && tally !== nextTally(before);
  }

  /** Messages of this shard were not wanted for a while. */
  forget(shard: number): void {
    for (const those of this.#seen.values()) those[shard] = 0;
  }

  clear(): void {
    this.#seen.clear();
  }

  #of(publisher: string): Uint32Array {
    const known = this.#seen.get(publisher);
    if (known) return known;
    const fresh = new Uint32Array(shardCount);
    this.#seen.set(publisher, fresh);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > publishersMax && oldest !== undefined) this.#seen.delete(oldest);
    return fresh;
  }
}

/** Counts on after 2^32 - 1 with 1: 0 is nothing yet. */
export const nextTally = (tally: number): number => (tally === 0xff_ff_ff_ff ? 1 : tally + 1);
