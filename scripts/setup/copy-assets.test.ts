import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyAssets } from './copy-assets.js';

let folder: string;
beforeEach(() => (folder = `${mkdtempSync(path.join(tmpdir(), 'messox-assets-'))}/`));
afterEach(() => rmSync(folder, { recursive: true }));

const write = (file: string, text = file): void => {
  mkdirSync(path.dirname(folder + file), { recursive: true });
  writeFileSync(folder + file, text);
};
const isThere = (file: string): boolean => existsSync(folder + file);

it('copies migrations and pages beside the compiled code, and again when they change', () => {
  write('src/accounts/migrations/0001-accounts.sql', 'select 1');
  write('src/pages/page.js');
  write('dist/accounts/index.js');
  copyAssets(folder);
  expect(readFileSync(`${folder}dist/accounts/migrations/0001-accounts.sql`, 'utf8')).toBe('select 1');
  expect(isThere('dist/pages/page.js')).toBe(true);

  write('src/accounts/migrations/0001-accounts.sql', 'select 2');
  copyAssets(folder);
  expect(readFileSync(`${folder}dist/accounts/migrations/0001-accounts.sql`, 'utf8')).toBe('select 2');
});

it('leaves out what only tests read', () => {
  write('src/documents/fixtures/sample.json');
  write('dist/index.js');
  copyAssets(folder);
  expect(isThere('dist/documents/fixtures/sample.json')).toBe(false);
});

it('removes what has lost its source and nothing else', () => {
  write('src/index.ts');
  for (const file of [
    'index.js',
    'index.js.map',
    'index.d.ts',
    '.tsbuildinfo',
    'gone.js',
    'gone.d.ts',
    'old/0001-old.sql',
  ])
    write(`dist/${file}`);
  copyAssets(folder);
  expect(['index.js', 'index.js.map', 'index.d.ts', '.tsbuildinfo'].filter((file) => !isThere(`dist/${file}`))).toEqual(
    [],
  );
  expect(['gone.js', 'gone.d.ts', 'old/0001-old.sql'].filter((file) => isThere(`dist/${file}`))).toEqual([]);
});
