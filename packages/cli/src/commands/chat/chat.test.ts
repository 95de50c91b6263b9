import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, messox } from '../../testing/messox.ts';
import { endAfterTest, start, startServer } from '../../testing/server.ts';
import { messoxInTerminal } from '../../testing/terminal.ts';

const person = (dir: string, password: string) => ({ MESSOX_PASSWORD: password, XDG_STATE_HOME: join(dir, 'state') });

describe('messox chat', () => {
  it('lets two people talk, each with what the other wrote, and keeps who they are', { timeout: 90_000 }, async () => {
    const dir = await emptyFolder();
    endAfterTest(dir);
    const { state } = await startServer({ dir });
    const anaEnv = person(dir, 'password of ana');
    const brunoEnv = person(dir, 'password of bruno');

    const alone = await messox(['chat', '--as', 'bruno'], { dir, env: brunoEnv });
    expect(alone.exitCode).toBe(2);
    expect(alone.stderr).toContain('--register');
    const nobody = await messox(['chat', '--as', 'bruno', '--register', '--with', 'ana'], { dir, env: brunoEnv });
    expect(nobody.exitCode, nobody.stderr).toBe(3);
    expect(nobody.stderr).toContain('[user_not_found]');

    const ana = start(['chat', '--as', 'ana', '--register', '--with', 'bruno'], { dir, env: anaEnv });
    await ana.writes('ana and bruno (channel');
    const lines = ['olá Ana \u{1f469}‍\u{1f469}‍\u{1f467}', 'a \u001b[2J\u001b]0;title\u0007 trap \u202etxt', '/quit'];
    // The login of before is used: no password is given.
    const bruno = await messox(['chat', '--as', 'BRUNO', '--with', 'ANA', '--json'], {
      dir,
      env: { XDG_STATE_HOME: join(dir, 'state') },
      input: `${lines.join('\n')}\n`,
    });
    expect(bruno.exitCode, bruno.stderr).toBe(0);
    const sent = bruno.stdout
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; text: string; sender: string });
    expect(sent.filter(({ kind }) => kind === 'message').map(({ text, sender }) => [sender, text])).toEqual(
      lines.map((text) => ['bruno', text]),
    );
    await ana.writes('bruno: /quit');
    expect(ana.output()).toContain(`bruno: ${lines[0] ?? ''}`);
    expect(ana.output()).toContain('\\u001b[2J\\u001b]0;title\\u0007 trap \\u202etxt');
    expect(ana.output()).not.toContain('\u001b');
    ana.child.stdin?.end('e tu?\n');
    expect(await ana.ended, ana.output()).toBe(0);

    const again = await messox(['chat', '--as', 'bruno', '-n', '2'], {
      dir,
      env: { XDG_STATE_HOME: join(dir, 'state') },
    });
    expect(again.stdout.split('\n').map((line) => line.replace(/^\d\d:\d\d /, ''))).toEqual([
      'bruno: /quit',
      'ana: e tu?',
    ]);
    const kept = join(dir, 'state', 'messox', 'chat');
    for (const account of await readdir(kept))
      for (const file of await readdir(join(kept, account)))
        expect((await stat(join(kept, account, file))).mode & 0o077).toBe(0);

    const wrong = await messox(['chat', '--as', 'ana', '--register', '--url', `${state.url}/`], {
      dir,
      env: { ...anaEnv, MESSOX_PASSWORD: 'another one', XDG_STATE_HOME: join(dir, 'elsewhere') },
    });
    expect(wrong.stderr).toContain('[invalid_credentials]');
  });

  it.skipIf(process.platform !== 'linux')(
    'in terminals, makes accounts, waits for each other, and leaves a half-typed line in peace',
    { timeout: 90_000 },
    async () => {
      const dir = await emptyFolder();
      endAfterTest(dir);
      await startServer({ dir });
      const env = { XDG_STATE_HOME: join(dir, 'state') };
      const password = (name: string) => [
        { wait: `Password of ${name}`, type: `secret of ${name}\r` },
        { wait: 'once more', type: `secret of ${name}\r` },
      ];
      const [ana, bruno] = await Promise.all([
        messoxInTerminal(['chat', '--as', 'ana'], {
          dir,
          env,
          steps: [
            ...password('ana'),
            { wait: 'ana and bruno (channel', type: 'half ' },
            { wait: 'bruno: hello', type: 'typed\r' },
            { wait: 'bruno: bye', type: '\u0004' },
          ],
        }),
        messoxInTerminal(['chat', '--as', 'bruno', '--with', 'ana'], {
          dir,
          env,
          steps: [
            ...password('bruno'),
            { wait: 'bruno and ana (channel', type: 'hello\r' },
            { wait: 'ana: half typed', type: 'bye\r/quit\r' },
          ],
        }),
      ]);
      expect([ana.exitCode, bruno.exitCode], ana.output + bruno.output).toEqual([0, 0]);
      expect(ana.output).not.toContain('secret');
    },
  );

  it('says at once that nobody answers', async () => {
    const dir = await emptyFolder();
    const { exitCode, stderr } = await messox(['chat', '--as', 'ana', '--url', 'http://127.0.0.1:9'], { dir });
    expect(exitCode).toBe(3);
    expect(stderr).toContain('[server_unreachable]');
    expect((await messox(['chat', '--as', 'ana', '--url', 'ana'], { dir })).exitCode).toBe(2);
  });
});
