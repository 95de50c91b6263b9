import { expect, it } from 'vitest';
import { isGood, sum, summary } from './tally.js';

const good = { passed: 3, failed: [], skipped: [] };
const skipping = { passed: 2, failed: [], skipped: ['e2e > sends: there is no browser'] };
const bad = { passed: 1, failed: ['lint'], skipped: [] };

it('ends with the plain line', () => {
  expect(summary(good, { everySkipFails: true })).toBe('\n3 passed, 0 failed, 0 skipped');
  expect(summary(sum([good, skipping, bad]), { everySkipFails: false })).toBe(
    '\nNot tested:\n- e2e > sends: there is no browser\n\nFailed:\n- lint\n\n6 passed, 1 failed, 1 skipped',
  );
});

it('takes a skip for a failure only where that is asked for', () => {
  expect(isGood(skipping, { everySkipFails: false })).toBe(true);
  expect(isGood(skipping, { everySkipFails: true })).toBe(false);
  expect(isGood(good, { everySkipFails: true })).toBe(true);
});

it('is not good with a failure, nor with nothing tested', () => {
  expect(isGood(sum([good, bad]), { everySkipFails: false })).toBe(false);
  expect(isGood(sum([]), { everySkipFails: false })).toBe(false);
});
