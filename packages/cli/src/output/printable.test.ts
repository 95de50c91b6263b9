import { describe, expect, it } from 'vitest';
import { columns, pad, printable } from './printable.ts';
import { table } from './table.ts';

describe('printable', () => {
  it.each([
    ['João 田中 👩‍👩‍👧', 'João 田中 👩‍👩‍👧'],
    ['a\u001b[31mb', 'a\\u001b[31mb'],
    ['a\nb\rc', 'a\\u000ab\\u000dc'],
    ['a\u202eb\u2066', 'a\\u202eb\\u2066'],
    ['\u0000\u009b', '\\u0000\\u009b'],
    ['a\tb', 'a b'],
  ])('%j becomes %j', (text, expected) => expect(printable(text)).toBe(expected));
});

describe('columns', () => {
  it.each([
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['田中', 4],
    ['👍🏽', 2],
    ['👩‍👩‍👧', 2],
    ['✔ ok', 4],
    ['\u001b[31mab\u001b[39m', 2],
    ['', 0],
  ])('%j takes %d', (text, width) => expect(columns(text)).toBe(width));
});

describe('table', () => {
  it('aligns what takes different widths', () =>
    expect(
      table([
        ['a', '田中', 'x'],
        ['bbb', 'y', ''],
      ]),
    ).toEqual(['a    田中  x', 'bbb  y']));

  it('pads by columns', () => expect(pad('田', 4)).toBe('田  '));
});
