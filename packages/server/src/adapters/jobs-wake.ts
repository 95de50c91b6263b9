/** The sleep of a loop that is woken when there is something to do, also when it was told so a moment before. */
export class Wake {
  #awake = false;
  #rise: (() => void) | undefined;

  wake(): void {
    this.#awake = true;
    this.#rise?.();
  }

  /** Resolves when it is woken, or after `ms`. */
  async sleep(ms: number): Promise<void> {
    if (!this.#awake) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#rise = resolve;
        timer = setTimeout(resolve, Math.min(ms, 2 ** 31 - 1));
      });
      clearTimeout(timer);
      this.#rise = undefined;
    }
    this.#awake = false;
  }
}

/** Until something works: longer and longer pauses, by chance, up to ten seconds. */
export const backoffMs = (tries: number): number => Math.min(100 * 2 ** tries, 10_000) * (0.5 + Math.random() / 2);
