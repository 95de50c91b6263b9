import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fileStorage } from './file-storage.ts';

const makeFolder = async (): Promise<string> => {
  const parent = await mkdtemp(join(tmpdir(), 'messox-client-'));
  onTestFinished(() => rm(parent, { recursive: true }));
  return join(parent, 'notes');
};

test('keeps values by key for the next life, and nobody else reads them', async () => {
  const folder = await makeFolder();
  const storage = fileStorage(folder);
  expect(await storage.get('a')).toBeUndefined();
  await storage.set('messox https://x/y:1 ../tokens', 'ção 👍');
  await storage.set('b', '1');
  const later = fileStorage(folder);
  expect(await later.get('messox https://x/y:1 ../tokens')).toBe('ção 👍');
  await later.set('b', undefined);
  await later.set('never there', undefined);
  expect(await storage.get('b')).toBeUndefined();
  const names = await readdir(folder);
  expect(names).toHaveLength(1);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, names[0] ?? ''))).mode & 0o777).toBe(0o600);
});

test('writes to one key keep their order', async () => {
  const storage = fileStorage(await makeFolder());
  await Promise.all(Array.from({ length: 30 }, (_, index) => storage.set('key', `${index}`)));
  expect(await storage.get('key')).toBe('29');
});

test('a folder that cannot be written to is an error, and not for ever', async () => {
  const folder = await makeFolder();
  const blocked = fileStorage(join(folder, 'file.json', 'deeper'));
  await fileStorage(folder).set('file', 'x');
  await expect(blocked.set('key', 'x')).rejects.toThrow();
  await rm(folder, { recursive: true });
  await blocked.set('key', 'y');
  expect(await blocked.get('key')).toBe('y');
});
