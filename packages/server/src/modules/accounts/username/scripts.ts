/** All scripts that have letters, as of Unicode 17. A runtime with older data leaves out those that it does not know. */
export const SCRIPT_CODES = `
  Adlm Aghb Ahom Arab Armi Armn Avst Bali Bamu Bass Batk Beng Berf Bhks Bopo Brah Bugi Buhd Cakm Cans Cari Cham Cher
  Chrs Copt Cpmn Cprt Cyrl Deva Diak Dogr Dsrt Dupl Egyp Elba Elym Ethi Gara Geor Glag Gong Gonm Goth Gran Grek Gujr
  Gukh Guru Hang Hani Hano Hatr Hebr Hira Hluw Hmng Hmnp Hung Ital Java Kali Kana Kawi Khar Khmr Khoj Kits Knda Krai
  Kthi Lana Laoo Latn Lepc Limb Lina Linb Lisu Lyci Lydi Mahj Maka Mand Mani Marc Medf Mend Merc Mero Mlym Modi Mong
  Mroo Mtei Mult Mymr Nagm Nand Narb Nbat Newa Nkoo Nshu Ogam Olck Onao Orkh Orya Osge Osma Ougr Palm Pauc Perm Phag
  Phli Phlp Phnx Plrd Prti Rjng Rohg Runr Samr Sarb Saur Sgnw Shaw Shrd Sidd Sidt Sind Sinh Sogd Sogo Sora Soyo Sund
  Sunu Sylo Syrc Tagb Takr Tale Talu Taml Tang Tavt Tayo Telu Tfng Tglg Thaa Thai Tibt Tirh Tnsa Todr Tols Toto Tutg
  Ugar Vaii Vith Wara Wcho Xpeo Xsux Yezi Yiii Zanb`
  .trim()
  .split(/\s+/);
/** What may stand together although it is more than one script: UTS #39, "highly restrictive". */
const TOGETHER = [
  ['Latn', 'Hani', 'Hira', 'Kana'],
  ['Latn', 'Hani', 'Bopo'],
  ['Latn', 'Hani', 'Hang'],
];
const DIGIT = /\p{Nd}/gu;
const ONE_DIGIT = /^\p{Nd}$/u;

/** Keeps what was made when it was first asked for: all patterns at once would cost every start of a program a tenth of a second. */
const once = <Value extends object>(make: () => Value): (() => Value) => {
  let made: Value | undefined;
  return () => (made ??= make());
};

interface ScriptPatterns {
  readonly code: string;
  /** Some character belongs to the script (property Script). */
  readonly some: RegExp;
  /** Every character is used with the script (property Script_Extensions). */
  readonly every: () => RegExp;
}

const knownScripts = once((): ScriptPatterns[] =>
  SCRIPT_CODES.flatMap((code) => {
    try {
      return [{ code, some: new RegExp(`\\p{Script=${code}}`, 'u'), every: once(() => usedWithOnly(code)) }];
    } catch {
      return [];
    }
  }),
);
const everywhere = once(() => usedWithOnly('Common'));
const mixtures = once(() => TOGETHER.map((codes) => usedWithOnly(...codes)));

function usedWithOnly(...codes: string[]): RegExp {
  const allowed = ['Common', 'Inherited', ...codes].map((code) => `\\p{Script_Extensions=${code}}`).join('');
  return new RegExp(`^[${allowed} ._-]*$`, 'u');
}

/**
 * The scripts of a key in the form of the `scripts` column: ISO 15924 codes, sorted, like `Hani+Hira`; empty when it has
 * only what all scripts share, such as the digits 0 to 9.
 */
export function scriptsOf(key: string): string {
  return knownScripts()
    .filter((script) => script.some.test(key))
    .map((script) => script.code)
    .join('+');
}

/** Whether a key mixes scripts that no language mixes. `scripts` is what `scriptsOf` says of it. */
export function mixesScripts(key: string, scripts: string): boolean {
  if (everywhere().test(key) || mixtures().some((mixture) => mixture.test(key))) return false;
  const own = scripts.split('+');
  const candidates = scripts === '' ? knownScripts() : knownScripts().filter((script) => own.includes(script.code));
  return !candidates.some((script) => script.every().test(key));
}

/** Whether a key has digits of two decimal systems, such as 1 and १ (UTS #39, mixed-number detection). */
export function mixesDigits(key: string): boolean {
  const zeros = new Set<number>();
  for (const [digit] of key.matchAll(DIGIT)) zeros.add(zeroOf(digit.codePointAt(0) ?? 0));
  return zeros.size > 1;
}

/** Unicode places the digits of a system in a row from 0 to 9; some systems follow each other without a gap. */
function zeroOf(digit: number): number {
  let first = digit;
  while (ONE_DIGIT.test(String.fromCodePoint(first - 1))) first -= 1;
  return digit - ((digit - first) % 10);
}
