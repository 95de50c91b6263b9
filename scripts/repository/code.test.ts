import { expect, it } from 'vitest';
import { codeSpans, fences, writtenCommands } from './code.ts';

const text = [
  'Type `npx messox --dir data …`, `npx messox config set` or ``a ` b``, in `messox.yaml`. `messox` is it.',
  '```sh',
  "sudo npx messox user create bruno --display-name 'Bruno Lima' < file",
  'messox logs -f  # Follows the log',
  'npm start -- --port 9000',
  'npm install messox',
  '```',
  '```console',
  '✔ messox is ready',
  '  fix   messox up',
  '```',
  '```text',
  'messox chat      your program',
  '```',
  '',
].join('\n');

it('finds blocks and spans of code', () => {
  expect(fences(text).map(({ language, lines }) => [language, lines.length])).toEqual([
    ['sh', 4],
    ['console', 2],
    ['text', 1],
  ]);
  expect(codeSpans(text)).toEqual([
    'npx messox --dir data …',
    'npx messox config set',
    'a ` b',
    'messox.yaml',
    'messox',
  ]);
});

it('finds the commands of messox, and none in the names of things', () => {
  expect(writtenCommands(text)).toEqual([
    { words: ['user', 'create', 'bruno', '--display-name', 'Bruno Lima'], isWhole: true },
    { words: ['logs', '-f'], isWhole: true },
    { words: ['up', '--port', '9000'], isWhole: true },
    { words: ['up'], isWhole: true },
    { words: ['--dir', 'data'], isWhole: false },
    { words: ['config', 'set'], isWhole: false },
    { words: [], isWhole: false },
  ]);
});
