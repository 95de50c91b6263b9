import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Fence, fences, writtenCommands } from './code.ts';
import { repositoryFiles, textOf } from './files.ts';
import { headings, relativeLinks, withoutFences } from './links.ts';
import { isTranslated, isTranslation, originalOf, translationOf } from './translations.ts';

const files = repositoryFiles();
const originals = files.filter(isTranslated);
const pairs = originals.map((original) => [original, translationOf(original)] as const);

it('has the README and the guide in both languages, page by page', () => {
  expect(files.filter(isTranslation).sort()).toEqual(originals.map(translationOf).sort());
  expect(originals).toContain('README.md');
  expect(originals).toContain('docs/start/install.md');
});

describe.each(pairs)('%s and %s', (original, translation) => {
  const both = <T>(read: (text: string, file: string) => T): [T, T] => [
    read(textOf(original), original),
    read(textOf(translation), translation),
  ];

  it('have the same headings, by level and order', () => {
    const [ours, theirs] = both(headingLevels);
    expect(theirs).toEqual(ours);
  });

  it('have the same blocks of code', () => {
    const [ours, theirs] = both((text) => fences(text).map(comparable));
    expect(theirs).toEqual(ours);
  });

  it('name the same commands', () => {
    const [ours, theirs] = both((text) => writtenCommands(text).map(({ words }) => words.join(' ')));
    expect(theirs.sort()).toEqual(ours.sort());
  });

  it('have the same links', () => {
    const [ours, theirs] = both(linkTargets);
    expect(theirs).toEqual(ours);
  });

  it('have tables of the same shape', () => {
    const [ours, theirs] = both(tableShape);
    expect(theirs).toEqual(ours);
  });
});

const headingLevels = (text: string): number[] =>
  [...withoutFences(text).matchAll(/^(#{1,6})\s/gm)].map(([, marks = '']) => marks.length);

/** A picture (`text`) has as many lines; other code is the same but for lines that are comments. */
const comparable = ({ language, lines }: Fence): Fence | { language: string; count: number } =>
  language === 'text'
    ? { language, count: lines.length }
    : { language, lines: lines.filter((line) => !/^\s*(#|\/\/)/.test(line)) };

/** Where the links of a page lead, as the original would say it: the pages of one language link each other. */
function linkTargets(text: string, file: string): string[] {
  const inside = relativeLinks(text).map(({ path: target, heading }) => {
    const linked = target === '' ? file : path.posix.join(path.posix.dirname(file), target);
    // The languages name a heading differently; it is the same when it is the same in order.
    const place = heading === undefined ? '' : `#${[...headings(textOf(linked))].indexOf(heading)}`;
    return `${originalOf(linked)}${place}`;
  });
  const outside = [...withoutFences(text).matchAll(/\]\((https?:[^)\s]+)\)/g)].map(([, address = '']) => address);
  return [...inside, ...outside].sort();
}

/** Of each line of a table, how many cells it has. */
const tableShape = (text: string): number[] =>
  withoutFences(text)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').length);

it('links from one language to pages of the same one', () => {
  const strays = pairs.flatMap(([original, translation]) => [
    ...strayLinks(
      original,
      (linked) => isTranslation(linked) && linked !== translation && !original.endsWith('README.md'),
    ),
    ...strayLinks(translation, (linked) => isTranslated(linked) && linked !== original),
  ]);
  expect(strays).toEqual([]);
});

const strayLinks = (file: string, isStray: (linked: string) => boolean): string[] =>
  relativeLinks(textOf(file))
    .map(({ path: target }) => path.posix.join(path.posix.dirname(file), target))
    .filter(isStray)
    .map((linked) => `${file} links to ${linked}`);
