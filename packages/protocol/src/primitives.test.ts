import { describe, expect, it } from 'vitest';
import * as p from './primitives.ts';

const family = '👨‍👩‍👧‍👦';

describe('text', () => {
  const short = p.text({ min: 1, max: 7 });
  it.each(['olá', family, 'e\u0301', ' \t\n', '\u202eabc'])('takes %j as it is', (value) => {
    expect(short.parse(value)).toBe(value);
  });
  it.each(['', 'a\0b', '\ud800', 'x\udc00', '12345678', `${family}a`])('refuses %j', (value) => {
    expect(short.safeParse(value).success).toBe(false);
  });
  it('counts bytes where they are bounded', () => {
    const bounded = p.text({ max: 10, maxBytes: 10 });
    expect(bounded.safeParse('éééééé').success).toBe(false);
    expect(bounded.safeParse('ééééé').success).toBe(true);
  });
  it('counts an emoji family as its seven code points', () => {
    expect(p.codePointLength(family)).toBe(7);
    expect(p.byteLength(family)).toBe(25);
  });
});

describe('numbers', () => {
  it.each([0, -1, 1.5, 2 ** 53, Infinity, NaN, '1'])('%s is no id', (value) => {
    expect(p.id.safeParse(value).success).toBe(false);
  });
});

describe('cursors', () => {
  it('takes channel ids to cursors', () => {
    expect(p.cursors.parse({ 12: 0, 13: 7 })).toEqual({ 12: 0, 13: 7 });
  });
  it('drops a key that would be a prototype', () => {
    expect(p.cursors.parse(JSON.parse('{"__proto__":1,"5":2}'))).toEqual({ 5: 2 });
  });
  it.each(['{"0":1}', '{"01":1}', '{"a":1}', '{"1":-1}', '{"1":1.5}'])('refuses %s', (json) => {
    expect(p.cursors.safeParse(JSON.parse(json)).success).toBe(false);
  });
});

describe('meta', () => {
  it('takes a JSON object', () => {
    const value = { a: [1, { b: null }], c: '\\u0000 is six characters' };
    expect(p.meta.parse(value)).toEqual(value);
  });
  it.each([{ a: 'x\0' }, { 'k\0': 1 }, { a: '\ud800' }, { a: 'x'.repeat(5_000) }, [1], 'text'])(
    'refuses %j',
    (value) => {
      expect(p.meta.safeParse(value).success).toBe(false);
    },
  );
});
