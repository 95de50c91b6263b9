import { describe, expect, it } from 'vitest';
import { withoutValue, withValue } from './edit-settings.ts';
import { parseSettings } from './settings-file.ts';

const set = (source: string, key: string, value: unknown) =>
  withValue(parseSettings(source, 'f'), key.split('.'), value).source;
const unset = (source: string, key: string) => withoutValue(parseSettings(source, 'f'), key.split('.')).source;

describe('withValue', () => {
  it.each([
    [
      'replaces a value and nothing else',
      'a: 1\ns:    # four\n    # above\n    p:  80      # aligned\r\n\n\n# end',
      's.p',
      81,
      'a: 1\ns:    # four\n    # above\n    p:  81      # aligned\r\n\n\n# end',
    ],
    [
      'adds to a section in its own indent',
      '# top\n\ns:\n    h: a # here\n\n# end\n',
      's.p',
      1,
      '# top\n\ns:\n    h: a # here\n    p: 1\n\n# end\n',
    ],
    ['adds a section', 'a: 1\n', 's.p', 1, 'a: 1\ns:\n  p: 1\n'],
    ['makes a file of an empty one', '', 's.p', 1, 's:\n  p: 1\n'],
    ['keeps the comments of an otherwise empty file', '# mine\n', 's.p', 1, '# mine\n\ns:\n  p: 1\n'],
    ['opens a section of comments', 's:\n  # p: 80\n\nt: 1 # t\n', 's.p', 1, 's:\n  # p: 80\n  p: 1\n\nt: 1 # t\n'],
    ['fills an empty value', 's:\n  p: # none\n', 's.p', 1, 's:\n  p: 1 # none\n'],
    [
      'quotes what needs it inside {}',
      's: {h: a, p: 1} # flow\n',
      's.h',
      'b, c: d',
      's: {h: "b, c: d", p: 1} # flow\n',
    ],
    ['keeps a text a text', 's:\n  h: a # text\n', 's.h', '8080', 's:\n  h: "8080" # text\n'],
    [
      'keeps the items that stay in a list',
      's:\n  l:\n    - x # one\n    - y # two\n',
      's.l',
      ['y', 'z'],
      's:\n  l:\n    - y # two\n    - z\n',
    ],
    ['keeps a list in brackets', 's:\n  l: [x] # list\n', 's.l', ['y', 'z'], 's:\n  l: [y, z] # list\n'],
    [
      'does not fold long lines',
      `# ${'long '.repeat(40)}\na: ${'x '.repeat(60)}x\n`,
      's.p',
      1,
      `# ${'long '.repeat(40)}\na: ${'x '.repeat(60)}x\ns:\n  p: 1\n`,
    ],
  ])('%s', (_, source, key, value, expected) => {
    expect(set(source, key, value)).toBe(expected);
    // Doing it again changes nothing.
    expect(set(expected, key, value)).toBe(expected);
  });
});

describe('withoutValue', () => {
  it('removes the value with its own comment, and keeps the others', () =>
    expect(unset('# top\n\ns:\n  # the host\n  h: a\n  # the port\n  p: 1\n\n# end\n', 's.p')).toBe(
      '# top\n\ns:\n  # the host\n  h: a\n\n# end\n',
    ));

  it('leaves a section that is empty', () => expect(unset('s:\n  p: 1\nt: 2\n', 's.p')).toBe('s: {}\nt: 2\n'));
});
