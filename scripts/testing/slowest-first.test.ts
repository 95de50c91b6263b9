import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { root } from '../setup/paths.js';
import { slowest } from './slowest-first.js';

it('names files that are there', () => {
  expect(slowest.filter((file) => !existsSync(root + file))).toEqual([]);
});
