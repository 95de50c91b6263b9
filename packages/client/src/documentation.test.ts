import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
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

test('the program of the repository talks, and says in a line that nobody answers', async () => {
  const [, program = ''] = /```js\n(.*?)```/s.exec(read('../../../README.md')) ?? [];
  const folder = await mkdtemp(join(tmpdir(), 'messox-echo-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'node_modules', '@messox'), { recursive: true });
  await symlink(join(import.meta.dirname, '..'), join(folder, 'node_modules', '@messox', 'client'));
  await writeFile(join(folder, 'echo.mjs'), program);

  const server = await startServer();
  const { url } = server;
  const echo = spawn(process.execPath, ['echo.mjs', url], { cwd: folder, stdio: 'pipe' });
  onTestFinished(() => void echo.kill());
  const [line] = (await once(echo.stdout, 'data')) as [Buffer];
  expect(line.toString()).toBe(`Write to me: npx messox chat --as ana --with echo --url ${url}\n`);
  echo.kill();
  await server.stop();

  const alone = spawn(process.execPath, ['echo.mjs', url], { cwd: folder, stdio: 'pipe' });
  let errors = '';
  alone.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  expect(await once(alone, 'close')).toEqual([1, null]);
  expect(errors).toMatch(/^\S+: The server cannot be reached: connect ECONNREFUSED \S+\n$/);
});

test('timings and codes are those of the code', () => {
  const rows = [...readme.matchAll(/^\| `(\w+Ms)` \| (\d+) \|/gm)].map(([, name, value]) => [name, Number(value)]);
  expect(Object.fromEntries(rows)).toEqual(defaultTimings);
  for (const code of Object.keys(clientFaults)) expect(readme).toContain(`\`${code}\``);
});
