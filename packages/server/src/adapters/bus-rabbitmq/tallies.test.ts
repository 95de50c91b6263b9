import { expect, it } from 'vitest';
import { nextTally, Tallies } from './tallies.ts';

it('notices what did not arrive, and nothing else', () => {
  const tallies = new Tallies();
  expect(tallies.note('a', 1, 5)).toBe(false);
  expect(tallies.note('a', 1, 6)).toBe(false);
  // Parts of one message.
  expect(tallies.note('a', 1, 6)).toBe(false);
  expect(tallies.note('b', 1, 1)).toBe(false);
  expect(tallies.note('a', 2, 9)).toBe(false);
  expect(tallies.note('a', 1, 8)).toBe(true);
  expect(tallies.note('a', 1, 9)).toBe(false);
});

it('does not miss what was not wanted', () => {
  const tallies = new Tallies();
  tallies.note('a', 1, 5);
  tallies.forget(1);
  expect(tallies.note('a', 1, 50)).toBe(false);
});

it('counts on past 2^32', () => {
  const tallies = new Tallies();
  tallies.note('a', 1, 0xff_ff_ff_ff);
  expect(tallies.note('a', 1, nextTally(0xff_ff_ff_ff))).toBe(false);
});

it('forgets the oldest publishers', () => {
  const tallies = new Tallies();
  for (let index = 0; index < 300; index += 1) tallies.note(`p${index}`, 1, 1);
  expect(tallies.note('p0', 1, 9)).toBe(false);
  expect(tallies.note('p299', 1, 9)).toBe(true);
});
