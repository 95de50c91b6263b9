import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../../testing/messox.ts';
import { keys, messoxInTerminal } from '../../testing/terminal.ts';

describe.skipIf(process.platform !== 'linux')('messox init in a terminal', () => {
  it('asks, shows the plan and makes what was answered', async () => {
    const dir = await emptyFolder();
    const { output, exitCode } = await messoxInTerminal(['init'], {
      dir,
      steps: [
        { wait: 'What runs the server?', type: keys.enter },
        { wait: 'Who may reach the server?', type: `${keys.down}${keys.enter}` },
        { wait: 'Which port?', type: `9123${keys.enter}` },
        { wait: 'Who may make an account?', type: `${keys.down}${keys.enter}` },
        { wait: 'Make these files?', type: keys.enter },
      ],
    });
    expect(exitCode, output).toBe(0);
    const settings = await readFile(join(dir, 'messox.yaml'), 'utf8');
    expect(settings).toContain('host: 0.0.0.0');
    expect(settings).toContain('port: 9123');
    expect(settings).toContain('registration: closed');
    expect(output).toContain('without TLS');
  });

  it('does not ask for what an option gave', async () => {
    const dir = await emptyFolder();
    const { output, exitCode } = await messoxInTerminal(['init', '--host', '127.0.0.1', '--port', '9124'], {
      dir,
      steps: [
        { wait: 'Who may make an account?', type: keys.enter },
        { wait: 'Make these files?', type: keys.enter },
      ],
    });
    expect(exitCode, output).toBe(0);
    expect(output).not.toContain('Which port?');
  });

  it('makes nothing after no, and ends with 8', async () => {
    const dir = await emptyFolder();
    const { output, exitCode } = await messoxInTerminal(['init', '--host', '127.0.0.1', '--port', '9125'], {
      dir,
      steps: [
        { wait: 'Who may make an account?', type: keys.enter },
        { wait: 'Make these files?', type: `n${keys.enter}` },
      ],
    });
    expect(exitCode).toBe(8);
    expect(output).toContain('nothing was changed');
    expect(await readdir(dir)).toEqual([]);
  });

  it.each([
    ['the first', 'What runs the server?', []],
    ['the last', 'Make these files?', ['--host', '127.0.0.1', '--port', '9126', '--registration', 'open']],
  ])('ends with 130 and nothing made when Ctrl-C answers %s question', async (_, wait, args) => {
    const dir = await emptyFolder();
    const { output, exitCode } = await messoxInTerminal(['init', ...args], {
      dir,
      steps: [{ wait, type: keys.ctrlC }],
    });
    expect(exitCode, output).toBe(130);
    expect(await readdir(dir)).toEqual([]);
  });

  it('asks nothing where CI is set', async () => {
    const dir = await emptyFolder();
    const { output, exitCode } = await messoxInTerminal(['init'], { dir, env: { CI: 'true' } });
    expect(exitCode).toBe(2);
    expect(output).toContain('--yes');
  });
});
