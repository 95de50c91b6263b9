import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type FakeStack, fakeStack } from '../testing/fake-docker/stack.ts';
import { messox, messoxHere } from '../testing/messox.ts';

const conf = (dir: string): string => readFileSync(join(dir, 'nginx', 'messox.conf'), 'utf8');

const started = ({ docker }: FakeStack, from: number): string[] =>
  docker.calls.slice(from).flatMap((call) => /^compose (?:up .*|down .*|restart .*)$/.exec(call) ?? []);

it('only says what it would do while the server is stopped', { timeout: 60_000 }, async () => {
  const stack = await fakeStack();
  const asked = await messox(['upgrade', '--dry-run', '--json'], { dir: stack.dir, env: stack.docker.env });
  expect(asked.exitCode, asked.stderr).toBe(0);
  expect(JSON.parse(asked.stdout)).toMatchObject({ event: 'done', migrations: null });
  expect(started(stack, 0)).toEqual([]);
  expect(stack.docker.state.containers).toEqual([]);
});

it('brings back the database and the broker, too, when it fails', { timeout: 120_000 }, async () => {
  const stack = await fakeStack();
  const { dir, docker } = stack;
  const up = await messox(['up', '-d'], { dir, env: docker.env });
  expect(up.exitCode, up.stderr).toBe(0);
  const before = conf(dir);
  await messoxHere(['config', 'set', 'deploy.limits.bodyMb', '21'], { dir });
  docker.state.faults = [{ at: 'compose run --rm --no-deps --no-TTY migrate', stderr: 'no space left' }];
  const from = docker.calls.length;
  const failed = await messox(['upgrade', '--yes', '--skip-backup'], { dir, env: docker.env });
  expect([failed.exitCode, failed.stderr]).toEqual([6, expect.stringContaining('the server goes on as it was')]);
  const data = ['postgres', 'rabbitmq'].map((service) => `compose up --detach --no-deps --no-build ${service}`);
  expect(started(stack, from)).toEqual([...data, ...data]);
  expect(conf(dir)).toBe(before);

  // One that was stopped is stopped again.
  await messox(['down'], { dir, env: docker.env });
  const again = docker.calls.length;
  const stopped = await messox(['upgrade', '--yes', '--skip-backup'], { dir, env: docker.env });
  expect([stopped.exitCode, stopped.stderr]).toEqual([6, expect.stringContaining('stopped, as it was')]);
  expect(started(stack, again).at(-1)).toBe('compose down --remove-orphans');
  expect(docker.state.containers).toEqual([]);
});
