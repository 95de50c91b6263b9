import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fakeStack, withDocker } from '../../testing/fake-docker/stack.ts';
import { emptyFolder, messoxHere } from '../../testing/messox.ts';
import { testCertificate } from '../../testing/nginx.ts';

const conf = (dir: string): string => readFileSync(join(dir, 'nginx', 'messox.conf'), 'utf8');

it(
  'tries files before they are written, and replaces whatever they describe anew, nginx last',
  { timeout: 240_000 },
  async () => {
    const { dir, docker } = await fakeStack();
    const run = withDocker(docker, dir);
    const set = (key: string, value: string) => messoxHere(['config', 'set', key, value], { dir });
    const up = await run('up', '-d');
    expect(up.exitCode, up.stderr).toBe(0);
    const before = conf(dir);
    await set('deploy.limits.bodyMb', '21');
    docker.state.faults = [{ at: 'nginx -t', stderr: 'nginx: [emerg] no such thing' }];
    const running = structuredClone(docker.state.containers);
    const refused = await run('restart');
    expect([refused.exitCode, refused.stderr]).toEqual([5, expect.stringContaining('[nginx_refuses]')]);
    expect(conf(dir)).toBe(before);
    expect(docker.state.containers).toEqual(running);
    docker.state.faults = [];

    // It was ill with what its file said before.
    docker.state.containers = running.map((it) => (it.service === 'nginx' ? { ...it, health: 'unhealthy' } : it));
    const mended = await run('restart');
    expect(mended.exitCode, mended.stderr).toBe(0);
    expect(mended.stdout).toContain('clients connect anew');
    expect(conf(dir)).not.toBe(before);
    const idsOf = (...services: string[]) =>
      docker.state.containers.flatMap(({ id, service }) => (services.includes(service) ? [id] : []));
    const data = idsOf('postgres', 'rabbitmq');

    const tls = join(await emptyFolder(), 'tls');
    await mkdir(tls);
    const { certificatePath, keyPath } = await testCertificate('chat.lan', tls);
    await set('deploy.domain', 'chat.lan');
    await set('deploy.tls.certificate', certificatePath);
    await set('deploy.tls.key', keyPath);
    await set('deploy.tls.mode', 'files');
    await set('deploy.images.rabbitmq', 'rabbitmq:4.99');
    const [nginx, from] = [idsOf('nginx'), docker.calls.length];
    const anew = await run('restart');
    expect(anew.exitCode, anew.stderr).toBe(0);
    expect(anew.stdout).toContain('clients connect anew');
    expect(anew.stdout + anew.stderr).toMatch(
      /rabbitmq: described otherwise by now; \S*messox up -d\S* starts it anew/,
    );
    expect(idsOf('nginx')).not.toEqual(nginx);
    expect(idsOf('postgres', 'rabbitmq')).toEqual(data);
    const started = docker.calls.slice(from).flatMap((call) => /^compose up .* (\w+)$/.exec(call)?.[1] ?? []);
    expect(started).toEqual(['api', 'gateway', 'worker', 'nginx']);
  },
);

it(
  'refuses what is not done by the way: another version, other data, more connections',
  { timeout: 240_000 },
  async () => {
    const { dir, docker } = await fakeStack();
    const run = withDocker(docker, dir);
    const set = (key: string, value: string) => messoxHere(['config', 'set', key, value], { dir });
    expect((await run('up', '-d')).exitCode).toBe(0);
    const refuses = async (code: string, ...words: string[]) => {
      const running = structuredClone(docker.state.containers);
      const { exitCode, stderr } = await run(...words);
      expect([exitCode > 0, stderr]).toEqual([true, expect.stringContaining(`[${code}]`)]);
      expect(docker.state.containers).toEqual(running);
    };

    const asTheyAre = docker.state.containers;
    docker.state.containers = asTheyAre.map((it) => ({
      ...it,
      image: it.image.replace(/-server:.*/, '-server:0.0.1-old'),
    }));
    await refuses('version_differs', 'restart');
    const manifest = join(dir, '.messox', 'manifest.json');
    const written = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, written.replaceAll(/"version": "[^"]+"/g, '"version": "0.0.1-old"'));
    docker.state.containers = asTheyAre.filter(({ service }) => !['api', 'gateway', 'worker'].includes(service));
    await refuses('version_differs', 'restart');
    writeFileSync(manifest, written);
    docker.state.containers = asTheyAre.filter(({ service }) => service !== 'rabbitmq');
    await refuses('not_running', 'restart');
    docker.state.containers = asTheyAre;

    const volume = Object.keys(docker.state.volumes).find((name) => name.endsWith('postgres')) ?? '';
    expect(docker.state.volumes[volume]?.major).toBe(18);
    await set('deploy.images.postgres', 'postgres:19');
    await refuses('postgres_other_major', 'restart');
    await refuses('postgres_other_major', 'up', '-d');
    await set('deploy.images.postgres', 'postgres:18');
    const override = join(dir, 'compose.override.yaml');
    writeFileSync(override, 'services: { postgres: { image: "postgres:17" } }\n');
    await refuses('postgres_other_major', 'restart');
    docker.state.volumes = { ...docker.state.volumes, [volume]: { major: 17 } };
    const oldData = await run('up', '-d');
    expect(oldData.exitCode, oldData.stderr).toBe(0);

    await set('database.connections', '60');
    await refuses('connections_exceeded', 'restart');
  },
);
