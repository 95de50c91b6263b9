import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { errorCodes } from './codes.ts';

const server = fileURLToPath(new URL('../../../server/src/', import.meta.url));

const sources = async (): Promise<string> => {
  const files = (await readdir(server, { recursive: true })).filter((name) => /(?<!\.test|\.contract)\.ts$/.test(name));
  return (await Promise.all(files.map((name) => readFile(join(server, name), 'utf8')))).join('\n');
};

it('has a code for every reason for which a server does not start', async () => {
  const text = await sources();
  const thrown = /new (?:StartFault|EmbeddedPostgresError)\(\s*'(\w+)'/g;
  // What the system says of listening is in a table: its name, then our code.
  const listed = /E[A-Z]+: \([^)]*\) => \[\s*'(\w+)'/g;
  const codes = new Set([...text.matchAll(thrown), ...text.matchAll(listed)].map(([, code]) => code ?? ''));
  expect(codes).toContain('migration_edited');
  expect(codes).toContain('port_in_use');
  expect([...codes].filter((code) => !(code in errorCodes))).toEqual([]);
});
