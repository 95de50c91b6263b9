import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { type FakeStack, fakeStack, withDocker } from '../../testing/fake-docker/stack.ts';
import { messoxHere } from '../../testing/messox.ts';

const conf = (dir: string): string => readFileSync(join(dir, 'nginx', 'messox.conf'), 'utf8');

const tokenKey = (dir: string): string => join(dir, 'secrets', 'token-key');

/** A server that was stopped, with a backup of it, whose settings say something else than its files by now. */
const stoppedStack = async (): Promise<FakeStack & { file: string; run: ReturnType<typeof withDocker> }> => {
  const stack = await fakeStack();
  const { dir, docker } = stack;
  const run = withDocker(docker, dir);
  const file = join(dir, 'chat.tar.gz');
  for (const words of [['up', '-d'], ['backup', file, '--with-secrets'], ['down']]) {
    const { exitCode, stderr } = await run(...words);
    expect(exitCode, stderr).toBe(0);
  }
  await messoxHere(['config', 'set', 'deploy.limits.bodyMb', '21'], { dir });
  return { ...stack, file, run };
};

it('stays restored where the way to the database cannot be put away', { timeout: 120_000 }, async () => {
  const { dir, docker, file, run } = await stoppedStack();
  const before = conf(dir);
  writeFileSync(tokenKey(dir), 'another-key');
  docker.state.faults = [{ at: 'rm --force', stderr: 'removal is already in progress' }];
  const { exitCode, stderr, stdout } = await run('restore', file, '--replace', '--yes');
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain('Restored');
  expect(stderr).toContain('The backup is in the database, but what led there could not be put away');
  expect(stderr).toContain('removal is already in progress');
  expect(stderr).toContain('messox down');
  expect(stderr).toContain('its token key is not that of the backup');
  expect(conf(dir)).not.toBe(before);
  expect(docker.state.containers).toMatchObject([{ service: 'postgres' }, { service: 'migrate' }]);
});

it('puts back each thing for itself, and says what it could not', { timeout: 120_000 }, async () => {
  const { dir, docker, file, run } = await stoppedStack();
  const [before, images] = [conf(dir), docker.state.images];
  const url = join(dir, 'secrets', 'amqp-url');
  for (const lost of [tokenKey(dir), url]) rmSync(lost);
  docker.state.faults = [{ at: 'compose up --detach --no-deps --no-build postgres' }];
  const restoring = run('restore', file);
  await vi.waitUntil(() => conf(dir) !== before, { timeout: 60_000 });
  expect(readFileSync(url, 'utf8')).toContain('amqp://');
  appendFileSync(join(dir, 'nginx', 'messox.conf'), '# mine\n');
  docker.state.faults = [
    { at: 'compose run --detach', stderr: 'no more containers' },
    { at: 'tag ', stderr: 'the engine is busy' },
  ];
  const { exitCode, stderr } = await restoring;
  expect(exitCode, stderr).toBe(5);
  expect(stderr).toContain('no more containers');
  expect(stderr).toContain('nginx/messox.conf was edited meanwhile, so it was kept');
  expect(readFileSync(join(dir, 'nginx', 'messox.conf.new'), 'utf8')).toBe(before);
  expect(stderr).toMatch(/Not put back: the image \S+-server:0\.0\.0\. [^]*the engine is busy/);
  expect(docker.state.images).toMatchObject(images);
  expect(docker.state.containers).toEqual([]);
  expect(existsSync(tokenKey(dir))).toBe(false);
  expect(existsSync(url)).toBe(false);
  expect(existsSync(join(dir, 'secrets', 'database-password'))).toBe(true);
  expect(stderr).toContain('Removed again from secrets/: token-key, amqp-url');
});
