import { appendFileSync, chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fakeStack } from '../../testing/fake-docker/stack.ts';
import { messox } from '../../testing/messox.ts';

it('uninstall names what goes and what stays, and does as it says', { timeout: 300_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const run = (...words: string[]) => messox(words, { dir, env: docker.env });
  const up = await run('up', '-d');
  expect(up.exitCode, up.stderr).toBe(0);
  const [first] = docker.state.built;
  appendFileSync(join(dir, 'nginx', 'http.d', 'own.conf'), 'map $host $mine { default 1; }\n');
  appendFileSync(join(dir, 'postgres', 'postgresql.conf'), '# Mine.\n');
  writeFileSync(join(dir, 'nginx', 'server.d', 'mine.conf'), '# Mine.\n');
  // A later build has taken its name.
  const [name = ''] = Object.keys(docker.state.images).filter((image) => image.includes('-server:'));
  docker.state.images = { ...docker.state.images, [name]: 'sha256:later' };
  docker.state.built = [...docker.state.built, 'sha256:later'];

  const project = docker.state.containers[0]?.project ?? '';
  const { exitCode, stderr } = await run('uninstall', '--confirm', project);
  expect(exitCode, stderr).toBe(0);
  const [goes = '', stays = ''] = stderr.split('This stays:');
  for (const line of [
    'file nginx/server.d/own.conf (you wrote nothing into it)',
    'file compose.yaml\n',
    `image ${name}`,
    `image ${first ?? ''}`,
  ])
    expect(goes).toContain(line);
  for (const line of [
    '.env',
    'messox.yaml',
    'nginx/http.d/own.conf',
    'nginx/server.d/mine.conf',
    'postgres/postgresql.conf (you edited it)',
    'secrets/',
    'build cache',
    'nginx:1.30',
  ])
    expect(stays).toContain(line);
  const left = readdirSync(dir, { recursive: true, encoding: 'utf8' });
  for (const path of [...goes.matchAll(/ {2}file (\S+)/g)].map(([, file = '']) => file))
    expect(left).not.toContain(path);
  for (const path of [...stays.matchAll(/^ {2}([\w./-]+?)\/?(?: \(you edited it\))?$/gm)].map(([, file = '']) => file))
    expect(existsSync(join(dir, path)), path).toBe(true);
  expect(docker.state.built).toEqual([]);
  expect(docker.state.containers).toEqual([]);
});

it('uninstall leaves what it may not look into as it is, and says so', { timeout: 120_000 }, async () => {
  const { dir, docker } = await fakeStack();
  const up = await messox(['up', '-d'], { dir, env: docker.env });
  expect(up.exitCode, up.stderr).toBe(0);
  const [hidden, file] = [join(dir, 'nginx', 'http.d'), join(dir, 'nginx', 'server.d', 'own.conf')];
  chmodSync(hidden, 0);
  chmodSync(file, 0);
  const project = docker.state.containers[0]?.project ?? '';
  const { exitCode, stderr } = await messox(['uninstall', '--confirm', project], {
    dir,
    env: docker.env,
    unprivileged: true,
  });
  chmodSync(hidden, 0o755);
  expect(exitCode, stderr).toBe(0);
  const [, stays = ''] = stderr.split('This stays:');
  expect(stays).toContain('  nginx/http.d/\n');
  expect(stays).toContain('  nginx/server.d/own.conf\n');
  expect(existsSync(join(hidden, 'own.conf'))).toBe(true);
  expect(existsSync(file)).toBe(true);
  expect(existsSync(join(dir, 'nginx', 'messox.conf'))).toBe(false);
  expect(docker.state.containers).toEqual([]);
});
