import { describe, expect, it } from 'vitest';
import { Fault } from './fault.ts';
import { decodeUtf8, isShallow, parseJson } from './json.ts';

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return 'no fault';
};

describe('the depth of JSON', () => {
  it.each([
    ['nothing nested', '1', 0],
    ['one level less', nested(31), 32],
    ['just as deep', nested(32), 32],
    ['many beside each other', `[${Array(1_000).fill('[{}]').join(',')}]`, 3],
    ['brackets within texts', JSON.stringify(['[[[[', '{"{"', '\\', '\\"[[[[']), 1],
  ])('takes %s', (_, json, levels) => expect(isShallow(json, levels)).toBe(true));

  it.each([
    ['one level more', nested(33), 32],
    ['objects', '{"a":'.repeat(33) + '1' + '}'.repeat(33), 32],
    ['what never closes', '['.repeat(100_000), 32],
    ['brackets after a text that ends with a backslash', String.raw`["\\",[[[`, 3],
  ])('refuses %s', (_, json, levels) => expect(isShallow(json, levels)).toBe(false));
});

describe('parseJson', () => {
  it.each([
    ['nothing', ''],
    ['white space', ' \n'],
    ['a byte order mark before it', '\ufeff{}'],
    ['what follows the value', '{} x'],
    ['a second value', '{}{}'],
    ['a comment', '{/* */}'],
    ['NaN', '{"a":NaN}'],
    ['a single quote', "{'a':1}"],
    ['a trailing comma', '[1,]'],
    ['a bare control character', '"a\u0001"'],
    ['an unfinished text', '{"a":"b'],
    ['brackets that do not match', '[}'],
    ['100,000 levels', nested(100_000)],
  ])('refuses %s', (_, json) => expect(codeOf(() => parseJson(json, 32))).toBe('invalid_json'));

  it('takes the last of two equal keys, as JSON.parse does', () =>
    expect(parseJson('{"a":1,"a":2}', 32)).toEqual({ a: 2 }));

  it('leaves the prototype of objects alone', () => {
    const value = parseJson('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}', 32);
    expect((value as { admin?: boolean }).admin).toBeUndefined();
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe('decodeUtf8', () => {
  it('reads every character as it is, a byte order mark too', () => {
    const text = '\ufeffé 漢 👩‍👩‍👧 \u0000';
    expect(decodeUtf8(Buffer.from(text))).toBe(text);
  });

  it.each([
    ['a lone continuation byte', [0x80]],
    ['a cut character', [0xf0, 0x9f, 0x91]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['what is beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['Latin-1', [0x63, 0x61, 0x66, 0xe9]],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00]],
  ])('refuses %s, and replaces nothing', (_, bytes) =>
    expect(codeOf(() => decodeUtf8(Uint8Array.from(bytes)))).toBe('invalid_json'),
  );
});
