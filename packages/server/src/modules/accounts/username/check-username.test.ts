import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkUsername, looksLike, usernameKey } from './index.ts';

function accepted(input: string) {
  const checked = checkUsername(input);
  if (!checked.ok) throw new Error(`${JSON.stringify(input)} was refused: ${checked.reason}`);
  return checked;
}

function refusal(input: string) {
  const checked = checkUsername(input);
  return checked.ok ? 'accepted' : checked.code;
}

/** Text that often comes near to a name: letters of many scripts, marks, separators, and now and then anything at all. */
const nearNames = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...Array.from('aEzZßẞſıİiIσςΣжЖ0٣१ａＡｶﾞﬁǰΐẛᾳᏣꮳ가ᄀําはん田')) },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          ' ',
          '.',
          '_',
          '-',
          '\u0301',
          '\u0327',
          '\u0345',
          '\u0307',
          '\u200d',
          '．',
          '\u00a0',
        ),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 2 }) },
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));
const anyText = fc.oneof(
  nearNames,
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: loneUnit() }),
);

function loneUnit() {
  return fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));
}

describe('names of people', () => {
  test.each([
    ['ana', 'Latn'],
    ['João', 'Latn'],
    ['Nguyễn Văn An', 'Latn'],
    ['Łukasz_Żółć', 'Latn'],
    ['Şükrü İnönü', 'Latn'],
    ['Straße', 'Latn'],
    ['O.Brien', 'Latn'],
    ['O-Brien', 'Latn'],
    ['Oʻtkir', 'Latn'],
    ['maria.da-silva_99', 'Latn'],
    ['Yorùbá Ṣọlá', 'Latn'],
    ['1984', ''],
    ['x', 'Latn'],
    ['Μαρία', 'Grek'],
    ['Мария', 'Cyrl'],
    ['Юрій Їжак', 'Cyrl'],
    ['Արամ', 'Armn'],
    ['ლაშა', 'Geor'],
    ['ᏣᎳᎩ', 'Cher'],
    ['محمد', 'Arab'],
    ['مُحَمَّد', 'Arab'],
    ['فاطمة ۱۲', 'Arab'],
    ['שרה', 'Hebr'],
    ['שָׂרָה', 'Hebr'],
    ['ጌታቸው', 'Ethi'],
    ['ประยุทธ์', 'Thai'],
    ['คำรณ', 'Thai'],
    ['ສົມໝາຍ', 'Laoo'],
    ['အောင်ဆန်း', 'Mymr'],
    ['សុខា', 'Khmr'],
    ['हरि', 'Deva'],
    ['कृष्ण १२', 'Deva'],
    ['রবীন্দ্রনাথ', 'Beng'],
    ['தமிழ்ச்செல்வி', 'Taml'],
    ['శ్రీనివాస్', 'Telu'],
    ['ශ්රී', 'Sinh'],
    ['བསྒྲུབས', 'Tibt'],
    ['田中', 'Hani'],
    ['田中さくら', 'Hani+Hira'],
    ['ラーメン', 'Kana'],
    ['佐々木ケンJr', 'Hani+Kana+Latn'],
    ['김철수', 'Hang'],
    ['金Kim철수', 'Hang+Hani+Latn'],
    ['台ㄅㄆ', 'Bopo+Hani'],
    ['𞤀𞤣𞤤𞤢𞤥', 'Adlm'],
    ['𠮷野', 'Hani'],
  ])('%s is a name (%s)', (name, scripts) => {
    const checked = accepted(name);
    expect(checked).toMatchObject({ username: name.normalize('NFC'), scripts });
    expect(usernameKey(name)).toBe(checked.key);
  });

  test('is stored in NFC and otherwise as it was typed', () => {
    expect(accepted('Joa\u0303o').username).toBe('Jo\u00e3o');
    expect(accepted('คำรณ').username).toBe('คำรณ');
    expect(accepted('ＡＮＡ').username).toBe('ＡＮＡ');
  });

  test('has 64 characters at most, however they are composed or encoded', () => {
    expect(accepted('a'.repeat(64)).key).toHaveLength(64);
    expect(accepted('𠮷'.repeat(64)).username).toBe('𠮷'.repeat(64));
    expect(accepted('ễ'.repeat(64).normalize('NFD')).username).toBe('ễ'.repeat(64));
    expect(accepted('ΐ'.repeat(64).normalize('NFD')).username).toBe('ΐ'.repeat(64));
    expect(accepted('ß'.repeat(64)).key).toHaveLength(128);
    expect(refusal('a'.repeat(65))).toBe('invalid_request');
    expect(refusal('𠮷'.repeat(65))).toBe('invalid_request');
  });
});

describe('refused', () => {
  test.each([
    ['nothing', ''],
    ['a space', ' '],
    ['a leading space', ' ana'],
    ['a trailing space', 'ana '],
    ['a leading separator', '.ana'],
    ['a trailing separator', 'ana-'],
    ['two separators', 'ana  silva'],
    ['two kinds of separators', 'ana._silva'],
    ['an apostrophe', "O'Brien"],
    ['a typographic apostrophe', 'O’Brien'],
    ['an at sign', 'ana@example.org'],
    ['a slash', 'ana/silva'],
    ['a tab', 'ana\tsilva'],
    ['a line feed at the end', 'ana\n'],
    ['NUL', 'a\0na'],
    ['a non-breaking space', 'ana\u00a0silva'],
    ['an emoji', 'ana😀'],
    ['a keycap', '1\ufe0f\u20e3'],
    ['a circled letter', 'Ⓐdmin'],
    ['a Roman numeral', 'Ⅳan'],
    ['a superscript digit', 'ana²'],
    ['mathematical letters', '𝓐𝓷𝓪'],
    ['a mathematical digit', 'ana𝟙'],
    ['the micro sign', 'µtorrent'],
    ['a zero-width space', 'an\u200ba'],
    ['a zero-width joiner', 'an\u200da'],
    ['a zero-width non-joiner', 'می\u200cخواهم'],
    ['a soft hyphen', 'an\u00ada'],
    ['a byte order mark', '\ufeffana'],
    ['a variation selector', 'ana\ufe0f'],
    ['a grapheme joiner', 'an\u034fa'],
    ['a Hangul filler', 'ana\u3164'],
    ['a half-width Hangul filler', '\uffa0ana'],
    ['a right-to-left override', 'ana\u202eexe'],
    ['a right-to-left mark', 'ana\u200f'],
    ['a direction isolate', '\u2067ana\u2069'],
    ['a mark without a letter', '\u0301ana'],
    ['a mark after a separator', 'ana.\u0301b'],
    ['what becomes a mark without a letter', 'ﾞana'],
    ['what becomes a space and a mark', '\ufe70'],
    ['a lone high surrogate', 'ana\ud83d'],
    ['a lone low surrogate', '\ude00ana'],
    ['a private-use character', 'ana\ue000'],
    ['an unassigned character', 'ana\u0378'],
    ['nine marks on a letter', `a${'\u0323\u0301'.repeat(4)}\u0301`],
    ['a key that is too long', 'ﷺ'.repeat(15)],
  ])('%s', (_, input) => expect(refusal(input)).toBe('invalid_request'));

  test.each([
    ['Latin with a Cyrillic letter', 'payp\u0430l'],
    ['Latin with a Greek letter', '\u03bfscar'],
    ['Cyrillic with a Latin letter', 'Cергей'],
    ['Greek with Cyrillic', 'Μαрία'],
    ['Latin with Cherokee', 'Ꭺna'],
    ['Latin with Arabic digits', 'ana٣'],
    ['Latin with an Arabic mark', 'an\u064ea'],
    ['Kana with Hangul', 'カ한'],
    ['Bopomofo with kana', 'ㄅか'],
    ['Hebrew with Arabic', 'שرה'],
    ['two systems of digits', 'हरि 1१'],
  ])('%s may be confused', (_, input) => expect(refusal(input)).toBe('username_confusable'));

  test('a hundred thousand marks, without normalising them', () => {
    expect(refusal(`a${'\u0301\u0316'.repeat(50_000)}`)).toBe('invalid_request');
    expect(usernameKey(`a${'\u0301\u0316'.repeat(50_000)}`)).toBeUndefined();
  });

  test('the reason names a character that cannot be seen', () => {
    expect(checkUsername('an\u200ba')).toMatchObject({ reason: expect.stringContaining('U+200B') as string });
  });
});

describe('against an existing name', () => {
  test.each([
    ['арра', 'appa'],
    ['ТОМ', 'tom'],
    ['Νινα', 'Nina'],
    ['РОМА', 'poma'],
    ['カロ', '力口'],
    ['оо7', 'oo7'],
  ])('%s looks like %s', (a, b) => {
    expect(accepted(a).key).not.toBe(accepted(b).key);
    expect(looksLike(accepted(a), accepted(b))).toBe(true);
    expect(looksLike(accepted(b), accepted(a))).toBe(true);
  });

  test.each([
    ['modern', 'modem'],
    ['paul', 'pau1'],
    ['1', 'l'],
    ['100', 'lOO'],
    ['000', 'ооо'],
    ['٥٥٥', 'ههه'],
    ['João', 'joao'],
    ['Anna', 'ANNA'],
    ['Анна', 'Anna'],
    ['Мария', 'Maria'],
    ['Виктор', 'Victor'],
  ])('%s may stand beside %s', (a, b) => expect(looksLike(accepted(a), accepted(b))).toBe(false));
});

describe('whatever comes', () => {
  test('is answered, and what is accepted is found again by its name and by its key', () => {
    let names = 0;
    fc.assert(
      fc.property(anyText, (text) => {
        const checked = checkUsername(text);
        const key = usernameKey(text);
        if (key !== undefined) expect(usernameKey(key)).toBe(key);
        if (!checked.ok) return;
        names += 1;
        expect(key).toBe(checked.key);
        expect(checkUsername(checked.username)).toEqual(checked);
        expect(Array.from(checked.username).length).toBeLessThanOrEqual(64);
        for (const spelling of ['NFC', 'NFD', 'NFKC', 'NFKD']) expect(usernameKey(text.normalize(spelling))).toBe(key);
      }),
      { numRuns: 3000 },
    );
    expect(names).toBeGreaterThan(50);
  });
});
