import { chmod, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../testing/messox.ts';
import { command, commandLine, programName, typed, typedIn, separate } from './command-line.ts';
import { durationText } from './duration.ts';

const env = { MESSOX_COMMAND: 'messox' };

describe('a command to type next', () => {
  it('names the program as a shell finds it', async () => {
    const folder = await emptyFolder();
    const PATH = ['/no/such/folder', folder].join(delimiter);
    expect(programName({ PATH })).toBe('npx messox');
    await writeFile(join(folder, 'messox'), '');
    expect(programName({ PATH })).toBe('npx messox');
    await chmod(join(folder, 'messox'), 0o755);
    expect(programName({ PATH })).toBe('messox');
    expect(programName({ PATH, npm_command: 'exec' })).toBe('npx messox');
    expect(programName({ PATH, npm_command: 'run-script', MESSOX_COMMAND: 'chat' })).toBe('chat');
  });

  it('names the folder where it is not the one that is meant anyhow, quoted for a shell', async () => {
    const line = (dir: string, ...words: string[]): string => commandLine({ env, dir }, ...words);
    expect(line(process.cwd(), 'status')).toBe('messox status');
    expect(line(join(process.cwd(), 'data'), 'chat', '--as', 'ana')).toBe('messox chat --as ana --dir data');
    expect(line("/srv/the chat's", 'down')).toBe("messox down --dir '/srv/the chat'\\''s'");
    const named = await emptyFolder();
    expect(commandLine({ env: { ...env, MESSOX_DIR: named }, dir: named }, 'status')).toBe('messox status');
    expect(commandLine({ env: { ...env, MESSOX_DIR: named }, dir: process.cwd() }, 'status')).toBe(
      'messox status --dir .',
    );
  });
});

describe('a command in a text', () => {
  const place = { env: { MESSOX_COMMAND: 'npx messox' }, dir: '/srv/chat' };

  it('becomes one as it is typed here', () => {
    expect(typed('First `messox down`, then `messox up -d`. `messox.yaml` stays, and `messox` is it.', place)).toBe(
      'First npx messox down --dir /srv/chat, then npx messox up -d --dir /srv/chat. `messox.yaml` stays, and npx messox --dir /srv/chat is it.',
    );
  });

  it.each(['plain', 'with space', "it's", 'a`b', '$(x)', 'a\\b', ''])('keeps the word "%s" one word', (word) => {
    const line = typed(`Type ${command('user', 'create', word)} now`, place);
    const quoted = /^[\w]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
    expect(line).toBe(`Type npx messox user create ${quoted} --dir /srv/chat now`);
  });

  it('can be kept from being broken', () => {
    const joined = typed('Type `messox up -d`', place, { joined: true });
    expect(joined.split(' ')).toHaveLength(2);
    expect(separate(joined)).toBe('Type npx messox up -d --dir /srv/chat');
  });

  it('is found in every field of what is data', () =>
    expect(typedIn({ fix: '`messox up`', line: 3 }, place)).toEqual({ fix: 'npx messox up --dir /srv/chat', line: 3 }));
});

it.each([
  [0, '0 s'],
  [59_999, '59 s'],
  [7_500_000, '2 h 5 min'],
  [86_400_000 * 3 + 5_000, '3 d'],
])('%i ms is %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
