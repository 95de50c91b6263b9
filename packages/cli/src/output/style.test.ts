import { describe, expect, it } from 'vitest';
import { createStyle } from './style.ts';

const isColoured = (color: boolean, isTty: boolean, env: NodeJS.ProcessEnv) =>
  createStyle({ color, isTty, env }).red('x') !== 'x';

describe('colours', () => {
  it.each([
    // --no-color left out, a terminal, environment, coloured
    [true, true, {}, true],
    [true, false, {}, false],
    [false, true, {}, false],
    [false, true, { FORCE_COLOR: '1' }, false],
    [true, true, { NO_COLOR: '1' }, false],
    [true, true, { NO_COLOR: '' }, true],
    [true, true, { TERM: 'dumb' }, false],
    [true, false, { FORCE_COLOR: '1' }, true],
    [true, false, { FORCE_COLOR: '' }, true],
    [true, true, { FORCE_COLOR: '0' }, false],
    [true, true, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
  ])('%s, terminal %s, %j: %s', (color, isTty, env, expected) => expect(isColoured(color, isTty, env)).toBe(expected));
});

describe.skipIf(process.platform !== 'linux')('signs', () => {
  const signOf = (env: NodeJS.ProcessEnv) => createStyle({ color: true, isTty: false, env }).signs.ok;
  it.each([
    [{ LANG: 'en_US.UTF-8' }, '✔'],
    [{ LANG: 'C.utf8' }, '✔'],
    [{ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, '+'],
    [{ LC_CTYPE: 'pt_BR.UTF-8', LANG: 'C' }, '✔'],
    [{}, '+'],
  ])('are ASCII where the locale is not UTF-8: %j', (env, sign) => expect(signOf(env)).toBe(sign));
});
