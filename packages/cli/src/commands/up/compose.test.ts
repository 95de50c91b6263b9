import { expect, it } from 'vitest';
import { fakeStack } from '../../testing/fake-docker/stack.ts';
import { messox } from '../../testing/messox.ts';

it('starts everything in its order, and changes nothing when it is run again', { timeout: 120_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const up = await messox(['up', '-d'], { dir, env: docker.env });
  expect(up.exitCode, up.stderr).toBe(0);
  expect(docker.calls.flatMap((call) => /^compose (?:build|up .*|run --rm .*)$/.exec(call) ?? [])).toEqual([
    'compose run --rm --no-deps --no-TTY --quiet-pull nginx nginx -t -q',
    'compose build',
    'compose up --detach --no-deps --no-build postgres',
    'compose up --detach --no-deps --no-build rabbitmq',
    // For the way to the database.
    'compose up --detach --no-deps --no-build postgres',
    'compose run --rm --no-deps --no-TTY migrate',
    'compose up --detach --no-deps --no-build --scale api=1 --scale gateway=1 --scale worker=1 api gateway worker',
    'compose up --detach --no-deps --no-build nginx',
  ]);
  const services = docker.state.containers.map(({ service }) => service);
  expect(services).toEqual(['api', 'gateway', 'nginx', 'postgres', 'rabbitmq', 'worker']);
  const before = structuredClone(docker.state);
  const again = await messox(['up', '-d'], { dir, env: docker.env });
  expect(again.exitCode, again.stderr).toBe(0);
  expect(docker.state).toEqual(before);
});

it('starts kinds of which none is left beside others that are replaced', { timeout: 120_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const run = (...words: string[]) => messox(words, { dir, env: docker.env });
  const first = await run('up', '-d');
  expect(first.exitCode, first.stderr).toBe(0);
  docker.state.containers = docker.state.containers.filter(({ service }) => service !== 'api');
  const old = new Set(docker.state.containers.map(({ id }) => id));
  expect((await run('config', 'set', 'limits.textCodePoints', '6000')).exitCode).toBe(0);
  const before = docker.calls.length;
  const changed = await run('up', '-d');
  expect(changed.exitCode, changed.stderr).toBe(0);
  expect(docker.calls.slice(before)).toContain('compose up --detach --no-deps --no-build --scale api=1 api');
  const server = docker.state.containers.filter(({ service }) => ['api', 'gateway', 'worker'].includes(service));
  expect(server.map(({ service }) => service)).toEqual(['api', 'gateway', 'worker']);
  expect(server.filter(({ id }) => old.has(id))).toEqual([]);
});
