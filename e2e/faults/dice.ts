import { seededRandom } from '@messox/server/testing';

/** FNV-1a: enough to make another seed of a name. */
const hash = (text: string, seed: number): number =>
  new TextEncoder().encode(text).reduce((state, byte) => Math.imul(state ^ byte, 16_777_619), seed ^ 2_166_136_261);

/** Choices that repeat with their seed. */
export class Dice {
  readonly seed: number;
  readonly #random: () => number;

  constructor(seed: number) {
    this.seed = seed;
    this.#random = seededRandom(seed);
  }

  /** Dice of somebody's own, so that nobody's choices depend on how quick the others are. */
  of(name: string): Dice {
    return new Dice(hash(name, this.seed));
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  /** A whole number from `low` up to and with `high`. */
  between(low: number, high: number): number {
    return low + Math.floor(this.#random() * (high - low + 1));
  }

  /** @throws Error when there is nothing to choose from */
  pick<T>(those: readonly T[]): T {
    const one = those[this.between(0, those.length - 1)];
    if (one === undefined) throw new Error('There is nothing to choose from');
    return one;
  }

  shuffle<T>(those: readonly T[]): T[] {
    return those
      .map((one) => ({ one, place: this.#random() }))
      .sort((a, b) => a.place - b.place)
      .map(({ one }) => one);
  }
}
