import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { embeddedPostgresErrorCodes } from './error.ts';

it('has every code explained in the documentation, which names no other', async () => {
  const page = new URL('../../../../docs/subsystems/embedded-postgres.md', import.meta.url);
  const explained = [...(await readFile(page, 'utf8')).matchAll(/^\| `(postgres_\w+)`/gm)].map(([, code]) => code);
  expect(explained.sort()).toEqual([...embeddedPostgresErrorCodes].sort());
});
