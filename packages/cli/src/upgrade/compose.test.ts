import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readEnvFile } from '../project/secrets.ts';
import { fakeStack, withDocker } from '../testing/fake-docker/stack.ts';
import { messox, messoxHere } from '../testing/messox.ts';

const readProjectName = (dir: string): string => readEnvFile(dir).values.get('COMPOSE_PROJECT_NAME') ?? '';

const conf = (dir: string): string => readFileSync(join(dir, 'nginx', 'messox.conf'), 'utf8');

const started = (calls: readonly string[]): string[] =>
  calls.flatMap((call) => /^compose (?:up .*|down .*|restart .*)$/.exec(call) ?? []);

it('only says what it would do while the server is stopped', { timeout: 120_000 }, async () => {
  const stack = await fakeStack();
  const asked = await messox(['upgrade', '--dry-run', '--json'], { dir: stack.dir, env: stack.docker.env });
  expect(asked.exitCode, asked.stderr).toBe(0);
  expect(JSON.parse(asked.stdout)).toMatchObject({ event: 'done', migrations: null });
  expect(started(stack.docker.calls)).toEqual([]);
  expect(stack.docker.state.containers).toEqual([]);
});

it('tells before any yes that the data is of another version of PostgreSQL', { timeout: 120_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const project = readProjectName(dir);
  await messoxHere(['config', 'set', 'deploy.images.postgres', 'postgres:99'], { dir });
  docker.state.images = { [`${project}-server:0.0.0`]: 'sha256:0' };
  docker.state.volumes = { [`${project}_postgres`]: { major: 17 } };
  const { exitCode, stderr } = await withDocker(docker, dir)('upgrade', '--dry-run');
  expect(exitCode, stderr).toBe(4);
  expect(stderr).toContain('The data is of PostgreSQL 17');
  expect(docker.state.containers).toEqual([]);
});

it('stops what it has started for its question, where that is the end of it', { timeout: 240_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const run = withDocker(docker, dir);
  const upgrade = (...words: string[]) => run('upgrade', ...words);
  await messoxHere(['config', 'set', 'deploy.images.node', 'node:98-slim'], { dir });
  // There is no image to look at the data with, so PostgreSQL itself is asked, after the yes.
  await messoxHere(['config', 'set', 'deploy.images.postgres', 'postgres:99'], { dir });
  const refused = await upgrade('--yes', '--skip-backup');
  expect(refused.exitCode, refused.stderr).toBe(4);
  expect(refused.stderr).toMatch(/nothing was changed.*\[postgres_other_major\]/s);
  expect(started(docker.calls)).toContain('compose up --detach --no-deps --no-build postgres');
  expect(docker.state.containers).toEqual([]);

  await messoxHere(['config', 'unset', 'deploy.images.postgres'], { dir });
  const done = await upgrade('--yes', '--skip-backup');
  expect(done.exitCode, done.stderr).toBe(0);
  const first = Object.entries(docker.state.images).find(([name]) => name.endsWith('-server:0.0.0'))?.[1];
  await messoxHere(['config', 'set', 'deploy.images.node', 'node:99-slim'], { dir });
  await run('down');
  const next = await upgrade('--yes', '--skip-backup');
  expect(next.exitCode, next.stderr).toBe(0);
  const project = readProjectName(dir);
  expect(docker.state.images[`${project}-server:previous`]).toBe(first);
  expect(docker.state.images[`${project}-server:0.0.0`]).not.toBe(first);

  const status = await run('status', '--json');
  expect(JSON.parse(status.stdout), status.stderr).toMatchObject({ version: '0.0.0', previous: '0.0.0' });
  await run('down');
  const asked = await upgrade('--rollback', '--no-input');
  expect(asked.exitCode, asked.stderr).toBe(2);
  expect(docker.state.containers).toEqual([]);
  const back = await upgrade('--rollback', '--yes');
  expect(back.exitCode, back.stderr).toBe(0);
  expect(docker.state.images[`${project}-server:0.0.0`]).toBe(first);
  expect(docker.state.images).not.toHaveProperty([`${project}-server:previous`]);
});

it('brings back the database and the broker, too, when it fails', { timeout: 240_000 }, async () => {
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
  expect(started(docker.calls.slice(from))).toEqual([...data, ...data]);
  expect(conf(dir)).toBe(before);

  // One that was stopped is stopped again.
  await messox(['down'], { dir, env: docker.env });
  const again = docker.calls.length;
  const stopped = await messox(['upgrade', '--yes', '--skip-backup'], { dir, env: docker.env });
  expect([stopped.exitCode, stopped.stderr]).toEqual([6, expect.stringContaining('stopped, as it was')]);
  expect(started(docker.calls.slice(again)).at(-1)).toBe('compose down --remove-orphans');
  expect(docker.state.containers).toEqual([]);
});
