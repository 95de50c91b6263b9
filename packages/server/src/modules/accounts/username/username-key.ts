import { characterCount, isWellFormed, stacksMarks } from './text.ts';

/**
 * UTF-16 units that are read at most, which is more than 64 letters decomposed have. Normalising takes more than linear
 * time in the marks on a letter.
 */
export const MAX_RAW_UNITS = 512;
/** Code points of a key at most: one letter may become several (U+FDFA becomes 18). Keeps every index row small. */
const MAX_KEY_LENGTH = 256;
const NAME = /^[\p{L}\p{Nd}][\p{L}\p{Mn}\p{Mc}\p{Nd}]*(?:[ ._-][\p{L}\p{Nd}][\p{L}\p{Mn}\p{Mc}\p{Nd}]*)*$/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const CHEROKEE = /\p{Script=Cherokee}/u;

/** Letters, marks and digits, all visible, with single separators between them and none at either end. */
export function isNameShaped(text: string): boolean {
  return NAME.test(text) && !INVISIBLE.test(text);
}

/**
 * Full case folding (Unicode, section 3.13; `C` and `F` of CaseFolding.txt), which JavaScript lacks. Going through upper
 * case joins ß, ẞ and SS, or σ, ς and Σ; letter by letter, since lower-casing a whole word picks ς by position. Dotless ı
 * stays apart from i, and Cherokee folds upwards.
 */
export function foldCase(text: string): string {
  let folded = '';
  for (const letter of text) folded += foldLetter(letter);
  return folded;
}

function foldLetter(letter: string): string {
  if (letter === 'ı') return letter;
  if (CHEROKEE.test(letter)) return letter.toUpperCase();
  let folded = '';
  for (const upper of letter.toLowerCase().toUpperCase()) folded += upper.toLowerCase();
  return folded;
}

/** Compatibility caseless form (Unicode, D146) in NFKC: what the first folding leaves, the second finds normalised. */
export function foldName(text: string): string {
  const once = foldCase(text.normalize('NFD')).normalize('NFKC');
  return foldCase(once).normalize('NFKC');
}

/**
 * The key under which an account is found, for a log-in: equal for all spellings of a name (composed or not, any case,
 * full-width or circled letters), and `usernameKey(key) === key`. `undefined` for what cannot be a name. More lenient than
 * `checkUsername`, so that a rule that becomes stricter locks nobody out. Unicode promises that keys stay as they are in
 * its later versions.
 */
export function usernameKey(input: string): string | undefined {
  if (input.length > MAX_RAW_UNITS || !isWellFormed(input)) return undefined;
  const key = foldName(input);
  if (!isNameShaped(key) || stacksMarks(key) || characterCount(key) > MAX_KEY_LENGTH) return undefined;
  return key;
}
