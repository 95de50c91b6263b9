import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fakeStack, withDocker } from '../testing/fake-docker/stack.ts';

it('makes the files that COMPOSE_FILE of .env names where they are not there yet', { timeout: 120_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const run = withDocker(docker, dir);
  const [, project = ''] = /^COMPOSE_PROJECT_NAME=(.+)$/m.exec(readFileSync(join(dir, '.env'), 'utf8')) ?? [];
  const gone = await run('uninstall', '--confirm', project);
  expect(gone.exitCode, gone.stderr).toBe(0);
  writeFileSync(join(dir, 'mine.yaml'), 'services: { nginx: { image: nginx:mine } }\n');
  appendFileSync(join(dir, '.env'), 'COMPOSE_FILE=compose.yaml:compose.override.yaml:mine.yaml\n');
  expect(existsSync(join(dir, 'compose.yaml'))).toBe(false);
  const up = await run('up', '-d');
  expect(up.exitCode, up.stderr).toBe(0);
  expect(existsSync(join(dir, 'compose.override.yaml'))).toBe(true);
  expect(docker.state.images).toHaveProperty(['nginx:mine']);
});

it('reads no file of a folder above where compose.yaml was removed', { timeout: 120_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const run = withDocker(docker, dir);
  rmSync(join(dir, 'compose.yaml'));
  const { exitCode, stderr } = await run('up', '-d');
  expect([exitCode, stderr]).toEqual([4, expect.stringContaining('[path_missing]')]);
  expect(stderr).toContain('messox config render --recreate');
  expect(docker.calls.filter((call) => /^compose (?:config|build|run|up)/.test(call))).toEqual([]);
  const rendered = await run('config', 'render', '--recreate');
  expect(rendered.exitCode, rendered.stderr).toBe(0);
  expect(existsSync(join(dir, 'compose.yaml'))).toBe(true);
});
