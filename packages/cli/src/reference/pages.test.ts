import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { exit, exitMeanings } from '../errors/exit.ts';
import { explanations } from '../errors/explanations.ts';
import { referencePages } from './pages.ts';

const page = (name: string) => readFile(new URL(`../../../../docs/reference/${name}`, import.meta.url), 'utf8');

describe('docs/reference', () => {
  it.each(Object.entries(referencePages()))('%s is what scripts/write-cli-reference.js makes', async (name, text) => {
    expect(await page(name)).toBe(text);
  });

  it.each(Object.entries(explanations))('%s is explained in Markdown that is one paragraph', (_, text) => {
    expect(text).toMatch(/^\S[^\n]{10,}[.)]$/);
  });

  it('tells what every exit code means', () => {
    expect(Object.keys(exitMeanings)).toEqual(Object.keys(exit));
    expect(new Set(Object.values(exit)).size).toBe(Object.keys(exit).length);
  });
});
