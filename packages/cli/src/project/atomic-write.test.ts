import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../testing/messox.ts';
import { atomicWrite, createFile } from './atomic-write.ts';

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe('atomicWrite', () => {
  it('makes a file with the mode and leaves nothing else behind', async () => {
    const dir = await emptyFolder();
    atomicWrite(join(dir, 'a'), 'text', { mode: 0o600 });
    expect(await readFile(join(dir, 'a'), 'utf8')).toBe('text');
    expect(await modeOf(join(dir, 'a'))).toBe(0o600);
    expect(await readdir(dir)).toEqual(['a']);
  });

  it('keeps the mode and the owner of a file that exists', async () => {
    const dir = await emptyFolder();
    const path = join(dir, 'a');
    await writeFile(path, 'old');
    await chmod(path, 0o664);
    const { uid, gid } = await stat(path);
    atomicWrite(path, 'new', { mode: 0o600 });
    expect(await modeOf(path)).toBe(0o664);
    expect(await stat(path)).toMatchObject({ uid, gid });
  });

  it('follows a symbolic link', async () => {
    const dir = await emptyFolder();
    await writeFile(join(dir, 'real'), 'old');
    await symlink('real', join(dir, 'link'));
    atomicWrite(join(dir, 'link'), 'new', { mode: 0o600 });
    expect(await readFile(join(dir, 'real'), 'utf8')).toBe('new');
    expect((await lstat(join(dir, 'link'))).isSymbolicLink()).toBe(true);
  });

  it('leaves the old file and no other when it fails', async () => {
    const dir = await emptyFolder();
    await mkdir(join(dir, 'a'));
    expect(() => atomicWrite(join(dir, 'a'), 'new', { mode: 0o600 })).toThrow();
    expect(await readdir(dir)).toEqual(['a']);
  });
});

describe('createFile', () => {
  it('does not touch a file that exists', async () => {
    const dir = await emptyFolder();
    createFile(join(dir, 'a'), 'first', { mode: 0o600 });
    expect(() => createFile(join(dir, 'a'), 'second', { mode: 0o600 })).toThrow('EEXIST');
    expect(await readFile(join(dir, 'a'), 'utf8')).toBe('first');
    expect(await modeOf(join(dir, 'a'))).toBe(0o600);
  });
});
