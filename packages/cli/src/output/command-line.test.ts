import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandLine, programName } from './command-line.ts';
import { durationText } from './duration.ts';

const line = (dir: string, ...words: string[]): string =>
  commandLine({ env: {}, flags: { dir } as Parameters<typeof commandLine>[0]['flags'] }, ...words);

describe('a command to type next', () => {
  it('names the program as it was started', () => {
    expect(programName({})).toBe('messox');
    expect(programName({ npm_command: 'exec' })).toBe('npx messox');
    expect(programName({ npm_command: 'run-script', MESSOX_COMMAND: 'npx messox' })).toBe('npx messox');
  });

  it('names the folder where it is not the current one, quoted for a shell', () => {
    expect(line(process.cwd(), 'status')).toBe('messox status');
    expect(line(join(process.cwd(), 'data'), 'chat', '--as', 'ana')).toBe('messox chat --as ana --dir data');
    expect(line("/srv/the chat's", 'down')).toBe("messox down --dir '/srv/the chat'\\''s'");
  });
});

it.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [7_500_000, '2 h 5 min'],
  [86_400_000 * 3 + 5_000, '3 d'],
])('%i ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
