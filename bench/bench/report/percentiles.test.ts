import { expect, it } from 'vitest';
import { percentiles } from './percentiles.ts';

it('takes the nearest rank', () => {
  const samples = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentiles(samples, [0, 0.5, 0.99, 1])).toEqual([1, 51, 100, 100]);
});

it('has no value where there are no samples', () => {
  expect(percentiles([], [0.5])).toEqual([NaN]);
});
