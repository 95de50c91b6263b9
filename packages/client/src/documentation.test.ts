import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clientFaults } from './error.ts';
import { defaultTimings } from './options.ts';
import { startServer } from './test/fixtures.ts';
import { twoPeopleChat } from './test/two-people.ts';

const read = (path: string): string => readFileSync(join(import.meta.dirname, path), 'utf8');
const readme = read('../README.md');

test('the example is the program that runs here', async () => {
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1];
  expect(example).toBe(read('test/two-people.ts').replace('../index.ts', '@messox/client'));
  const server = await startServer();
  const seen = await twoPeopleChat(server.url);
  expect(seen).toEqual(['ana: Olá, Bob! 👋🏽', 'bob: Hello, Ana!']);
  expect(readme).toContain(`['${seen.join("', '")}']`);
});

test('timings and codes are those of the code', () => {
  const rows = [...readme.matchAll(/^\| `(\w+Ms)` \| (\d+) \|/gm)].map(([, name, value]) => [name, Number(value)]);
  expect(Object.fromEntries(rows)).toEqual(defaultTimings);
  for (const code of Object.keys(clientFaults)) expect(readme).toContain(`\`${code}\``);
});
