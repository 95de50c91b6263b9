import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { takeLock } from '../../project/lock.ts';
import { fakeStack } from '../../testing/fake-docker/stack.ts';
import { messox } from '../../testing/messox.ts';
import { start } from '../../testing/server.ts';

const isLocked = (dir: string): boolean => existsSync(join(dir, '.messox', 'lock'));

it(
  'shows what the containers say, leaves the folder to others, and stops with Ctrl-C',
  { timeout: 120_000 },
  async () => {
    const { dir, docker } = await fakeStack();
    docker.log('api-1', 'of before');
    const up = start(['up'], { dir, env: docker.env });
    await up.writes('Ctrl-C stops it');
    await docker.called('compose logs --timestamps --no-color --follow');
    expect(isLocked(dir)).toBe(false);
    docker.log('gateway-1', '{"time":"2026-01-02T03:04:05.678Z","level":"warn","msg":"slow","ms":900}');
    docker.log('postgres-1', 'LOG:  checkpoint');
    await up.writes('warn  slow from=gateway-1 ms=900');
    await up.writes('LOG:  checkpoint from=postgres-1');
    up.child.kill('SIGINT');
    expect(await up.ended, up.output()).toBe(0);
    expect(up.output()).not.toContain('of before');
    expect(up.output()).toContain('Stopped after');
    const stops = docker.calls.filter((call) => /^compose (?:stop|down)/.test(call));
    expect(stops).toEqual(['compose stop api gateway worker', 'compose down --remove-orphans']);
    expect(docker.state.containers).toEqual([]);
    expect(isLocked(dir)).toBe(false);
  },
);

it('ends when another command stops the server', { timeout: 120_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const up = start(['up'], { dir, env: docker.env });
  await up.writes('Ctrl-C stops it');
  expect((await messox(['down'], { dir, env: docker.env })).exitCode).toBe(0);
  expect(await up.ended, up.output()).toBe(0);
  expect(up.output()).toContain('Another command has stopped the server');
});

it('stops nothing while another command is at work, nor what ran before', { timeout: 120_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const up = start(['up'], { dir, env: docker.env });
  await up.writes('Ctrl-C stops it');
  const letGo = takeLock(dir, 'backup');
  up.child.kill('SIGTERM');
  expect(await up.ended, up.output()).toBe(7);
  letGo();
  expect(up.output()).toContain('The server goes on');
  expect(up.output()).toContain('messox backup');
  const running = structuredClone(docker.state.containers);
  expect(running).toHaveLength(6);
  const again = await messox(['up'], { dir, env: docker.env });
  expect(again.exitCode, again.stderr).toBe(0);
  expect(again.stdout).toContain('It ran before');
  expect(docker.state.containers).toEqual(running);
});

it.each([
  ['up', 'compose build', false],
  ['up -d', 'compose up --detach --no-deps --no-build --scale', true],
  ['up -d', 'label=com.docker.compose.service=gateway', false],
])('%s stops what it began when Ctrl-C comes at %s', { timeout: 120_000 }, async (words, at, after) => {
  const { dir, docker } = await fakeStack();
  docker.state.faults = [{ at, after }];
  const up = start(words.split(' '), { dir, env: docker.env });
  await docker.called(at);
  up.child.kill('SIGINT');
  await up.writes('Interrupted');
  docker.state.faults = [];
  expect(await up.ended, up.output()).toBe(130);
  expect(up.output()).toContain('nothing of the server runs');
  expect(docker.state.containers).toEqual([]);
  expect(isLocked(dir)).toBe(false);
});
