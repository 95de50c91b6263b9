/**
 * Exponential backoff with full jitter: anything from 0 to `baseMs` × 2^attempt, at most `capMs`. Clients that lost the
 * same server come back spread out.
 */
export const fullJitter = (attempt: number, baseMs: number, capMs: number): number =>
  Math.random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30));
