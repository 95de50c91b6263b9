import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectPaths } from '../project/paths.ts';
import { fakeStack, withDocker } from '../testing/fake-docker/stack.ts';
import { messoxHere } from '../testing/messox.ts';

const upgrade = ['upgrade', '--yes', '--skip-backup'];
const noSpace = { at: 'compose run --rm --no-deps --no-TTY migrate', stderr: 'no space left' };

it('lets what ran before run again, and nothing else', { timeout: 240_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const run = withDocker(docker, dir);
  for (const words of [['up', '-d'], ['down'], ['backup']]) {
    const { exitCode, stderr } = await run(...words);
    expect(exitCode, stderr).toBe(0);
  }
  const before = docker.state.containers.map(({ image, service, state }) => ({ image, service, state }));
  expect(before).toMatchObject([{ service: 'postgres', state: 'running' }]);
  await messoxHere(['config', 'set', 'deploy.images.postgres', 'postgres:18.99'], { dir });
  docker.state.faults = [noSpace];
  const undone = await run(...upgrade);
  expect([undone.exitCode, undone.stderr]).toEqual([6, expect.stringContaining('stopped, as it was')]);
  const running = docker.state.containers.filter(({ state }) => state === 'running');
  expect(running.map(({ image, service, state }) => ({ image, service, state }))).toEqual(before);
});

it('stops what did not run beside a server that went on', { timeout: 240_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const run = withDocker(docker, dir);
  const up = await run('up', '-d');
  expect(up.exitCode, up.stderr).toBe(0);
  docker.state.containers = docker.state.containers.filter(({ service }) => !['nginx', 'worker'].includes(service));
  await messoxHere(['config', 'set', 'deploy.limits.bodyMb', '21'], { dir });
  docker.state.health = { nginx: 'unhealthy' };
  const undone = await run(...upgrade);
  expect([undone.exitCode, undone.stderr]).toEqual([6, expect.stringContaining('goes on as it was')]);
  const running = docker.state.containers.filter(({ state }) => state === 'running');
  expect(running.map(({ service }) => service)).toEqual(['api', 'gateway', 'postgres', 'rabbitmq']);
});

it('takes away what it wrote beside files that were kept', { timeout: 240_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const run = withDocker(docker, dir);
  const up = await run('up', '-d');
  expect(up.exitCode, up.stderr).toBe(0);
  const conf = join(dir, 'nginx', 'messox.conf');
  const mine = readFileSync(conf, 'utf8').replace(/client_max_body_size \S+;/, 'client_max_body_size 3m;');
  expect(mine).not.toBe(readFileSync(conf, 'utf8'));
  writeFileSync(conf, mine);
  await messoxHere(['config', 'set', 'deploy.limits.bodyMb', '21'], { dir });
  docker.state.faults = [noSpace];
  const undone = await run(...upgrade);
  expect([undone.exitCode, undone.stderr]).toEqual([6, expect.stringContaining(`${conf.slice(dir.length + 1)}.new`)]);
  expect(existsSync(`${conf}.new`)).toBe(false);
  expect(readFileSync(conf, 'utf8')).toBe(mine);

  // One that was there already is as it was.
  rmSync(projectPaths(dir).upgrading);
  writeFileSync(`${conf}.new`, 'of before');
  expect((await run(...upgrade)).exitCode).toBe(6);
  expect(readFileSync(`${conf}.new`, 'utf8')).toBe('of before');
});

it('leaves the image to go back to its name until the upgrade went well', { timeout: 240_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const run = withDocker(docker, dir);
  await messoxHere(['config', 'set', 'deploy.images.node', 'node:98-slim'], { dir });
  for (const node of ['98', '99']) {
    await messoxHere(['config', 'set', 'deploy.images.node', `node:${node}-slim`], { dir });
    const done = await run(...upgrade);
    expect(done.exitCode, done.stderr).toBe(0);
  }
  const name = Object.keys(docker.state.images).find((one) => one.endsWith('-server:previous')) ?? '';
  const kept = docker.state.images[name];
  expect(kept).toBeDefined();
  await run('down');
  // The image of the stopped server is gone.
  const current = name.replace('previous', '0.0.0');
  docker.state.built = docker.state.built.filter((id) => id !== docker.state.images[current]);
  docker.state.images = { [name]: kept ?? '' };
  await messoxHere(['config', 'set', 'deploy.limits.bodyMb', '21'], { dir });
  docker.state.faults = [{ ...noSpace, after: false }];
  const undone = await run(...upgrade);
  expect(undone.exitCode, undone.stderr).toBe(6);
  expect(docker.state.images[name]).toBe(kept);
  expect(docker.calls).not.toContain(`rmi ${name}`);
  docker.state.faults = [];
  const done = await run(...upgrade);
  expect(done.exitCode, done.stderr).toBe(0);
  expect(docker.state.images).not.toHaveProperty([name]);
});
