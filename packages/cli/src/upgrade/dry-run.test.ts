import { expect, it, onTestFinished, vi } from 'vitest';
import { takeLock } from '../project/lock.ts';
import { fakeStack, withDocker } from '../testing/fake-docker/stack.ts';
import { emptyFolder, messoxHere } from '../testing/messox.ts';

/** As if another command were at work. */
const lock = (dir: string): void => onTestFinished(takeLock(dir, 'up'));

const busy = 'Another messox command is at work in this folder, so this may not hold for long: messox up';

it('names what is not up to date of a server of this version, also beside another command', async () => {
  const { dir, docker } = await fakeStack();
  const run = withDocker(docker, dir);
  await messoxHere(['config', 'render'], { dir });
  const none = await run('upgrade', '--dry-run');
  expect(none).toMatchObject({ exitCode: 0, stderr: '' });
  expect(none.stdout).toContain('of messox 0.0.0 already');
  expect(none.stdout).not.toContain('up to date');
  await messoxHere(['config', 'set', 'deploy.limits.bodyMb', '21'], { dir });
  lock(dir);
  const { exitCode, stderr, stdout } = await run('upgrade', '--dry-run', '--exit-code');
  expect(exitCode, stderr).toBe(3);
  expect(stderr).toContain(busy);
  expect(stdout).toContain('of messox 0.0.0 already, and this of it is not up to date:');
  expect(stdout).toContain('nginx/messox.conf');
  expect(stdout).not.toContain('From');
  expect((await run('upgrade', '--yes')).stderr).toContain('[locked]');
});

it('starts nothing beside a command that stops the server meanwhile', { timeout: 120_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const run = withDocker(docker, dir);
  const up = await run('up', '-d');
  expect(up.exitCode, up.stderr).toBe(0);
  const from = docker.calls.length;
  const calls = (): string[] => docker.calls.slice(from);
  docker.state.faults = [{ at: 'inspect --type container', after: true }];
  const asked = run('upgrade', '--dry-run', '--json');
  await vi.waitUntil(() => calls().some((call) => call.startsWith('inspect')), { timeout: 30_000 });
  docker.state.containers = [];
  docker.state.faults = [];
  const { exitCode, stderr, stdout } = await asked;
  expect(exitCode, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ event: 'done', migrations: null });
  expect(calls().filter((call) => /^compose (?:up|run) /.test(call))).toEqual([]);
  expect(docker.state.containers).toEqual([]);
});

it('does the same for a server of one process', async () => {
  const dir = await emptyFolder();
  await messoxHere(['init', '--yes'], { dir });
  lock(dir);
  const { exitCode, stderr, stdout } = await messoxHere(['upgrade', '--dry-run'], { dir });
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('of messox 0.0.0 already')]);
  expect(stderr).toContain(busy);
});
