import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { exitCodeOf } from '@messox/server';
import { errorCodes } from './codes.ts';
import { exit } from './exit.ts';

const server = fileURLToPath(new URL('../../../server/src/', import.meta.url));

const sources = async (): Promise<string> => {
  const files = (await readdir(server, { recursive: true })).filter((name) => /(?<!\.test|\.contract)\.ts$/.test(name));
  return (await Promise.all(files.map((name) => readFile(join(server, name), 'utf8')))).join('\n');
};

const startCodes = async (): Promise<Set<string>> => {
  const text = await sources();
  const thrown = /new (?:StartFault|EmbeddedPostgresError)\(\s*'(\w+)'/g;
  // What the system says of listening is in a table: its name, then our code.
  const listed = /E[A-Z]+: \([^)]*\) => \[\s*'(\w+)'/g;
  return new Set([...text.matchAll(thrown), ...text.matchAll(listed)].map(([, code]) => code ?? ''));
};

it('has a code for every reason for which a server does not start', async () => {
  const codes = await startCodes();
  expect(codes).toContain('migration_edited');
  expect(codes).toContain('port_in_use');
  expect([...codes].filter((code) => !(code in errorCodes))).toEqual([]);
});

it('ends messox-server with the exit code that the command has', async () => {
  const own = [...(await startCodes())].filter((code) => !code.startsWith('postgres_') && !code.startsWith('not_a'));
  const codes = Object.fromEntries(own.map((code) => [code, exit[errorCodes[code as keyof typeof errorCodes].exit]]));
  expect(Object.fromEntries(own.map((code) => [code, exitCodeOf(code)]))).toEqual(codes);
});
