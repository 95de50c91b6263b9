import { characterCount, codeOf, stacksMarks } from './text.ts';

const MAX_LENGTH = 100;
/** Scripts in which a joiner or non-joiner changes how a word is written: Arabic and its like, and those with a virama. */
const JOINING =
  'Arab Syrc Mong Nkoo Mand Phag Adlm Rohg Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Tibt Newa Tirh Cakm'
    .split(' ')
    .map((code) => `\\p{Script_Extensions=${code}}`)
    .join('');
/** The invisible characters that writing needs, each where it belongs. */
const NEEDED_INVISIBLE = new RegExp(
  [
    `(?<=(?=[\\p{L}\\p{M}])[${JOINING}])[\\u200c\\u200d]`,
    '(?<=\\p{Extended_Pictographic}\\p{Emoji_Modifier}?\\ufe0f?)\\u200d(?=\\p{Extended_Pictographic})',
    '(?<=[\\p{L}\\p{N}\\p{P}\\p{S}])[\\ufe00-\\ufe0f]',
    '(?<=\\p{Script=Han})[\\u{e0100}-\\u{e01ef}]',
    '(?<=\\p{Script=Mongolian})[\\u180b-\\u180f]',
    // The flags of regions, such as Scotland: the region's code in tag letters.
    '(?<=\\u{1f3f4})[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]{3,6}\\u{e007f}',
  ].join('|'),
  'gu',
);
const FORBIDDEN =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\ufff9-\ufffb]/u;
/** Anything but space, formatting, lone marks and the empty braille cell. */
const VISIBLE = /[^\p{Z}\p{Cc}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

export type DisplayNameCheck =
  { readonly ok: true } | { readonly ok: false; readonly code: 'invalid_request'; readonly reason: string };

/** Whether a text may be a display name. It is stored as it came: accepted or refused, never changed. */
export function checkDisplayName(input: string): DisplayNameCheck {
  if (input.length > 2 * MAX_LENGTH || characterCount(input) > MAX_LENGTH) {
    return refuse(`A display name has at most ${MAX_LENGTH} characters.`);
  }
  const text = input.replace(NEEDED_INVISIBLE, '');
  const forbidden = FORBIDDEN.exec(text)?.[0];
  if (forbidden !== undefined) {
    return refuse(
      `A display name has no control, direction-changing or invisible characters, but this has ${codeOf(forbidden)}.`,
    );
  }
  if (!VISIBLE.test(text)) return refuse('A display name has something to see in it.');
  if (stacksMarks(text)) return refuse('A display name has too many marks on one letter.');
  return { ok: true };
}

function refuse(reason: string): DisplayNameCheck {
  return { ok: false, code: 'invalid_request', reason };
}
