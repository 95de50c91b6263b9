/**
 * Makes the server's table of look-alike letters from Unicode's confusables.txt, which is at
 * https://www.unicode.org/Public/security/latest/ and in source/data/unidata of the source of ICU:
 *
 *   npx tsc -b packages/server && node scripts/make-confusables.js confusables.txt
 *
 * The key of a username is folded, so that only folded letters are in the table. Capitals count all the same: where a
 * Greek, Cyrillic or Armenian capital looks like a Latin one or a digit, the small letters pass for alike too (Т is T, so
 * т is t), which the file does not say.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { foldCase, foldName } from '../packages/server/dist/modules/accounts/username/username-key.js';

const NOTICES = new URL('../THIRD-PARTY-NOTICES.md', import.meta.url);
const TARGET = new URL('../packages/server/src/modules/accounts/username/confusables-table.ts', import.meta.url);
const IN_NAMES = /^[\p{L}\p{Mn}\p{Mc}\p{Nd}]$/u;
const CAPITAL = /^(?=\p{Lu})[\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Armenian}]$/u;
const LINE_LENGTH = 120;

const [path] = process.argv.slice(2);
if (path === undefined) {
  console.error('Usage: node scripts/make-confusables.js CONFUSABLES_TXT');
  process.exit(2);
}
const file = readFileSync(path, 'utf8');
const version = /^# Version: (\S+)/m.exec(file)?.[1];
const prototypes = readPrototypes(file);
if (version === undefined || prototypes.size === 0) {
  console.error(`${path} is not a confusables.txt of Unicode.`);
  process.exit(1);
}

const everyCharacter = Array.from({ length: 0x110000 }, (_, code) => code)
  .filter((code) => code < 0xd800 || code > 0xdfff)
  .map((code) => String.fromCodePoint(code));
const parents = new Map();
const respelled = new Map();
const exceptions = new Map();
for (const capital of everyCharacter.filter((letter) => CAPITAL.test(letter))) likenSmallLetters(capital);

const sourcesByLook = new Map();
for (const letter of everyCharacter.filter((letter) => IN_NAMES.test(letter) && isInSomeKey(letter))) {
  const look = lookOf(letter);
  if (look !== letter) sourcesByLook.set(look, [...(sourcesByLook.get(look) ?? []), letter]);
}
writeFileSync(TARGET, tableFile());

function readPrototypes(text) {
  const found = new Map();
  for (const [, source, target] of text.matchAll(/^([0-9A-F]+) ;\t([0-9A-F ]+?) ;\tMA/gm)) {
    found.set(fromHex(source), target.split(' ').map(fromHex).join(''));
  }
  return found;
}

function fromHex(code) {
  return String.fromCodePoint(parseInt(code, 16));
}

/** Keys are folded and in NFKC, skeletons are made letter by letter of their decomposition. */
function isInSomeKey(letter) {
  return foldName(letter).normalize('NFD') === letter;
}

/** The prototype of a folded letter, folded in turn: 0 has the prototype O, and keys have no O. */
function prototypeOf(text) {
  const prototype = [...text.normalize('NFD')].map((letter) => prototypes.get(letter) ?? letter).join('');
  const folded = foldCase(prototype);
  return folded === text ? text : prototypeOf(folded);
}

function likenSmallLetters(capital) {
  const prototype = prototypes.get(capital) ?? capital;
  if (!/^[A-Za-z0-9]+$/.test(prototype)) return;
  const small = foldCase(capital);
  const asCapital = [...prototypeOf(foldCase(prototype))];
  const asSmall = [...prototypeOf(small)];
  if (asSmall.length === asCapital.length) asSmall.forEach((letter, i) => join(letter, asCapital[i]));
  else if (asSmall.length === 1) respelled.set(asSmall[0], asCapital);
  else exceptions.set(small, asCapital);
}

function rootOf(letter) {
  const parent = parents.get(letter);
  return parent === undefined ? letter : rootOf(parent);
}

function join(a, b) {
  const [root, other] = [rootOf(a), rootOf(b)].sort();
  if (root !== other) parents.set(other, root);
}

function lookOf(letter) {
  const parts = exceptions.get(letter) ?? [...prototypeOf(letter)].flatMap((part) => respelled.get(part) ?? [part]);
  return parts.map(rootOf).join('');
}

function toHex(text) {
  return [...text].map((letter) => letter.codePointAt(0).toString(16)).join('+');
}

function tableFile() {
  const entries = [...sourcesByLook].flatMap(([look, sources]) => {
    const chunks = [];
    for (let i = 0; i < sources.length; i += 20) chunks.push(sources.slice(i, i + 20));
    return chunks.map((chunk) => `${toHex(look)}=${chunk.map(toHex).join(',')}`);
  });
  const lines = [''];
  for (const entry of entries) {
    if (lines.at(-1).length + entry.length >= LINE_LENGTH) lines.push('');
    lines.push(`${lines.pop()} ${entry}`.trimStart());
  }
  const licence = /```text\n([\s\S]*?)\n```/.exec(readFileSync(NOTICES, 'utf8'))?.[1] ?? '';
  return `/*
Made by scripts/make-confusables.js from confusables.txt of Unicode ${version}: do not edit.
That file is Copyright © Unicode, Inc., under this licence:

${licence}
*/

/** Letters and what they look like: \`look=source,source\`, code points in hexadecimal, several joined by \`+\`. */
export const CONFUSABLES = \`
${lines.join('\n')}
\`;
`;
}
