import { Fault } from '../fault.ts';

export interface RateLimitOptions {
  /** How often within `perMs`. */
  readonly times: number;
  readonly perMs: number;
  /** Keys that are remembered at the most; the oldest goes first. */
  readonly keys?: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets by key, in memory: enough for what costs an attacker more than it costs us. */
export class RateLimit {
  readonly #buckets = new Map<string, Bucket>();
  readonly #options: Required<RateLimitOptions>;

  constructor(options: RateLimitOptions) {
    this.#options = { keys: 100_000, ...options };
  }

  /** Takes a token. @throws Fault `rate_limited` when the key has none left */
  take(key: string, now = performance.now()): void {
    const { keys, perMs, times } = this.#options;
    const bucket = this.#current(key, now);
    if (bucket.tokens < 1)
      throw new Fault('rate_limited', { retryAfterMs: Math.ceil(((1 - bucket.tokens) * perMs) / times) });
    bucket.tokens -= 1;
    // Last used, last thrown out.
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > keys && oldest !== undefined) this.#buckets.delete(oldest);
  }

  /** Gives a token back: what was counted in advance turned out to be harmless. */
  giveBack(key: string): void {
    const bucket = this.#buckets.get(key);
    if (bucket) bucket.tokens = Math.min(this.#options.times, bucket.tokens + 1);
  }

  #current(key: string, now: number): Bucket {
    const { perMs, times } = this.#options;
    const bucket = this.#buckets.get(key) ?? { tokens: times, at: now };
    bucket.tokens = Math.min(times, bucket.tokens + ((now - bucket.at) * times) / perMs);
    bucket.at = now;
    return bucket;
  }
}
