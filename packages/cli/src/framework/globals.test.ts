import { describe, expect, it } from 'vitest';
import { readGlobals } from './globals.ts';

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

  it('MESSOX_DIR gives way to --dir', () => {
    expect(readGlobals({}, { MESSOX_DIR: '/srv/a' }).dir).toBe('/srv/a');
    expect(readGlobals({ dir: '/srv/b' }, { MESSOX_DIR: '/srv/a' }).dir).toBe('/srv/b');
    expect(() => readGlobals({ dir: '' }, {})).toThrow('--dir');
  });
});
