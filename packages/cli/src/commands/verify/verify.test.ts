import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@messox/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectName } from '../../project/compose-project.ts';
import { readEnvFile } from '../../project/secrets.ts';
import { readServerState } from '../../project/server-state.ts';
import { loadSettings } from '../../project/settings.ts';
import { fakeDocker } from '../../testing/docker.ts';
import { emptyFolder, messox, messoxHere, projectFolder } from '../../testing/messox.ts';
import { startProxy } from '../../testing/proxy.ts';
import { start } from '../../testing/server.ts';
import type { Finding } from './finding.ts';

interface Result {
  readonly ok: boolean;
  readonly checks: readonly Finding[];
  readonly [name: string]: unknown;
}

/** One server for all: each test leaves nothing behind. */
let dir: string;
let target: string;
beforeAll(async () => {
  dir = await realpath(await mkdtemp(join(tmpdir(), 'messox-')));
  const { exitCode, stderr } = await messox(['up', '-d', '--yes', '--port', '0'], { dir });
  if (exitCode !== 0) throw new Error(stderr);
  target = readServerState(dir)?.url ?? '';
});
afterAll(async () => {
  await messox(['down'], { dir });
  await rm(dir, { recursive: true, force: true });
});

/** Runs it in this process and reads its result. */
const verify = async (...args: string[]) => {
  const { exitCode, stderr, stdout } = await messoxHere(['verify', '--json', ...args], { dir });
  const result = JSON.parse(stdout) as Result;
  const wrong = result.checks.filter(({ status }) => status !== 'ok' && status !== 'skip');
  return { exitCode, stderr, result, wrong };
};

const accounts = async (): Promise<string[]> => {
  const { stdout } = await messoxHere(['user', 'list', '--json'], { dir });
  return (JSON.parse(stdout) as { users: { username: string }[] }).users.map(({ username }) => username);
};

const short = ['--seconds', '4', '--accounts', '3'];

describe('messox verify', () => {
  it('finds nothing wrong with a good server, and leaves nothing behind', { timeout: 90_000 }, async () => {
    const { exitCode, result, stderr, wrong } = await verify(...short, '--idle', '2');
    expect(wrong, stderr).toEqual([]);
    expect({ exitCode, ok: result.ok, url: result.url, accounts: result.accounts }).toEqual({
      ...{ exitCode: 0, ok: true, url: target, accounts: 3 },
    });
    expect(result.violations).toEqual([]);
    for (const count of ['messages', 'entriesReceived', 'socketsCut', 'resumes'])
      expect(result[count], count).toBeGreaterThan(0);
    for (const spread of [result.acknowledgedMs, result.deliveredMs])
      expect(spread).toMatchObject({ count: expect.any(Number) as number, p50: expect.any(Number) as number });
    expect(await accounts()).toEqual([]);

    const text = await messoxHere(['verify', ...short, '--idle', '0'], { dir });
    expect(text.stdout).toContain('skipped Idle WebSocket: left out by --idle 0');
    expect(text.stdout).toMatch(/acknowledged +[\d.]+ ms/);
    expect(text.stdout).toContain('The server keeps its promises');
    for (const line of text.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it(
    'finds the address of a server that Docker runs, behind an nginx that answers /readyz itself',
    { timeout: 90_000 },
    async () => {
      let logins = 0;
      const details = { retryAfterMs: 10 };
      const asNginx = (path: string) => {
        if (path === '/readyz') return { status: 404, body: { status: 404, code: 'not_found' } };
        if (!path.endsWith('/login') || (logins += 1) !== 3) return undefined;
        return { status: 429, body: { status: 429, code: 'rate_limited', message: 'Too many.', details } };
      };
      const { port } = new URL(await startProxy({ target, answer: asNginx }));
      const stack = await projectFolder('--mode', 'compose', '--tls', 'off');
      await messoxHere(['config', 'set', 'deploy.ports.http', port], { dir: stack });
      await messoxHere(['config', 'set', 'deploy.limits.authPerMinute', '60000'], { dir: stack });
      await messoxHere(['config', 'render'], { dir: stack });
      const stopped = await messox(['verify'], { dir: stack, env: { PATH: await fakeDocker() } });
      expect(stopped).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining('The containers of this server') as string,
      });

      const { values } = readEnvFile(dir);
      const password = values.get('MESSOX_DATABASE_PASSWORD') ?? '';
      await writeFile(join(stack, 'secrets', 'database-url'), `postgres://messox:${password}@postgres:5432/messox`);
      const PATH = await fakeDocker({
        running: { project: projectName(stack, loadSettings(stack)), services: ['api', 'gateway', 'worker'] },
        postgres: join(dir, 'data', 'postgres.run', '.s.PGSQL.5432'),
      });
      const args = ['verify', '--json', ...short, '--idle', '0'];
      const { exitCode, stdout, stderr } = await messox(args, { dir: stack, env: { PATH } });
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, url: `http://localhost:${port}`, accounts: 3 });
      expect(stderr).toContain('deploy.limits.authPerMinute): waiting for 4 more');
      const many = await messox(['verify', '--accounts', '10'], { dir: stack, env: { PATH } });
      expect([many.exitCode, many.stderr]).toEqual([2, expect.stringContaining('messox verify --accounts 9')]);
      expect(many.stderr).toContain('messox config set deploy.limits.socketsPerAddress 22');
      expect(await accounts()).toEqual([]);
    },
  );

  it('goes red through something that loses or repeats frames', { timeout: 120_000 }, async () => {
    for (const copies of [0, 2]) {
      let entries = 0;
      const spoil = (frame: string): string[] =>
        frame.includes('"timeline.entry"') && [20, 30].includes((entries += 1))
          ? Array<string>(copies).fill(frame)
          : [frame];
      const url = await startProxy({ target, frames: spoil });
      const { exitCode, result, wrong } = await verify('--url', url, ...short, '--idle', '0');
      expect(wrong).toContainEqual(expect.objectContaining({ id: 'delivery', status: 'fail' }));
      expect({ exitCode, ok: result.ok }).toEqual({ exitCode: 3, ok: false });
      expect(result.violations).toContainEqual(expect.objectContaining({ invariant: 'delivery' }));
    }
    expect(await accounts()).toEqual([]);
  });

  it('goes red where what is read is not what was sent', { timeout: 90_000 }, async () => {
    const url = await startProxy({ target, frames: (frame) => [frame.replaceAll('Bom dia!', 'Bom dia?')] });
    const { exitCode, wrong } = await verify('--url', url, ...short, '--idle', '0');
    expect(exitCode).toBe(3);
    expect(wrong.map(({ id }) => id)).toContain('history');
  });

  it(
    'tells the second at which a proxy cuts an idle socket, and the lines that mend it',
    { timeout: 90_000 },
    async () => {
      const url = await startProxy({ target, idleMs: 1_500 });
      const { exitCode, wrong } = await verify('--url', url, '--seconds', '1', '--idle', '20');
      expect(exitCode).toBe(3);
      expect(wrong).toMatchObject([{ id: 'idle', status: 'fail' }]);
      expect(wrong[0]?.why).toMatch(/^was cut after [12] s by what is in between$/);
      expect(wrong[0]?.fix).toContain('proxy_read_timeout 90s;');
    },
  );

  it(
    'tells a proxy without WebSockets, another server and a dead end apart, and makes no accounts for it',
    { timeout: 90_000 },
    async () => {
      const of = async (url: string) => {
        const { exitCode, result, wrong } = await verify('--url', url, ...short);
        expect([exitCode, result.rounds]).toEqual([3, 0]);
        return wrong.map(({ id, why }) => `${id}: ${why}`);
      };
      expect(await of(await startProxy({ target, plain: true }))).toEqual([
        'websocket: the proxy does not pass on the headers Upgrade and Connection',
        'origin: the proxy does not pass on the headers Upgrade and Connection',
      ]);
      const stranger = await startProxy({
        target,
        answer: (path) =>
          path.endsWith('/login') ? { status: 401, body: { code: 'invalid_credentials', status: 401 } } : undefined,
      });
      expect(await of(stranger)).toEqual([`login: ${stranger} is another server than that of this folder`]);
      const busy = await startProxy({
        target,
        answer: (path) =>
          path.endsWith('/login') ? { status: 429, body: { code: 'rate_limited', status: 429 } } : undefined,
      });
      expect(await of(busy)).toEqual(['login: too many logins from this address for the moment']);
      const dead = await startProxy({ target, answer: () => ({ status: 502, body: {} }) });
      expect(await of(dead)).toEqual([`reach: ${dead}: the proxy answers 502: it does not reach messox`]);
      const [secure] = await of(target.replace('http:', 'https:'));
      expect(secure).toContain('TLS: ');
      expect(await of('http://127.0.0.1:9')).toEqual([expect.stringContaining('reach: http://127.0.0.1:9: ')]);
      expect(await accounts()).toEqual([]);
    },
  );

  it('removes its accounts after Ctrl-C, and what a run that was killed left behind', { timeout: 90_000 }, async () => {
    const args = ['verify', '--minutes', '5', '--accounts', '2'];
    const killed = start(args, { dir });
    await expect.poll(async () => (await accounts()).length, { timeout: 20_000 }).toBe(3);
    const second = await messoxHere(args, { dir });
    expect([second.exitCode, second.stderr]).toEqual([7, expect.stringContaining('messox verify')]);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(await accounts()).toHaveLength(3);

    const interrupted = start(args, { dir });
    await interrupted.writes('Removed 3 accounts that an earlier run had left behind');
    await expect.poll(async () => (await accounts()).length, { timeout: 20_000 }).toBe(3);
    interrupted.child.kill('SIGINT');
    expect(await interrupted.ended).toBe(130);
    expect(interrupted.output()).toContain('the accounts of the check are removed');
    expect(await accounts()).toEqual([]);
  });

  it('says what it needs', async () => {
    const idle = await projectFolder('--port', '0');
    const run = (...args: string[]) => messoxHere(['verify', ...args], { dir: idle });
    expect((await run()).stderr).toContain('[not_running]');
    expect((await run('--accounts', '1')).exitCode).toBe(2);
    const empty = await messoxHere(['verify'], { dir: await emptyFolder() });
    expect(empty.stderr).toContain('[settings_missing]');
  });
});

describe('messox verify of a server elsewhere', () => {
  const password = 'a house by the sea';
  const there = async (...args: string[]) => {
    const { exitCode, stderr, stdout } = await messox(['verify', target, '--json', ...args], {
      dir: await emptyFolder(),
      env: { MESSOX_PASSWORD: password },
    });
    return { exitCode, stderr, result: JSON.parse(stdout) as Result };
  };

  it('looks at it from outside, without an account', async () => {
    const { exitCode, result } = await there();
    expect(exitCode).toBe(0);
    expect(result.checks.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'reach ok',
      'websocket ok',
      'origin ok',
      'talk skip',
    ]);
    expect(await accounts()).toEqual([]);
  });

  it('talks as somebody, and leaves nothing of it behind', { timeout: 90_000 }, async () => {
    const own = createClient({ url: target });
    await own.register({ username: 'ana', password });
    // As of a run that was killed; one with somebody else in it is no group of a check.
    await own.api.createGroup('messox verify', []);
    const other = createClient({ url: target });
    const { id } = await other.register({ username: 'bruno', password });
    await own.api.createGroup('messox verify', [id]);
    const { exitCode, result, stderr } = await there('--as', 'ana', '--seconds', '4', '--idle', '2');
    expect(
      result.checks.filter(({ status }) => status !== 'ok'),
      stderr,
    ).toEqual([]);
    expect({ exitCode, accounts: result.accounts, violations: result.violations }).toEqual({
      ...{ exitCode: 0, accounts: 1, violations: [] },
    });
    for (const count of ['messages', 'entriesReceived', 'socketsCut', 'resumes'])
      expect(result[count], count).toBeGreaterThan(0);
    expect(stderr).toContain('Left 1 group of an earlier run');
    const { channels } = await own.api.channels();
    const groups = channels.filter(({ kind }) => kind === 'group');
    expect(groups.map(({ name }) => name)).toEqual(['messox verify']);
    expect(await own.api.members(groups[0]?.id ?? 0)).toHaveLength(2);
    expect(await own.api.sessions()).toHaveLength(1);
    expect(await accounts()).toEqual(['ana', 'bruno']);
  });

  it('tells a wrong password, and what is given for nothing', async () => {
    const { exitCode, result } = await there('--as', 'nobody');
    expect(exitCode).toBe(3);
    expect(result.checks.at(-1)).toMatchObject({
      id: 'login',
      why: 'there is no account nobody, or this is not its password',
    });
    expect((await messoxHere(['verify', '--as', 'ana'], { dir })).stderr).toContain('[invalid_usage]');
    expect((await messoxHere(['verify', 'chat.example.org'], { dir })).stderr).toContain('[invalid_usage]');
  });
});
