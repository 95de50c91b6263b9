type Step = () => Promise<void> | void;

/** Everything that is registered is undone: the last first, each once, and one that fails keeps no other from its turn. */
export class Undo {
  readonly #steps: Step[] = [];

  push(step: Step): void {
    this.#steps.push(step);
  }

  /** Runs the steps; rejects with what went wrong after all have run. */
  async run(): Promise<void> {
    const failures: unknown[] = [];
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) {
      try {
        await step();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be undone.');
  }
}
