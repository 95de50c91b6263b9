import { mixesDigits, mixesScripts, scriptsOf } from './scripts.ts';
import { skeletonOf } from './skeleton.ts';
import { characterCount, codeOf, isWellFormed, stacksMarks } from './text.ts';
import { isNameShaped, MAX_RAW_UNITS, usernameKey } from './username-key.ts';

const MAX_LENGTH = 64;
const FOREIGN = /[^\p{L}\p{Mn}\p{Mc}\p{Nd} ._-]|\p{Default_Ignorable_Code_Point}/u;
/** Letters and digits of no script, such as mathematical alphabets; not the width forms (U+FFxx), which people do type. */
const STYLED = /^(?![\uff00-\uffef])\p{Script=Common}$/u;

export type UsernameCheck =
  | {
      readonly ok: true;
      /** What is stored and shown: the input in NFC, nothing else changed. */
      readonly username: string;
      /** Unique among accounts: see `usernameKey`. */
      readonly key: string;
      /** What it looks like: see `looksLike`. */
      readonly skeleton: string;
      /** The scripts of its letters, like `Latn` or `Hani+Hira`: see `looksLike`. */
      readonly scripts: string;
    }
  | { readonly ok: false; readonly code: 'invalid_request' | 'username_confusable'; readonly reason: string };

/** Whether a new account may have this name. Whether it is free is for the caller to ask, by `key` and by `looksLike`. */
export function checkUsername(input: string): UsernameCheck {
  if (input === '') return refuse('A username must not be empty.');
  if (input.length > MAX_RAW_UNITS) return refuse(`A username has at most ${MAX_LENGTH} characters.`);
  if (!isWellFormed(input)) return refuse('A username must be well-formed Unicode.');
  const username = input.normalize('NFC');
  if (characterCount(username) > MAX_LENGTH) return refuse(`A username has at most ${MAX_LENGTH} characters.`);
  const foreign = FOREIGN.exec(username)?.[0];
  if (foreign !== undefined) {
    return refuse(
      `A username has letters, marks and digits with single spaces, ".", "_" or "-" between them, but not ${codeOf(foreign)}.`,
    );
  }
  if (!isNameShaped(username)) {
    return refuse(
      'A username begins and ends with a letter or digit, and has a single space, ".", "_" or "-" between two parts.',
    );
  }
  const styled = Array.from(username).find((letter) => STYLED.test(letter) && letter.normalize('NFKC') !== letter);
  if (styled !== undefined)
    return refuse(`A username is written in ordinary letters and digits, unlike ${codeOf(styled)}.`);
  if (stacksMarks(username)) return refuse('A username has too many marks on one letter.');
  const key = usernameKey(username);
  if (key === undefined)
    return refuse('A username has a letter that stands for something else than letters and digits.');
  const scripts = scriptsOf(key);
  if (mixesScripts(key, scripts)) return confusable('A username must not mix scripts that are not written together.');
  if (mixesDigits(key)) return confusable('A username must not mix digits of different scripts.');
  return { ok: true, username, key, skeleton: skeletonOf(key), scripts };
}

function refuse(reason: string): UsernameCheck {
  return { ok: false, code: 'invalid_request', reason };
}

function confusable(reason: string): UsernameCheck {
  return { ok: false, code: 'username_confusable', reason };
}
