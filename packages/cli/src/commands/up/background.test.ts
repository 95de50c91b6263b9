import { existsSync } from 'node:fs';
import { readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readServerState } from '../../project/server-state.ts';
import { emptyFolder, messox, messoxHere, projectFolder } from '../../testing/messox.ts';
import { endAfterTest, postgresIn, start } from '../../testing/server.ts';

const json = (text: string) => JSON.parse(text) as Record<string, unknown>;

describe('a server in the background', () => {
  it('starts in an empty folder, is looked at, started again, killed, and stopped', { timeout: 120_000 }, async () => {
    const dir = await emptyFolder();
    endAfterTest(dir);
    const run = (...args: string[]) => messoxHere(args, { dir });

    const up = await messox(['up', '-d', '--yes', '--port', '0', '--json'], { dir });
    expect(up.exitCode, up.stderr).toBe(0);
    const first = json(up.stdout);
    expect((await fetch(`${String(first.url)}/readyz`)).status).toBe(200);
    expect((await stat(join(dir, '.messox', 'server.json'))).mode & 0o777).toBe(0o600);

    const second = await run('up');
    expect(second.exitCode).toBe(7);
    expect(second.stderr).toContain(`pid ${String(first.pid)}`);

    const status = await run('status', '--json');
    expect(status.exitCode, status.stderr).toBe(0);
    expect(json(status.stdout)).toMatchObject({
      healthy: true,
      server: { running: true, ready: true, pid: first.pid, detached: true, sessions: 0 },
      database: { migrations: { pending: 0, wrong: 0 }, accounts: { count: 0, estimated: false } },
    });
    expect((await run('status')).stdout).toContain('ready');

    const body = JSON.stringify({ username: 'ana', password: 'a long password' });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${String(first.url)}/api/v1/auth/register`, { method: 'POST', headers, body })).status).toBe(
      201,
    );

    expect((await run('config', 'get', 'server.port')).stdout).toBe(String(first.port));
    const restart = await messox(['restart', '--json'], { dir });
    expect(restart.exitCode, restart.stderr).toBe(0);
    const again = json(restart.stdout);
    expect(again.pid).not.toBe(first.pid);

    process.kill(Number(again.pid), 'SIGKILL');
    await vi.waitUntil(() => readServerState(dir) === undefined, { timeout: 10_000 });
    expect((await run('status')).exitCode).toBe(3);
    const after = await messox(['up', '-d', '--port', '0'], { dir });
    expect(after.exitCode, after.stderr).toBe(0);
    expect(after.stdout).toContain('address');
    // What to do next was said the first time.
    expect(after.stdout).not.toContain('messox chat');
    expect(postgresIn(dir).servers).toHaveLength(1);
    expect((await run('user', 'list')).stdout).toContain('ana');

    const log = await run('logs', '--json');
    const messages = log.stdout.split('\n').map((line) => json(line).msg);
    expect(messages.filter((message) => message === 'ready')).toHaveLength(3);
    expect((await run('logs', '-n', '1', '-g', 'READY')).stdout).toMatch(/^\d\d:\d\d:\d\d info {2}ready url=http\S+$/);
    expect(await run('logs', '--level', 'error')).toMatchObject({
      stdout: '',
      stderr: 'Nothing in the log is as asked for',
    });
    expect((await run('logs', '--since', '1d')).stdout.split('\n')).toHaveLength(messages.length);

    const follower = start(['logs', '-f', '-n', '1'], { dir });
    await follower.writes('ready');
    const down = await run('down', '--json');
    expect(down.exitCode, down.stderr).toBe(0);
    expect(json(down.stdout)).toMatchObject({ stopped: true });
    expect(postgresIn(dir).all).toEqual([]);
    await follower.writes('stopped');
    follower.child.kill('SIGINT');
    expect(await follower.ended).toBe(0);
    expect((await run('down')).exitCode).toBe(3);
    const stopped = await run('status', '--json');
    expect(stopped.exitCode).toBe(3);
    expect(json(stopped.stdout)).toMatchObject({ healthy: false, server: { running: false }, database: null });
    expect(postgresIn(dir).all).toEqual([]);
    expect((await run('logs', '-n', '1')).stdout).toContain('stopped');
    await expect(stat(join(dir, '.messox', 'server.json'))).rejects.toThrow('ENOENT');
  });

  it(
    'says why it did not start, in the words and with the exit code of the foreground',
    { timeout: 60_000 },
    async () => {
      const dir = await projectFolder('--port', '0');
      endAfterTest(dir);
      const migrated = await messoxHere(['migrate', 'up'], { dir });
      expect(migrated.exitCode, migrated.stderr).toBe(0);
      await breakCluster(dir);
      const here = await messox(['up'], { dir });
      const behind = await messox(['up', '-d'], { dir });
      expect(here.stderr).toContain('[postgres_start_failed]');
      expect([here.exitCode, behind.exitCode]).toEqual([5, 5]);
      const told = (stderr: string) => withoutTimes(stderr.slice(stderr.indexOf('✖')));
      expect(told(behind.stderr)).toEqual(told(here.stderr));
      expect((await messoxHere(['logs', '--level', 'error'], { dir })).stdout).toContain('PostgreSQL did not start');
    },
  );

  it('names a process that ended without a word, or is not ready in time', { timeout: 60_000 }, async () => {
    const dir = await projectFolder('--port', '0');
    endAfterTest(dir);
    const only = (work: string) => ({
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(`if (process.argv[1].endsWith('background.js')) {${work}}`)}`,
    });
    const died = await messox(['up', '-d'], { dir, env: only('process.stderr.write("out of luck"); process.exit(9)') });
    expect(died.exitCode, died.stderr).toBe(5);
    expect(died.stderr).toContain('exit code 9');
    expect(died.stderr).toContain('out of luck');

    const pidFile = join(dir, 'pid');
    const stuck = `process.getBuiltinModule('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1e6); await new Promise(() => {})`;
    const late = await messox(['up', '-d', '--wait-timeout', '2'], { dir, env: only(stuck) });
    await vi.waitUntil(() => existsSync(pidFile), { timeout: 30_000 });
    process.kill(Number(await readFile(pidFile, 'utf8')), 'SIGKILL');
    expect(late.exitCode, late.stderr).toBe(6);
    expect(late.stderr).toContain('[not_ready]');
  });
});

/** PostgreSQL's own lines begin with the time and the pid. */
const withoutTimes = (text: string): string => text.replaceAll(/^.*UTC \[\d+\]/gm, '');

/** Takes away what PostgreSQL cannot start without. */
const breakCluster = async (dir: string): Promise<void> => {
  await truncate(join(dir, 'data', 'postgres', 'global', 'pg_control'), 0);
};
