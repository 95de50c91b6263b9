/** A token bucket of one socket: `perSecond` sustained, `burst` after a rest. */
export class Bucket {
  #tokens: number;
  #at = performance.now();
  readonly #perSecond: number;
  readonly #burst: number;

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  take(): boolean {
    const now = performance.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#at) / 1_000) * this.#perSecond);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Time until there is a token again, in ms. */
  get waitMs(): number {
    return Math.ceil(((1 - this.#tokens) * 1_000) / this.#perSecond);
  }
}
