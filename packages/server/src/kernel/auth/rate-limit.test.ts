import { describe, expect, it } from 'vitest';
import { Fault } from '../fault.ts';
import { RateLimit } from './rate-limit.ts';

const refusal = (work: () => void): Fault | undefined => {
  try {
    work();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  return undefined;
};

const taken = (limit: RateLimit, key: string, times: number, now: number): number => {
  let count = 0;
  for (let turn = 0; turn < times; turn += 1) if (!refusal(() => limit.take(key, now))) count += 1;
  return count;
};

describe('RateLimit', () => {
  it('lets so many through at once, and then says when to come back', () => {
    const limit = new RateLimit({ times: 3, perMs: 3_000 });
    expect(taken(limit, 'ana', 10, 0)).toBe(3);
    const fault = refusal(() => limit.take('ana', 0));
    expect(fault).toMatchObject({ code: 'rate_limited', details: { retryAfterMs: 1_000 } });
    expect(refusal(() => limit.take('ana', 500))).toMatchObject({ details: { retryAfterMs: 500 } });
    expect(refusal(() => limit.take('ana', 999))?.code).toBe('rate_limited');
    expect(refusal(() => limit.take('ana', 1_000))).toBeUndefined();
  });

  it('counts each key for itself', () => {
    const limit = new RateLimit({ times: 1, perMs: 1_000 });
    expect([taken(limit, 'ana', 2, 0), taken(limit, 'bruno', 2, 0)]).toEqual([1, 1]);
  });

  it('saves up no more than the limit', () => {
    const limit = new RateLimit({ times: 3, perMs: 3_000 });
    expect(taken(limit, 'ana', 5, 0)).toBe(3);
    expect(taken(limit, 'ana', 5, 1_000_000)).toBe(3);
  });

  it('gives back, and never more than was taken', () => {
    const limit = new RateLimit({ times: 2, perMs: 1_000 });
    limit.take('ana', 0);
    limit.giveBack('ana');
    limit.giveBack('ana');
    limit.giveBack('nobody');
    expect(taken(limit, 'ana', 5, 0)).toBe(2);
  });

  it('remembers a bounded number of keys, and forgets the one that was used longest ago', () => {
    const limit = new RateLimit({ times: 1, perMs: 1_000_000, keys: 2 });
    limit.take('ana', 0);
    limit.take('bruno', 0);
    limit.take('carla', 0);
    expect(refusal(() => limit.take('bruno', 0))?.code).toBe('rate_limited');
    expect(refusal(() => limit.take('ana', 0))).toBeUndefined();
  });
});
