import { expect, it } from 'vitest';
import { z } from 'zod';
import { parametersFor } from './query.ts';

const shape = z.object({
  id: z.int(),
  limit: z.int().default(50),
  after: z.int().optional(),
  query: z.string(),
});

it('makes numbers of what the schema wants as numbers, and of nothing else', () => {
  expect(parametersFor(shape, { id: '7', limit: '10', after: '0', query: '7', other: '7' })).toEqual({
    id: 7,
    limit: 10,
    after: 0,
    query: '7',
    other: '7',
  });
});

it.each(['', ' 7', '+7', '-7', '7.0', '7e1', '0x7', 'NaN', 'Infinity', '٧', '12345678901234567'])(
  'leaves %j as the text that it is, for the schema to refuse',
  (text) => expect(parametersFor(shape, { id: text })).toEqual({ id: text }),
);

it('is not misled by names that every object has', () => {
  const names = ['constructor', 'toString', 'hasOwnProperty', '__proto__'];
  const values = Object.fromEntries(names.map((name) => [name, '1']));
  expect(Object.keys(parametersFor(shape, values))).toEqual(names);
});
