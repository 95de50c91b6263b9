import { expect, test } from 'vitest';
import { mixesDigits, mixesScripts, SCRIPT_CODES, scriptsOf } from './scripts.ts';

test('every letter of this runtime has a script in the list', () => {
  const known = SCRIPT_CODES.filter(isSupported).map((code) => `\\p{Script=${code}}`);
  const unlisted = new RegExp(`(?![${known.join('')}\\p{Script=Common}\\p{Script=Inherited}])\\p{L}`, 'u');
  const found: string[] = [];
  for (let code = 0; code < 0x110000; code += 1) {
    if (unlisted.test(String.fromCodePoint(code))) found.push(code.toString(16));
  }
  expect(found).toEqual([]);
});

function isSupported(code: string): boolean {
  try {
    return new RegExp(`\\p{Script=${code}}`, 'u').source !== '';
  } catch {
    return false;
  }
}

test('the list is sorted, so that the scripts of a name have one spelling', () => {
  expect(SCRIPT_CODES).toEqual([...SCRIPT_CODES].sort());
});

test.each([
  ['ーー', false],
  ['ーカ', false],
  ['ーん', false],
  ['ー한', true],
  ['ー٣', true],
  ['१', false],
  ['a.b-c_d e', false],
])('%s mixes scripts: %s', (key, mixed) => expect(mixesScripts(key, scriptsOf(key))).toBe(mixed));

test.each([
  ['a1b9', false],
  ['१९', false],
  ['٠١٢٣٤٥٦٧٨٩', false],
  ['٣۳', true],
  ['1१', true],
  ['\u1a80\u1a89', false],
  ['\u1a80\u1a90', true],
  ['\u{1d7d8}\u{1d7e1}', false],
  ['\u{1d7e1}\u{1d7e2}', true],
])('%s mixes digits: %s', (key, mixed) => expect(mixesDigits(key)).toBe(mixed));
