import type { Tally } from '../../../scripts/testing/tally.js';
import { say } from '../say.ts';

/** What the story consists of, told one after the other; what came of each. */
export class Chapters<Name extends string> {
  readonly #plan: readonly Name[];
  readonly #told: Name[] = [];
  #failed: { readonly name: Name; readonly why: string } | undefined;

  constructor(plan: readonly Name[]) {
    this.#plan = plan;
  }

  /** @throws what the chapter throws, which ends the story */
  async tell<T>(name: Name, chapter: () => Promise<T>): Promise<T> {
    say(name);
    try {
      const found = await chapter();
      this.#told.push(name);
      return found;
    } catch (error) {
      this.#failed = { name, why: error instanceof Error ? error.message : String(error) };
      throw error;
    }
  }

  /** What was planned and not told counts as skipped. */
  get tally(): Tally {
    const failed = this.#failed;
    const skipped = this.#plan.filter((name) => name !== failed?.name && !this.#told.includes(name));
    return {
      passed: this.#told.length,
      failed: failed === undefined ? [] : [`the lab > ${failed.name}: ${failed.why}`],
      skipped: skipped.map((name) => `the lab > ${name}: the story ended before it`),
    };
  }
}
