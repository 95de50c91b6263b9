import { describe, expect, it } from 'vitest';
import { nearest } from './nearest.ts';

describe('nearest', () => {
  const names = ['up', 'down', 'restart', 'status', 'config', 'completion', 'doctor'];
  it.each([
    ['confg', 'config'],
    ['ocnfig', 'config'],
    ['sttaus', 'status'],
    ['Doctor', 'doctor'],
    ['resta', 'restart'],
    ['pu', 'up'],
    ['dwn', 'down'],
  ])('finds for %s %s', (word, name) => expect(nearest(word, names)).toBe(name));

  it.each(['xyzzy', 'launch', '', 'ps aux'])('finds nothing for "%s"', (word) =>
    expect(nearest(word, names)).toBeUndefined(),
  );
});
