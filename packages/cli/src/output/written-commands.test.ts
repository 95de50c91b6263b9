import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { commands } from '../commands.ts';
import { parse } from '../framework/parse.ts';
import { findCommand } from '../framework/table.ts';

const sources = ['../', '../../../server/src/'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
/** Help, the reference and shells write commands as everybody types them. */
const others =
  /\.(test|contract)\.ts$|\/spec\.ts$|src\/reference\/|\/framework\/(help|spec)\.ts$|commands\/completion\//;

const texts = async (): Promise<string> => {
  const files = await Promise.all(
    sources.map(async (folder) => (await readdir(folder, { recursive: true })).map((name) => join(folder, name))),
  );
  const read = files
    .flat()
    .filter((path) => path.endsWith('.ts') && !others.test(path))
    .map((path) => readFile(path, 'utf8'));
  const lines = (await Promise.all(read)).flatMap((text) => text.replaceAll('\\`', '`').split('\n'));
  return lines.filter((line) => !/^\s*(\/\/|\*|\/\*|#)/.test(line)).join('\n');
};

const names = commands.map(({ spec }) => spec.name.split(' ')[0]).join('|');

it('no text names a command but between backticks, where it becomes one that can be typed', async () => {
  const bare = [...(await texts()).matchAll(new RegExp(`.*(?<![\`\\w])messox (${names})\\b.*`, 'g'))].map(
    ([line]) => line,
  );
  // What clients and groups are called, and an answer of the API.
  expect(bare.filter((line) => !/clientName|groupName|createGroup|invalidField/.test(line))).toEqual([]);
});

it('what is between backticks is a command that there is', async () => {
  const written = [...(await texts()).matchAll(/`messox ([a-z][^`$]*)`/g)].map(([, words = '']) => words.split(' '));
  expect(written.length).toBeGreaterThan(20);
  const wrong = written.filter((words) => {
    if (findCommand(commands, words)) return false;
    try {
      parse(commands, words, {});
      return false;
    } catch {
      return !words.includes('--help');
    }
  });
  expect(wrong).toEqual([]);
});
