import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { renderStackFiles } from '../../generated/render-project.ts';
import { createOutput, type Output } from '../../output/output.ts';
import { emptyFolder, messoxHere } from '../../testing/messox.ts';
import { fillLostSecrets, takeSecrets } from './stack-secrets.ts';

const archived = { tokenKey: 'key-of-the-backup', appApiKey: 'app-of-the-backup' };

const stackFolder = async () => {
  const dir = await emptyFolder();
  const settings = 'mode: compose\ndeploy: { domain: chat.example.org, tls: { mode: proxy }, memoryMb: 4096 }\n';
  await writeFile(join(dir, 'messox.yaml'), settings);
  expect((await messoxHere(['config', 'render'], { dir })).exitCode).toBe(0);
  const read = async (name: string): Promise<string> => readFile(join(dir, 'secrets', name), 'utf8');
  const lose = async (name: string): Promise<void> => rm(join(dir, 'secrets', name));
  const notes: string[] = [];
  const output: Output = createOutput({
    emit: (event) => {
      if (event.type === 'note') notes.push(event.text);
    },
  });
  const render = (): void => renderStackFiles({ flags: { dir } as never, output });
  return { dir, lose, notes, output, read, render };
};

it('puts back the token key that a server has lost, before its files are made', async () => {
  const { dir, lose, notes, output, read, render } = await stackFolder();
  const password = await read('database-password');
  await lose('token-key');
  expect(render).toThrow('This server has lost its secrets: token-key');
  fillLostSecrets(dir, output, archived);
  render();
  takeSecrets(dir, output, archived, { isNew: false });
  expect(await read('token-key')).toBe(archived.tokenKey);
  expect((await stat(join(dir, 'secrets', 'token-key'))).mode & 0o077).toBe(process.getuid?.() === 0 ? 0 : 0o044);
  // Empty is a value of this one.
  expect(await read('app-api-key')).toBe('');
  expect(await read('database-password')).toBe(password);
  expect(notes).toContain('secrets/token-key was missing, and is that of the backup now');
  expect(notes.join('\n')).not.toContain('log in again');
});

it('puts back the key of messox-app, too, and leaves what there is', async () => {
  const { dir, lose, notes, output, read } = await stackFolder();
  const key = await read('token-key');
  await lose('app-api-key');
  fillLostSecrets(dir, output, archived);
  takeSecrets(dir, output, archived, { isNew: false });
  expect([await read('token-key'), await read('app-api-key')]).toEqual([key, archived.appApiKey]);
  expect(notes).toEqual([
    'secrets/app-api-key was missing, and is that of the backup now',
    expect.stringContaining('its token key is not that of the backup') as string,
  ]);
});

it('makes up nothing that the backup does not have', async () => {
  const { dir, lose, output, render } = await stackFolder();
  await lose('token-key');
  await lose('database-password');
  fillLostSecrets(dir, output, undefined);
  expect(render).toThrow('token-key, database-password');
  fillLostSecrets(dir, output, { tokenKey: archived.tokenKey });
  expect(render).toThrow('This server has lost its secrets: database-password');
  expect(await readdir(join(dir, 'secrets'))).not.toContain('database-password');
});
