import { describe, expect, it } from 'vitest';
import { emptyFolder, messox, messoxHere, projectFolder } from '../../testing/messox.ts';
import { endAfterTest, startServer } from '../../testing/server.ts';
import { messoxInTerminal } from '../../testing/terminal.ts';

const post = async (url: string, body: object) => {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as { accessToken: string } };
};

const withPassword = (dir: string, args: readonly string[], input: string) =>
  messox([...args, '--password-stdin'], { dir, input });

describe('messox user', () => {
  it('works beside the running server, at once, and while none runs', { timeout: 90_000 }, async () => {
    const dir = await emptyFolder();
    endAfterTest(dir);
    const { child, ended, state } = await startServer({ dir });
    const run = (...args: string[]) => messoxHere(args, { dir });
    const logIn = (username: string, password: string) =>
      post(`${state.url}/api/v1/auth/login`, { username, password });

    const made = await withPassword(dir, ['user', 'create', '--admin', 'Ana'], 'first password\n');
    expect(made.exitCode, made.stderr).toBe(0);
    expect((await withPassword(dir, ['user', 'create', 'ANA'], 'other password')).exitCode).toBe(3);
    const { accessToken } = (await logIn('ana', 'first password')).body;
    const me = () => fetch(`${state.url}/api/v1/users/me`, { headers: { authorization: `Bearer ${accessToken}` } });
    expect((await me()).status).toBe(200);

    expect((await run('user', 'disable', 'ana')).exitCode).toBe(0);
    await expect.poll(async () => (await me()).status).toBe(401);
    expect((await logIn('ana', 'first password')).status).toBe(403);
    expect((await run('user', 'list')).stdout).toMatch(/Ana .*admin, disabled +0/);
    expect((await run('user', 'enable', 'ana')).exitCode).toBe(0);
    expect((await withPassword(dir, ['user', 'passwd', 'ana'], 'next password')).exitCode).toBe(0);
    expect((await logIn('ana', 'first password')).status).toBe(401);
    expect((await logIn('ana', 'next password')).status).toBe(200);
    expect((await run('migrate', 'status', '--exit-code')).exitCode).toBe(0);

    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    const bruno = await withPassword(
      dir,
      ['user', 'create', 'bruno', '--display-name', 'Bruno \u{1f600}'],
      'third one!',
    );
    expect(bruno.exitCode, bruno.stderr).toBe(0);
    const list = JSON.parse((await run('user', 'list', '--limit', '1', '--json')).stdout) as object;
    expect(list).toMatchObject({ users: [{ username: 'Ana', admin: true, sessions: 1 }], next: 1 });
    expect((await run('user', 'list', '--query', 'RUN')).stdout).toContain('Bruno \u{1f600}');
    expect((await run('user', 'disable', 'carla')).exitCode).toBe(3);
    const admins = async () => {
      const { users } = JSON.parse((await run('user', 'list', '--json')).stdout) as { users: { admin: boolean }[] };
      return users.map(({ admin }) => admin);
    };
    expect((await run('user', 'promote', 'BRUNO')).exitCode).toBe(0);
    expect((await run('user', 'demote', 'ana')).exitCode).toBe(0);
    expect(await admins()).toEqual([false, true]);
    expect((await run('user', 'promote', 'carla')).stderr).toContain('messox user create carla');
  });

  it('says what is wrong with an account, and how to give the password without a terminal', async () => {
    const dir = await projectFolder('--port', '0');
    endAfterTest(dir);
    const run = (...args: string[]) => messoxHere(args, { dir });
    expect((await run('user', 'list')).stderr).toContain('[database_missing]');
    const asked = await run('user', 'create', 'ana');
    expect(asked.exitCode).toBe(2);
    expect(asked.stderr).toContain('--password-stdin');
    const short = await withPassword(dir, ['user', 'create', 'ana'], 'tiny');
    expect(short.exitCode).toBe(2);
    expect(short.stderr).toMatch(/password: .*8/);
    expect(short.stderr).not.toContain('tiny');
    expect((await withPassword(dir, ['user', 'create', '-', '--json'], 'long enough')).stdout).toContain(
      '"invalid_account"',
    );
  });

  it.skipIf(process.platform !== 'linux')(
    'asks until both passwords are one that will do, and for none where the name will not do',
    { timeout: 60_000 },
    async () => {
      const dir = await projectFolder('--port', '0');
      endAfterTest(dir);
      const made = await messoxInTerminal(['user', 'create', 'ana'], {
        dir,
        steps: [
          { wait: 'at least 8 characters', type: 'tiny\r' },
          { wait: 'It needs at least 8', type: ' but longer\r' },
          { wait: 'once more', type: 'another one\r' },
          { wait: 'two different passwords', type: '' },
          { wait: 'at least 8 characters', type: 'long enough\r' },
          { wait: 'once more', type: 'long enough\r' },
        ],
      });
      expect(made.exitCode, made.output).toBe(0);
      const taken = await messoxInTerminal(['user', 'create', 'ANA', '--admin'], { dir });
      expect(taken.exitCode, taken.output).toBe(3);
      expect(taken.output).toContain('messox user promote ANA');
      expect(taken.output).not.toContain('Password');
      const unknown = await messoxInTerminal(['user', 'passwd', 'bruno'], { dir });
      expect(unknown.exitCode, unknown.output).toBe(3);
      expect(unknown.output).not.toContain('Password');
    },
  );

  it.each([
    ['empty', '\n'],
    ['several lines', 'one\ntwo\n'],
    ['too long', 'x'.repeat(9_000)],
  ])('refuses a password on stdin that is %s', async (why, input) => {
    const dir = await projectFolder();
    const { exitCode, stderr } = await withPassword(dir, ['user', 'create', 'ana'], input);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(why);
  });
});
