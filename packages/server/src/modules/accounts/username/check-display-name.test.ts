import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkDisplayName } from './index.ts';

describe('accepted', () => {
  test.each([
    ['a plain name', 'Ana Silva'],
    ['punctuation', "Seán O'Brien (he/him) — #1, 50% off!"],
    ['Vietnamese, decomposed', 'Nguyễn Thị Ngọc Ánh'.normalize('NFD')],
    ['Thai', 'กตัญญู ผู้ใหญ่'],
    ['Hindi', 'श्रीमती लक्ष्मी'],
    ['Hindi with a joiner', 'क्\u200dष'],
    ['Persian with a non-joiner', 'می\u200cخواهم'],
    ['Persian pointed before a non-joiner', 'خانه\u064e\u200cام'],
    ['Sinhala with joiners', 'ශ්\u200dරී ලංකා'],
    ['Bengali with a joiner before the virama', 'র\u200d্যাব'],
    ['Malayalam with a joiner at the end', 'അവന്\u200d'],
    ['Hebrew with points and accents', 'בְּרֵאשִׁ֖ית'],
    ['Tibetan', 'བསྟན་འཛིན་རྒྱ་མཚོ'],
    ['Burmese', 'အောင်ဆန်းစုကြည်'],
    ['Mongolian with selectors', 'ᠮᠣᠩᠭᠣᠯ\u180b ᠪᠠ\u180eᠠ'],
    ['Japanese with an ideographic variation', '渡邉\u{e0102}'],
    ['mixed directions', 'Dana דנה 42'],
    ['a family', '👨‍👩‍👧‍👦'],
    ['an astronaut with a skin tone', '👩🏽‍🚀 Bia'],
    ['a rainbow flag', '🏳️‍🌈'],
    ['flags of countries and regions', '🇧🇷 🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
    ['a keycap', '1️⃣'],
    ['a heart in text form', '❤︎'],
    ['mathematical letters', '𝓐𝓷𝓪'],
    ['a private-use character', '\uf8ff'],
    ['eight marks in a row', `a${'\u0301'.repeat(8)}`],
    ['spaces around', ' Ana '],
    ['100 emoji', '😀'.repeat(100)],
  ])('%s', (_, name) => expect(checkDisplayName(name)).toEqual({ ok: true }));
});

describe('refused', () => {
  test.each([
    ['nothing', ''],
    ['spaces', ' \u3000\u00a0'],
    ['only an empty braille cell', '\u2800'],
    ['only a mark', '\u0301'],
    ['101 characters', 'a'.repeat(101)],
    ['101 emoji', '😀'.repeat(101)],
    ['NUL', 'a\0'],
    ['a line feed', 'a\nb'],
    ['a tab', 'a\tb'],
    ['an escape', '\u001b[31mAna'],
    ['a C1 control', 'a\u0085'],
    ['a line separator', 'a\u2028b'],
    ['a left-to-right mark', 'a\u200eb'],
    ['an Arabic letter mark', 'a\u061cb'],
    ['a right-to-left embedding', '\u202bAna'],
    ['a right-to-left override', 'exe.\u202eana'],
    ['an isolate', '\u2066Ana\u2069'],
    ['a zero-width space', 'a\u200bb'],
    ['a word joiner', 'a\u2060b'],
    ['a byte order mark', '\ufeffAna'],
    ['a soft hyphen', 'A\u00adna'],
    ['a grapheme joiner', 'a\u034fb'],
    ['a Hangul filler', '\u3164'],
    ['a joiner in Latin', 'A\u200dna'],
    ['a non-joiner in Cyrillic', 'А\u200cня'],
    ['a joiner after a danda', '।\u200dक'],
    ['two joiners in Hindi', 'क्\u200d\u200dष'],
    ['a joiner behind one emoji', '👩\u200d'],
    ['a joiner before one emoji', '\u200d👩'],
    ['a selector without a base', '\ufe0fAna'],
    ['two selectors', '❤\ufe0f\ufe0f'],
    ['an ideographic selector in Latin', 'A\u{e0100}na'],
    ['hidden tag letters', 'Ana\u{e0061}\u{e0062}\u{e0063}\u{e007f}'],
    ['a flag with tags that do not end', '🏴\u{e0067}\u{e0062}'],
    ['a noncharacter', 'a\uffff'],
    ['an annotation anchor', 'a\ufff9b'],
    ['a lone surrogate', 'a\ud83d'],
    ['nine marks in a row', `a${'\u0301'.repeat(9)}`],
    ['nine marks hidden in composed letters and joiners', `क${'\u094d\u200d'.repeat(9)}`],
    ['a hundred thousand marks', `a${'\u0301\u0316'.repeat(50_000)}`],
  ])('%s', (_, name) => expect(checkDisplayName(name)).toMatchObject({ ok: false, code: 'invalid_request' }));

  test('the reason names a character that cannot be seen', () => {
    expect(checkDisplayName('exe.\u202eana')).toMatchObject({ reason: expect.stringContaining('U+202E') as string });
  });
});

test('whatever comes is answered, and nothing that turns the direction is ever accepted', () => {
  const unit = fc.oneof(
    fc.constantFrom('a', 'क', '\u094d', '\u200d', '\u200c', '👩', '\ufe0f', '\u202e', '\u2066', '\u200f', '\ud83d'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  );
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 20 }), (text) => {
      if (checkDisplayName(text).ok) expect(text).not.toMatch(/[\p{Bidi_Control}\p{Cc}\p{Surrogate}]/u);
    }),
    { numRuns: 2000 },
  );
});
