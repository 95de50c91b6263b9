import { describe, expect, test } from 'vitest';
import { foldCase, foldName, usernameKey } from './username-key.ts';

describe('usernameKey', () => {
  test.each([
    ['admin', ['Admin', 'ADMIN', 'ａｄｍｉｎ', 'Ⓐdmin', '𝓐𝓭𝓶𝓲𝓷', 'ᴬdmin']],
    ['joão', ['João', 'JOÃO', 'Joa\u0303o']],
    ['strasse', ['Straße', 'STRASSE', 'STRAẞE']],
    ['οδυσσευσ', ['Οδυσσευς', 'ΟΔΥΣΣΕΥΣ']],
    ['i\u0307pek', ['İpek', 'i\u0307pek']],
    ['ıpek', ['ıpek']],
    ['ana silva', ['Ana\u00a0Silva', 'ana\u3000silva']],
    ['ᏣᎳᎩ', ['ꮳꮃꭹ', 'ᏣᎳᎩ']],
    ['ガオ', ['ｶﾞｵ', 'ガオ', 'カ\u3099オ']],
    ['ffi', ['ﬃ', 'FFI']],
    ['αι', ['ᾳ', 'ΑΙ']],
  ])('%s is the key of all its spellings', (key, spellings) => {
    for (const spelling of [key, ...spellings]) expect(usernameKey(spelling)).toBe(key);
  });

  test.each([
    [''],
    [' '],
    ['a  b'],
    ['a\u200bb'],
    ['\ud800'],
    ['a\0'],
    ['😀'],
    ['a'.repeat(513)],
    [`a${'\u0323'.repeat(9)}`],
    ['ﷺ'.repeat(15)],
  ])('%j cannot be a name', (input) => expect(usernameKey(input)).toBeUndefined());

  test('a key is its own key, for every character', () => {
    const unstable: string[] = [];
    for (let code = 0; code < 0x110000; code += 1) {
      const character = String.fromCodePoint(code);
      if (!/[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}]/u.test(character)) continue;
      const key = foldName(character);
      if (key !== character && foldName(key) !== key) unstable.push(code.toString(16));
    }
    expect(unstable).toEqual([]);
  });
});

test('foldCase is the full folding of CaseFolding.txt', () => {
  const folded = {
    A: 'a',
    ß: 'ss',
    ẞ: 'ss',
    İ: 'i\u0307',
    ı: 'ı',
    ſ: 's',
    ς: 'σ',
    Σ: 'σ',
    ŉ: 'ʼn',
    ǰ: 'j\u030c',
    ΐ: 'ι\u0308\u0301',
  };
  const rarer = {
    '\u0345': 'ι',
    ᾳ: 'αι',
    ᾼ: 'αι',
    ﬃ: 'ffi',
    և: 'եւ',
    Ა: 'ა',
    ა: 'ა',
    Ꭰ: 'Ꭰ',
    ꭰ: 'Ꭰ',
    ᏸ: 'Ᏸ',
    K: 'k',
    ϴ: 'θ',
    '𐐀': '𐐨',
  };
  for (const [letter, expected] of Object.entries({ ...folded, ...rarer })) expect(foldCase(letter)).toBe(expected);
});
