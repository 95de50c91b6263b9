import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { type FakeStack, fakeStack, withDocker } from '../testing/fake-docker/stack.ts';
import { messox, messoxHere } from '../testing/messox.ts';
import { start } from '../testing/server.ts';

/** Every file of the folder by the sum of what it holds. */
const filesOf = (dir: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name, parentPath }) => join(parentPath, name))
      .map((path) => [path, createHash('sha256').update(readFileSync(path)).digest('hex')] as const)
      .sort(([one], [other]) => one.localeCompare(other)),
  );

const staging = (dir: string): string => join(dir, '.messox', 'staging');

/** A server whose settings say something else than its files: a limit of nginx, and the image that its own is built on. */
const changedStack = async (): Promise<FakeStack> => {
  const stack = await fakeStack();
  for (const [key, value] of [
    ['deploy.limits.bodyMb', '21'],
    ['deploy.images.node', 'node:99-slim'],
  ] as const)
    await messoxHere(['config', 'set', key, value], { dir: stack.dir });
  return stack;
};

const upgrade = ['upgrade', '--yes', '--skip-backup'];

it.each(['nginx -t', 'compose build'])(
  'leaves everything as it was, and starts nothing, when %s refuses what is new',
  { timeout: 120_000 },
  async (at) => {
    const { dir, docker } = await changedStack();
    const before = filesOf(dir);
    docker.state.faults = [{ at, stderr: 'nginx: [emerg] no such thing' }];
    const refused = await messox(upgrade, { dir, env: docker.env });
    expect(refused.exitCode, refused.stderr).toBe(5);
    expect(refused.stderr).toContain('; nothing was changed');
    expect(filesOf(dir)).toEqual(before);
    expect(existsSync(staging(dir))).toBe(false);
    expect(docker.state.containers).toEqual([]);
    expect(docker.calls.filter((call) => /^compose (?:up|down|run --rm .*migrate)/.test(call))).toEqual([]);
  },
);

it(
  'tries and builds what is staged, keeps what is edited meanwhile, and leaves no staging behind',
  {
    timeout: 240_000,
  },
  async () => {
    const { dir, docker } = await changedStack();
    const conf = join(dir, 'nginx', 'messox.conf');
    const old = readFileSync(conf, 'utf8');
    docker.state.faults = [{ at: 'compose build', after: true }];
    const edited = start(upgrade, { dir, env: docker.env });
    await docker.called('compose build');
    await vi.waitUntil(() => docker.state.built.length === 1, { timeout: 30_000 });
    expect(docker.state.tried).not.toBe(old);
    expect(docker.state.tried).toContain(String(21 * 1024 ** 2));
    expect(readFileSync(conf, 'utf8')).toBe(old);
    const dockerfile = readFileSync(join(staging(dir), 'Dockerfile'), 'utf8');
    expect(dockerfile).toContain('node:99-slim');
    expect(docker.state.built).toEqual([`sha256:${createHash('sha256').update(dockerfile).digest('hex')}`]);
    const mine = `${old}# mine\n`;
    writeFileSync(conf, mine);
    docker.state.faults = [];
    expect(await edited.ended, edited.output()).toBe(3);
    expect(edited.output()).toContain('[files_changed]');
    expect(readFileSync(conf, 'utf8')).toBe(mine);
    expect(existsSync(staging(dir))).toBe(false);

    writeFileSync(conf, old);
    docker.state.faults = [{ at: 'nginx -t' }];
    const killed = start(upgrade, { dir, env: docker.env });
    await vi.waitUntil(() => existsSync(join(staging(dir), 'redirect.yaml')), { timeout: 30_000 });
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(readFileSync(conf, 'utf8')).toBe(old);
    const rendered = await messoxHere(['config', 'render'], { dir });
    expect(rendered.exitCode, rendered.stderr).toBe(0);
    expect(existsSync(staging(dir))).toBe(false);
    docker.state.faults = [];
  },
);

it.each([
  ['COMPOSE_FILE of .env', 'mine.yaml'],
  ['a file of the admin that compose looks for', 'docker-compose.yml'],
])('tries what is new with %s, where compose.yaml was removed', { timeout: 120_000 }, async (_, name) => {
  const { dir, docker } = await changedStack();
  const generated = join(dir, 'compose.yaml');
  const mine = readFileSync(generated, 'utf8').replace(/image: nginx:\S+/, 'image: nginx:mine');
  rmSync(generated);
  writeFileSync(join(dir, name), mine);
  if (name === 'mine.yaml') appendFileSync(join(dir, '.env'), 'COMPOSE_FILE=compose.override.yaml:mine.yaml\n');
  const up = await withDocker(docker, dir)('up', '-d');
  expect(up.exitCode, up.stderr).toBe(0);
  expect(docker.state.tried).toContain(String(21 * 1024 ** 2));
  expect(docker.state.images).toHaveProperty(['nginx:mine']);
  const dockerfile = readFileSync(join(dir, 'Dockerfile'), 'utf8');
  expect(dockerfile).toContain('node:99-slim');
  expect(docker.state.built).toEqual([`sha256:${createHash('sha256').update(dockerfile).digest('hex')}`]);
});

it(
  'lets the name of the image mean what it meant, where files were edited meanwhile',
  { timeout: 240_000 },
  async () => {
    const { dir, docker } = await changedStack();
    const conf = join(dir, 'nginx', 'messox.conf');
    const serverImage = () => Object.entries(docker.state.images).find(([name]) => name.endsWith('-server:0.0.0'))?.[1];
    const interfere = async (): Promise<void> => {
      docker.state.faults = [{ at: 'compose build', after: true }];
      const builds = docker.state.built.length;
      const up = start(['up', '-d'], { dir, env: docker.env });
      await vi.waitUntil(() => docker.state.built.length > builds, { timeout: 30_000 });
      appendFileSync(conf, '# mine\n');
      docker.state.faults = [];
      expect(await up.ended, up.output()).toBe(3);
      expect(up.output()).toContain('[files_changed]');
    };
    await interfere();
    expect(serverImage()).toBe(undefined);
    const up = await messox(['up', '-d'], { dir, env: docker.env });
    expect(up.exitCode, up.stderr).toBe(0);
    const image = serverImage();
    expect(image).toBeDefined();
    await messoxHere(['config', 'set', 'deploy.images.node', 'node:98-slim'], { dir });
    await interfere();
    expect(serverImage()).toBe(image);
  },
);
