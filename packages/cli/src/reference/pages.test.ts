import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../errors/codes.ts';
import { exit, exitMeanings } from '../errors/exit.ts';
import { referencePages } from './pages.ts';

const page = (name: string) => readFile(new URL(`../../../../docs/reference/${name}`, import.meta.url), 'utf8');

describe('docs/reference', () => {
  it.each(Object.entries(referencePages()))('%s is what scripts/write-cli-reference.js makes', async (name, text) => {
    expect(await page(name)).toBe(text);
  });

  it('cli-errors.md has a section for every error, in the order of the table, and for no other', async () => {
    const titles = [...(await page('cli-errors.md')).matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(Object.keys(errorCodes));
  });

  it.each(Object.entries(errorCodes))(
    'cli-errors.md says of %s what the table says, and what to do',
    async (code, contract) => {
      const text = await page('cli-errors.md');
      const section = text.slice(text.indexOf(`\n## ${code}\n`)).split(/\n## /)[1] ?? '';
      const [, first, ...more] = section.split('\n\n');
      expect(first).toBe(`Exit code ${exit[contract.exit]}. ${contract.about}`);
      expect(more.join('').trim().length).toBeGreaterThan(10);
    },
  );

  it('tells what every exit code means', () => {
    expect(Object.keys(exitMeanings)).toEqual(Object.keys(exit));
    expect(new Set(Object.values(exit)).size).toBe(Object.keys(exit).length);
  });
});
