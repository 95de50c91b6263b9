import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, messox, messoxHere, projectFolder } from '../../testing/messox.ts';

const list = async (dir: string) => {
  const { exitCode, stderr, stdout } = await messoxHere(['module', 'list', '--json'], { dir });
  expect(exitCode, stderr).toBe(0);
  return (JSON.parse(stdout) as { modules: { name: string }[] }).modules;
};

describe('messox module new', () => {
  it('writes a module that loads, and says what to type next', { timeout: 180_000 }, async () => {
    const dir = await projectFolder('--port', '9000');
    const made = await messox(['module', 'new', 'guest-book'], { dir });
    expect(made.exitCode, made.stderr).toBe(0);
    expect(made.stdout).toContain('messox up -d');
    expect(made.stdout).toContain('MESSOX_URL=http://127.0.0.1:9000 node --test modules/guest-book/index.test.mjs');
    expect(await list(dir)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: 'guest-book',
          state: 'loads',
          migrations: { count: 1, pending: null },
          settings: { count: 1, set: 0, problems: [] },
        }),
      ]),
    );
  });

  it('names its folder from where it is typed', async () => {
    const dir = await projectFolder('--port', '9000');
    const { stdout } = await messoxHere(['module', 'new', 'paint'], { dir });
    expect(stdout).toContain(`Made ${join(dir, 'modules', 'paint')}: `);
    expect(stdout).toContain(`node --test ${join(dir, 'modules', 'paint', 'index.test.mjs')}`);
    const above = dirname(dir);
    const below = await messox(['module', 'new', 'walls', '--dir', basename(dir)], { dir: above });
    expect(below.stdout).toContain(`Made ${join(basename(dir), 'modules', 'walls')}: `);
  });

  it.each([
    ['Guest Book', 'module new guest-book'],
    ['../evil', 'module new evil'],
    ['1st', 'module new st'],
    ['accounts', 'module new acme-accounts'],
    ['users', 'module new acme-users'],
    ['', '<name>'],
  ])('refuses the name "%s" and makes nothing', async (name, fix) => {
    const dir = await projectFolder();
    const { exitCode, stderr } = await messoxHere(['module', 'new', name], { dir });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(fix);
    expect(await readdir(dir)).not.toContain('modules');
  });

  it('refuses what is there, also where it is set aside, and a folder without a server', async () => {
    const dir = await projectFolder();
    for (const folder of ['paint', '_walls']) await mkdir(join(dir, 'modules', folder), { recursive: true });
    for (const name of ['paint', 'walls']) {
      const { exitCode, stderr } = await messoxHere(['module', 'new', name], { dir });
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining('[module_exists]')]);
    }
    expect(await readdir(join(dir, 'modules', 'paint'))).toEqual([]);
    const bare = await messoxHere(['module', 'new', 'paint'], { dir: await emptyFolder() });
    expect(bare).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('[settings_missing]') as string });
  });
});

describe('messox module list', () => {
  it('has what loads, what is refused and what is set aside', { timeout: 180_000 }, async () => {
    const dir = await projectFolder();
    await mkdir(join(dir, 'modules', 'broken'), { recursive: true });
    await mkdir(join(dir, 'modules', '_walls'));
    await writeFile(join(dir, 'modules', 'broken', 'index.mjs'), 'export default 1;');
    const modules = await list(dir);
    expect(modules.slice(-2)).toMatchObject([
      { name: 'broken', state: 'refused', why: expect.stringContaining('something else than a module') as string },
      { name: 'walls', state: 'set aside', from: 'modules/_walls' },
    ]);
    expect(modules.find(({ name }) => name === 'accounts')).toMatchObject({ state: 'loads', from: 'messox' });
    const { stdout } = await messoxHere(['module', 'list'], { dir });
    expect(stdout).toMatch(/broken +✖ refused/);
  });
});
