import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../commands.ts';
import { commandsBelow, flagsOf, lastWord } from '../../framework/table.ts';
import { emptyFolder, messoxHere } from '../../testing/messox.ts';
import { keys, shellInTerminal } from '../../testing/terminal.ts';

const has = async (shell: string) => (await execa(shell, ['-c', 'exit 0'], { reject: false })).exitCode === 0;
const [hasZsh, hasFish] = await Promise.all([has('zsh'), has('fish')]);
const scripts: Record<string, string> = {};

beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish'])
    scripts[shell] = (await messoxHere(['completion', shell], { dir: '/' })).stdout;
});

const scriptIn = async (dir: string, shell: string): Promise<string> => {
  const path = join(dir, shell === 'zsh' ? '_messox' : `messox.${shell}`);
  await writeFile(path, `${scripts[shell] ?? ''}\n`);
  return path;
};

/** What bash would offer for the last of these words. */
const bashOffers = async (words: readonly string[]): Promise<string[]> => {
  const dir = await emptyFolder();
  const script = await scriptIn(dir, 'bash');
  const source = `source "$0"; compopt() { :; }; COMP_WORDS=(messox "$@"); COMP_CWORD=$#; _messox; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = await execa('bash', ['--norc', '-c', source, script, ...words], { cwd: dir });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
};

const fishOffers = async (line: string): Promise<string[]> => {
  const dir = await emptyFolder();
  const script = await scriptIn(dir, 'fish');
  const { stdout, stderr } = await execa(
    'fish',
    ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', script, line],
    { cwd: dir },
  );
  expect(stderr).toBe('');
  return stdout.split('\n').map((offer) => offer.split('\t')[0] ?? '');
};

const topLevel = commandsBelow(commands, []).map(lastWord);

describe('completion in bash', () => {
  it('offers every command', async () => expect(await bashOffers([''])).toEqual(topLevel));

  it.each([
    [['conf'], ['config']],
    [
      ['config', ''],
      ['get', 'set', 'unset', 'show', 'validate', 'render', 'diff', 'print'],
    ],
    [['config', 'get', 'server.po'], ['server.port']],
    [['--dir', '/srv', 'config', 'val'], ['validate']],
    [
      ['init', '--registration', ''],
      ['open', 'closed'],
    ],
    [['init', '--port', ''], []],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['doctor', 'network', 'da'], ['data']],
    [['help', 'doc'], ['doctor']],
  ])('offers for %j %j', async (words, offers) => expect(await bashOffers(words)).toEqual(offers));

  it.each(commands)('offers the options of $spec.name', async (command) => {
    const offers = await bashOffers([...command.spec.name.split(' '), '--']);
    expect(offers.sort()).toEqual(flagsOf(command).sort());
  });

  it('works at the keyboard', async () => {
    const dir = await emptyFolder();
    const script = await scriptIn(dir, 'bash');
    const { output } = await shellInTerminal('bash --norc --noprofile -i', {
      dir,
      env: { PS1: 'ready> ', INPUTRC: '/dev/null' },
      steps: [
        { wait: 'ready> ', type: `messox() { echo "ran:$*:"; }; source ${script}${keys.enter}` },
        { wait: 'ready> ', type: `messox config valid${keys.tab}${keys.enter}` },
        { wait: 'ran:config validate:', type: `exit${keys.enter}` },
      ],
    });
    expect(output).toContain('ran:config validate:');
  });

  it('completes folders with spaces at the keyboard', async () => {
    const dir = await emptyFolder();
    const script = await scriptIn(dir, 'bash');
    await execa('mkdir', ['my chat server'], { cwd: dir });
    const { output } = await shellInTerminal('bash --norc --noprofile -i', {
      dir,
      env: { PS1: 'ready> ', INPUTRC: '/dev/null' },
      steps: [
        { wait: 'ready> ', type: `messox() { echo "ran:$2:"; }; source ${script}${keys.enter}` },
        { wait: 'ready> ', type: `messox --dir my${keys.tab}${keys.enter}` },
        { wait: 'ran:my chat server/:', type: `exit${keys.enter}` },
      ],
    });
    expect(output).toContain('ran:my chat server/:');
  });
});

describe.skipIf(!hasFish)('completion in fish', () => {
  it('offers every command', async () => expect((await fishOffers('messox ')).sort()).toEqual([...topLevel].sort()));

  it.each([
    ['messox conf', ['config']],
    ['messox --dir /srv config val', ['validate']],
    ['messox config get server.po', ['server.port']],
    ['messox init --registration ', ['closed', 'open']],
  ])('offers for "%s" %j', async (line, offers) => expect(await fishOffers(line)).toEqual(offers));
});

describe.skipIf(!hasZsh)('completion in zsh', () => {
  it.each([
    ['messox config valid', 'ran:config validate:'],
    ['messox config get server.por', 'ran:config get server.port:'],
    ['messox init --registration clo', 'ran:init --registration closed:'],
    ['messox --dir / config unse', 'ran:--dir / config unset:'],
  ])('completes "%s" at the keyboard', async (typed, result) => {
    const dir = await emptyFolder();
    await scriptIn(dir, 'zsh');
    const { output } = await shellInTerminal('zsh -f -i', {
      dir,
      steps: [
        {
          // Whatever its prompt is at first; the new one is not written as it will be shown.
          wait: '',
          type: `PS1='rea''dy> '; fpath=(${dir} $fpath); autoload -U compinit; compinit -u -D; messox() { echo "ran:$*:"; }${keys.enter}`,
        },
        { wait: 'ready> ', type: `${typed}${keys.tab}${keys.enter}` },
        { wait: result, type: `exit${keys.enter}` },
      ],
    });
    expect(output).toContain(result);
  });
});
