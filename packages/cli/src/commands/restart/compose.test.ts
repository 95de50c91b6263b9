import { readFileSync } from 'node:fs';
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

    const quiet = await run('restart');
    expect(quiet.exitCode, quiet.stderr).toBe(0);
    expect(quiet.stdout).toContain('nobody was turned away');
    expect(conf(dir)).not.toBe(before);
    const idsOf = (...services: string[]) =>
      docker.state.containers.flatMap(({ id, service }) => (services.includes(service) ? [id] : []));
    const data = idsOf('postgres', 'rabbitmq');
    expect(idsOf('nginx')).toEqual(running.flatMap(({ id, service }) => (service === 'nginx' ? [id] : [])));

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
    expect(idsOf('nginx')).not.toEqual(nginx);
    expect(idsOf('postgres')).toEqual(data.slice(0, 1));
    const started = docker.calls.slice(from).flatMap((call) => /^compose up .* (\w+)$/.exec(call)?.[1] ?? []);
    expect(started).toEqual(['rabbitmq', 'api', 'gateway', 'worker', 'nginx']);
  },
);
