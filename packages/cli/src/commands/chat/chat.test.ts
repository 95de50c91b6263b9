import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, messox, messoxHere } from '../../testing/messox.ts';
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

  it.skipIf(process.platform !== 'linux')(
    'in a terminal, helps who mistypes a password, and keeps notes',
    { timeout: 90_000 },
    async () => {
      const dir = await emptyFolder();
      endAfterTest(dir);
      await startServer({ dir });
      const login = (name: string) => ({ XDG_STATE_HOME: join(dir, name) });
      const made = await messoxInTerminal(['chat', '--as', 'ana', '--with', 'ANA'], {
        dir,
        env: login('first'),
        steps: [
          { wait: 'a new one: at least 8 characters', type: 'tiny\r' },
          { wait: 'too short for a new account', type: '' },
          { wait: 'Password of ana', type: 'secret of ana\r' },
          { wait: 'Either there is no account ana yet, or this is not its password', type: '' },
          { wait: 'The same once more', type: '\r' },
          { wait: 'Nothing was typed.', type: 'secret of ana\r' },
          { wait: 'Your notes (channel', type: 'buy milk\r/quit\r' },
        ],
      });
      expect(made.exitCode, made.output).toBe(0);
      const again = await messoxInTerminal(['chat', '--as', 'ana', '--with', 'ana'], {
        dir,
        env: login('second'),
        steps: [
          { wait: 'Password of ana', type: 'secret of anna\r' },
          { wait: 'The same once more', type: 'secret of anna\r' },
          { wait: 'There is an account ana, and this is not its password', type: '' },
          { wait: 'Password of ana', type: 'wrong again\r' },
          { wait: 'another to try that', type: 'secret of ana\r' },
          { wait: 'ana: buy milk', type: '/logout\r' },
          { wait: 'Logged out', type: '' },
        ],
      });
      expect(again.exitCode, again.output).toBe(0);
      expect(again.output).not.toContain('connection is lost');
      expect(again.output.trimEnd().split(/\r?\n/).at(-1)).toMatch(/^(ana: )?✔ Logged out/);
      expect(await readdir(join(dir, 'second', 'messox', 'chat')).then((names) => names.length)).toBe(1);
      const asked = await messox(['chat', '--as', 'ana'], { dir, env: login('second') });
      expect(asked.stderr).toContain('[input_needed]');
    },
  );

  it('says why a session has ended, and what to do then', { timeout: 90_000 }, async () => {
    const dir = await emptyFolder();
    endAfterTest(dir);
    await startServer({ dir });
    const env = person(dir, 'password of ana');
    const chat = async () => {
      const ana = start(['chat', '--as', 'ana', '--with', 'ana', '--register'], { dir, env });
      await ana.writes('Your notes');
      return ana;
    };
    const first = await chat();
    const changed = await messox(['user', 'passwd', 'ana', '--password-stdin'], { dir, input: 'next password' });
    expect(changed.exitCode, changed.stderr).toBe(0);
    expect(await first.ended, first.output()).toBe(3);
    expect(first.output()).toContain('[logged_out]');
    expect(first.output()).toContain('The password of ana was changed, the account was disabled');
    expect(first.output()).toContain('fix   messox chat --as ana (logs in again)');
    expect(first.output()).not.toContain('connection is lost');

    await messox(['user', 'passwd', 'ana', '--password-stdin'], { dir, input: 'password of ana' });
    const second = await chat();
    await messoxHere(['user', 'disable', 'ana'], { dir });
    expect(await second.ended, second.output()).toBe(3);
    expect(second.output()).toContain('[logged_out]');
    const refused = await messox(['chat', '--as', 'ana'], { dir, env });
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain('The account ana is disabled');
    expect(refused.stderr).toContain('messox user enable ana');
  });

  it.skipIf(process.platform !== 'linux')(
    'in a terminal, comes back when its reader asks for it',
    { timeout: 90_000 },
    async () => {
      const dir = await emptyFolder();
      endAfterTest(dir);
      const server = await startServer({ dir });
      const { port } = server.state;
      const env = person(dir, 'password of ana');
      const { exitCode, output } = await messoxInTerminal(['chat', '--as', 'ana', '--with', 'ana', '--register'], {
        dir,
        env,
        steps: [
          { wait: 'Your notes', type: () => void server.child.kill('SIGKILL') },
          { wait: 'or when you press Enter', type: '\r' },
          {
            wait: 'There is no answer yet; trying again in',
            type: () => void start(['up', '--port', String(port)], { dir }),
          },
          { wait: 'The connection is back', type: '' },
          { wait: 'ana: ', type: '/quit\r' },
        ],
      });
      expect(exitCode, output).toBe(0);
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
