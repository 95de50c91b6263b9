import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { closeCodes, faultCodes } from '../faults.ts';
import { limitNames } from '../limits.ts';
import { contract } from './contract.ts';
import { slug } from './reference/markdown.ts';
import { referencePages } from './reference/reference-pages.ts';

const folder = new URL('../../../../docs/reference/', import.meta.url);
const made = 'Made by scripts/write-reference.js';
const pages = referencePages();

describe('docs/reference', () => {
  it.each(Object.entries(pages))('has %s as the contract makes it (node scripts/write-reference.js)', (name, text) => {
    expect(readFileSync(new URL(name, folder), 'utf8')).toBe(text);
  });

  it('has no made page that the contract does not make', () => {
    const files = readdirSync(folder).filter((name) => readFileSync(new URL(name, folder), 'utf8').includes(made));
    expect(files.sort()).toEqual(Object.keys(pages).sort());
  });

  const headings = (page: string): string[] =>
    [...(pages[page] ?? '').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title);

  it('has everything of the contract', () => {
    const rows = (page: string) => [...(pages[page] ?? '').matchAll(/^\| `?(\w+)`? \|/gm)].map(([, name]) => name);
    expect(rows('errors.md')).toEqual(['Code', ...faultCodes]);
    expect(rows('limits.md')).toEqual(['Name', ...limitNames]);
    expect(rows('socket.md')).toEqual(
      expect.arrayContaining(Object.values(closeCodes).map(({ code }) => String(code))),
    );
    expect(headings('rest.md')).toEqual(expect.arrayContaining(contract.routes.map(({ name }) => name)));
    const told = [...contract.ops, ...contract.events].map(({ name }) => name);
    expect(headings('socket.md')).toEqual(expect.arrayContaining(told));
  });

  it('links only to what is there', () => {
    const links = Object.values(pages).flatMap((text) => [...text.matchAll(/\]\((\w+\.md)(?:#([^)]+))?\)/g)]);
    expect(links.length).toBeGreaterThan(200);
    const dead = links.filter(
      ([, page = '', heading]) =>
        pages[page] === undefined || (heading !== undefined && !headings(page).map(slug).includes(heading)),
    );
    expect(dead.map(([link]) => link)).toEqual([]);
  });
});
