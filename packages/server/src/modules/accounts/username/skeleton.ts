import { CONFUSABLES } from './confusables-table.ts';

/** Letter to what it looks like, from entries `look=source,source` in hexadecimal; a look of several is joined by `+`. */
const LOOKS = new Map<string, string>();
for (const entry of CONFUSABLES.trim().split(/\s+/)) {
  const [look = '', sources = ''] = entry.split('=');
  for (const source of sources.split(',')) LOOKS.set(decode(source), decode(look));
}

function decode(codes: string): string {
  return String.fromCodePoint(...codes.split('+').map((code) => parseInt(code, 16)));
}

/**
 * What a key looks like (UTS #39, section 4): equal for names that a reader takes for one another in any case, since ТОМ
 * and TOM look alike where том and tom hardly do. To compare only, never to show.
 */
export function skeletonOf(key: string): string {
  let skeleton = '';
  for (const letter of key.normalize('NFD')) skeleton += LOOKS.get(letter) ?? letter;
  return skeleton.normalize('NFD');
}

export interface Appearance {
  readonly skeleton: string;
  readonly scripts: string;
}

/**
 * Whether two names look alike and are written in different scripts (арра and appa). Within one script they are told apart
 * by whoever reads it (modern, modem), and the digits 0 to 9 belong to every script (1 and l), so that neither is refused.
 * In SQL: `skeleton = $1 and scripts <> $2 and scripts <> '' and $2 <> ''`.
 */
export function looksLike(a: Appearance, b: Appearance): boolean {
  return a.skeleton === b.skeleton && a.scripts !== b.scripts && a.scripts !== '' && b.scripts !== '';
}
