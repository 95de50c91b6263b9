import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { emptyFolder } from '../testing/messox.ts';
import { guessGlobals, readGlobals } from './globals.ts';

describe('global options', () => {
  it('are off, in the current folder, when nobody says otherwise', () =>
    expect(readGlobals({}, {})).toEqual({
      dir: process.cwd(),
      yes: false,
      input: true,
      json: false,
      color: true,
      verbose: false,
      quiet: false,
    }));

  it.each([
    ['MESSOX_YES', { yes: true }],
    ['MESSOX_NO_INPUT', { input: false }],
    ['MESSOX_JSON', { json: true }],
    ['MESSOX_NO_COLOR', { color: false }],
    ['MESSOX_VERBOSE', { verbose: true }],
    ['MESSOX_QUIET', { quiet: true }],
  ])('%s says the same', (name, flags) => {
    expect(readGlobals({}, { [name]: '1' })).toMatchObject(flags);
    expect(readGlobals({}, { [name]: 'true' })).toMatchObject(flags);
    expect(readGlobals({}, { [name]: '0' })).toEqual(readGlobals({}, {}));
    expect(readGlobals({}, { [name]: '' })).toEqual(readGlobals({}, {}));
    expect(() => readGlobals({}, { [name]: 'maybe' })).toThrow(name);
  });

  it('mean the folder data in the current one, where that has the server and the current one has none', async () => {
    const clone = await emptyFolder();
    const data = join(clone, 'data');
    await mkdir(data);
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(clone);
    onTestFinished(() => cwd.mockRestore());
    expect(readGlobals({}, {}).dir).toBe(clone);
    await writeFile(join(data, 'messox.yaml'), '');
    expect(readGlobals({}, {}).dir).toBe(data);
    expect(guessGlobals([], {}).dir).toBe(data);
    expect(readGlobals({}, { MESSOX_DIR: '/srv/a' }).dir).toBe('/srv/a');
    expect(readGlobals({ dir: '/srv/b' }, {}).dir).toBe('/srv/b');
    await writeFile(join(clone, 'messox.yaml'), '');
    expect(readGlobals({}, {}).dir).toBe(clone);
  });

  it.each([
    [['--dir', '/srv/b', 'up'], '/srv/b'],
    [['up', '--dir=/srv/b'], '/srv/b'],
    [['up', '--', '--dir=/srv/b'], '/srv/a'],
    [[], '/srv/a'],
  ])('are known for an error of %j itself', (argv, dir) =>
    expect(guessGlobals(argv, { MESSOX_DIR: '/srv/a' }).dir).toBe(dir),
  );

  it('MESSOX_DIR gives way to --dir', () => {
    expect(readGlobals({}, { MESSOX_DIR: '/srv/a' }).dir).toBe('/srv/a');
    expect(readGlobals({ dir: '/srv/b' }, { MESSOX_DIR: '/srv/a' }).dir).toBe('/srv/b');
    expect(() => readGlobals({ dir: '' }, {})).toThrow('--dir');
  });
});
