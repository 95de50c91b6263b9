import { readFileSync } from 'node:fs';
import { StartFault } from '@messox/server';
import { describe, expect, it } from 'vitest';
import { CliError } from './cli-error.ts';
import { translate } from './translate.ts';

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};
const system = (code: string) =>
  Object.assign(new Error(`${code}: it went wrong, open '/srv/x'`), { code, syscall: 'open', path: '/srv/x' });

describe('translate', () => {
  it('leaves an error of ours', () => {
    const error = new CliError('locked', 'x');
    expect(translate(error)).toBe(error);
  });

  it('keeps the code and the help of a start that failed', () => {
    const error = translate(new StartFault('port_in_use', 'Port 1 is in use.', 'Take another.'));
    expect(error).toMatchObject({ code: 'port_in_use', exit: 4 });
    expect(error.fixes).toContain('Take another.');
  });

  it.each([
    ['EACCES', 'no_permission', 4],
    ['EPERM', 'no_permission', 4],
    ['EROFS', 'read_only', 4],
    ['ENOSPC', 'disk_full', 4],
    ['EDQUOT', 'disk_full', 4],
    ['ENOTDIR', 'not_a_folder', 4],
    ['EISDIR', 'not_a_file', 4],
    ['ENOENT', 'path_missing', 4],
  ])('%s is %s and names the path', (code, expected, exitCode) => {
    const error = translate(system(code));
    expect(error).toMatchObject({ code: expected, exit: exitCode, message: 'Cannot use /srv/x' });
    expect(error.fixes).not.toEqual([]);
  });

  it('knows the errors of the file system as Node throws them', () => {
    expect(translate(thrownBy(() => readFileSync('/')))).toMatchObject({ code: 'not_a_file' });
    expect(translate(thrownBy(() => readFileSync('/no/such/file')))).toMatchObject({
      code: 'path_missing',
      message: 'Cannot use /no/such/file',
    });
  });

  it.each([[new TypeError('x is not a function')], [system('EWHATEVER')], ['a text'], [undefined], [null]])(
    '%s is a bug',
    (thrown) => {
      const error = translate(thrown);
      expect(error).toMatchObject({ code: 'bug', exit: 1, cause: thrown });
      expect(error.fixes).not.toEqual([]);
    },
  );

  it('takes Ctrl-C in a question for what it is', () =>
    expect(translate(Object.assign(new Error('User force closed'), { name: 'ExitPromptError' }))).toMatchObject({
      exit: 130,
    }));
});
