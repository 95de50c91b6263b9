import { describe, expect, it } from 'vitest';
import { checkSettings } from './check-settings.ts';
import { parseSettings } from './settings-file.ts';

const problemsOf = (source: string) => checkSettings(parseSettings(source, '/srv/messox.yaml')).problems ?? [];

describe('checkSettings', () => {
  it.each([
    ['nothing', ''],
    ['comments only', '# later\n'],
    ['an empty section', 'server:\nlog:\n  # level: debug\n'],
    ['everything in flow style', '{server: {port: 1}, log: {level: warn}}'],
    ['a byte order mark and CRLF', '\ufeffserver:\r\n  port: 1\r\n'],
    ['an anchor', 'server: &s\n  port: 1\n'],
  ])('takes a file with %s', (_, source) => expect(problemsOf(source)).toEqual([]));

  it.each([
    // [what is wrong, the file, line, column, key, message, suggestion]
    ['an unknown key', 'server:\n  hots: x\n', 2, 3, 'server.hots', 'there is no such setting', 'did you mean host?'],
    [
      'an unknown section',
      'mode: embedded\nsevrer:\n  port: 1\n',
      2,
      1,
      'sevrer',
      'there is no such setting',
      'did you mean server?',
    ],
    ['a key that is like no other', 'zzz: 1\n', 1, 1, 'zzz', 'there is no such setting', 'known here: mode'],
    [
      'an unknown module',
      'modules:\n  acounts:\n    registration: open\n',
      2,
      3,
      'modules.acounts',
      'there is no such setting',
      'did you mean accounts?',
    ],
    [
      'an unknown limit',
      'limits:\n  frameByte: 1\n',
      2,
      3,
      'limits.frameByte',
      'there is no such setting',
      'did you mean frameBytes?',
    ],
    [
      'text for a number',
      'server:\n  port: eighty\n',
      2,
      9,
      'server.port',
      '"eighty" is not a whole number from 0 to 65535',
      undefined,
    ],
    ['a number in quotes', 'server:\n  port: "80"\n', 2, 9, 'server.port', '"80" is not a whole number', undefined],
    [
      'a number that is too large',
      'server:\n  port: 65536\n',
      2,
      9,
      'server.port',
      '65536 is not a whole number from 0 to 65535',
      undefined,
    ],
    [
      'a fraction',
      'server:\n  trustedProxies: 1.5\n',
      2,
      19,
      'server.trustedProxies',
      '1.5 is not a whole number from 0 to 5',
      undefined,
    ],
    [
      'a wrong choice',
      'log:\n  level: debgu # loud\n',
      2,
      10,
      'log.level',
      '"debgu" is not one of debug, info, warn, error',
      'did you mean debug?',
    ],
    ['a value for a section', 'server: 8080\n', 1, 9, 'server', '8080 is not a section of settings', undefined],
    ['a list for a section', 'server:\n  - port: 1\n', 2, 3, 'server', 'is not a section of settings', undefined],
    ['a list for text', 'server:\n  host: [a, b]\n', 2, 9, 'server.host', '["a","b"] is not text', undefined],
    [
      'text for a list',
      'server:\n  allowedOrigins: https://a\n',
      2,
      19,
      'server.allowedOrigins',
      'is not a list, each item an http or https URL',
      undefined,
    ],
    [
      'a wrong item',
      'server:\n  allowedOrigins:\n    - https://a.example\n    - b.example\n',
      4,
      7,
      'server.allowedOrigins.1',
      '"b.example" is not an http or https URL',
      undefined,
    ],
    [
      'a URL of another scheme',
      'server:\n  publicUrl: ftp://a.example\n',
      2,
      14,
      'server.publicUrl',
      'is not an http or https URL',
      undefined,
    ],
    ['nothing for a setting', 'server:\n  port:\n', 2, 8, 'server.port', 'null is not a whole number', undefined],
    [
      'a limit of zero',
      'limits:\n  frameBytes: 0\n',
      2,
      15,
      'limits.frameBytes',
      '0 is not a whole number, 1 or more',
      undefined,
    ],
    [
      'a key twice',
      'mode: embedded\nmode: embedded\n',
      2,
      1,
      '',
      'the setting is there twice',
      'keep one of the two lines',
    ],
    ['a tab', 'server:\n\tport: 1\n', 2, 1, '', 'the line is indented with a tab', 'indent with spaces'],
    [
      'an open quote',
      'server:\n  host: "a\n',
      2,
      9,
      '',
      'the " that is opened here is not closed',
      'write a " where the value ends',
    ],
    [
      'two documents',
      'mode: embedded\n---\nmode: embedded\n',
      2,
      1,
      '',
      'another file begins here',
      'remove the line that is ---',
    ],
    ['a list as the whole file', '- server\n', 1, 1, '', 'is not a section of settings', undefined],
    ['text as the whole file', 'hello\n', 1, 1, '', '"hello" is not a section of settings', undefined],
    ['an unknown tag', 'server: !secret\n  port: 1\n', 1, 9, '', 'words with ! mean nothing here', 'remove the word'],
    ['an alias without an anchor', 'server: *nowhere\n', 1, 9, '', '*nowhere stands for nothing', 'quotes'],
  ])('names %s', (_, source, line, column, key, message, suggestion) => {
    const [problem, ...others] = problemsOf(source);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ line, column, key });
    expect(problem?.message).toContain(message);
    if (suggestion !== undefined) expect(problem?.suggestion).toContain(suggestion);
  });

  it('names all that is wrong, in the order of the file', () => {
    const problems = problemsOf('log:\n  level: loud\nserver:\n  hots: a\n  port: -1\nfoo: 1\n');
    expect(problems.map(({ line, key }) => [line, key])).toEqual([
      [2, 'log.level'],
      [4, 'server.hots'],
      [5, 'server.port'],
      [6, 'foo'],
    ]);
  });

  it('is not taken in by aliases that multiply', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i += 1) {
      const [name, before] = [String.fromCharCode(97 + i), String.fromCharCode(96 + i)];
      lines.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`);
    }
    expect(problemsOf(lines.join('\n'))[0]?.message).toContain('alias');
  });

  it('shows a value without what could move the cursor', () => {
    const [problem] = problemsOf('server:\n  port: "\\e[31mred\\u202E"\n');
    expect(problem?.message).toContain('\\u001b[31mred\\u202e');
    expect(problemsOf(`server:\n  port: ${'x'.repeat(5_000)}\n`)[0]?.message.length).toBeLessThan(200);
  });

  it.each(['__proto__', 'constructor', 'toString'])('has no setting %s', (name) => {
    expect(problemsOf(`${name}: 1\n`)[0]).toMatchObject({ key: name, message: 'there is no such setting' });
  });
});
