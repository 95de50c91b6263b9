import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, messoxHere } from '../../../testing/messox.ts';

const make = (dir: string, name: string, ...more: string[]) =>
  messoxHere(['migrate', 'new', name, '--module', join(dir, 'paint'), ...more], { dir });

const moduleFolder = async (): Promise<string> => {
  const dir = await emptyFolder();
  await mkdir(join(dir, 'paint'));
  return dir;
};

describe('messox migrate new', () => {
  it('makes the next file of the module', async () => {
    const dir = await moduleFolder();
    for (const name of ['add-colours', 'brushes', 'brushes']) expect((await make(dir, name)).exitCode).toBe(0);
    const folder = join(dir, 'paint', 'migrations');
    expect((await readdir(folder)).sort()).toEqual(['0001-add-colours.sql', '0002-brushes.sql', '0003-brushes.sql']);
    expect(await readFile(join(folder, '0001-add-colours.sql'), 'utf8')).toMatch(/^-- paint: add colours\.\n--/);
  });

  it.each(['Add Colours', '../evil', '', '0001_x', 'é'])('refuses the name "%s" and makes nothing', async (name) => {
    const dir = await moduleFolder();
    const { exitCode, stderr } = await make(dir, name);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('<name>');
    expect(await readdir(join(dir, 'paint'))).toEqual([]);
  });

  it('proposes the name that was meant', async () => {
    const dir = await moduleFolder();
    expect((await make(dir, 'Add Côlours!')).stderr).toContain('migrate new add-colours');
  });

  it('refuses a folder that is none, and files that do not continue', async () => {
    const dir = await moduleFolder();
    expect((await messoxHere(['migrate', 'new', 'x', '--module', join(dir, 'none')], { dir })).exitCode).toBe(2);
    await mkdir(join(dir, 'paint', 'migrations'));
    await writeFile(join(dir, 'paint', 'migrations', '0002-late.sql'), '');
    const { exitCode, stderr } = await make(dir, 'more');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('0001-');
  });
});
