import { describe, expect, it } from 'vitest';
import { GiB } from '../../size.ts';
import { type BrokerFacts, judgeBrokerHost, nodesIn } from './broker-host.ts';
import { judgeContainers } from './containers.ts';
import { judgeDataPorts, type OpenPort } from './data-ports.ts';
import { judgeEngine } from './engine.ts';
import { judgeStackMemory } from './memory.ts';
import { type Holder, judgePorts } from './ports.ts';
import { judgeSecretFiles } from './secret-files.ts';
import { judgeInside } from './secrets-inside.ts';

const both = (holder: Holder) => [
  { port: 80, setting: 'deploy.ports.http', holder } as const,
  { port: 443, setting: 'deploy.ports.https', holder } as const,
];

describe('the ports of nginx', () => {
  it.each<[Holder['kind'], string]>([
    ['nobody', '80 and 443: free'],
    ['us', '80 and 443: this server has them'],
  ])('that %s has are well', (kind, why) =>
    expect(judgePorts(both({ kind } as Holder), 'acme', '8080')).toEqual({ status: 'ok', why }),
  );

  it('that a process has: it is named with its unit, and both ways out', () => {
    const owner = { pid: 812, command: 'caddy', unit: 'caddy.service' };
    const finding = judgePorts(both({ kind: 'process', owner }), 'acme', '8080');
    expect(finding).toMatchObject({
      status: 'fail',
      why: expect.stringContaining('port 80 is in use by caddy') as string,
    });
    expect(finding.why).toContain('pid 812, caddy.service of systemd');
    expect(finding.fix?.split('sudo systemctl disable --now caddy.service')).toHaveLength(2);
    expect(finding.fix).toContain('`messox config set deploy.tls.mode proxy`');
    expect(finding.fix).toContain('`messox config set deploy.ports.http 8080`');
  });

  it('that a container has: it is named', () => {
    const finding = judgePorts(both({ kind: 'container', name: 'web-1' }), 'off', '8081');
    expect(finding.why).toContain('port 443 is in use by the container web-1');
    expect(finding.fix).toBe(
      'Stop it: docker stop web-1\nTake another port: `messox config set deploy.ports.http 8081`',
    );
  });

  it('that somebody has whom this user may not see', () =>
    expect(judgePorts(both({ kind: 'unknown' }), 'files', '8080').fix).toContain('ss -ltnp'));
});

it.each<[Partial<OpenPort>, string]>([
  [{}, 'fail'],
  [{ address: '::' }, 'fail'],
  [{ address: '203.0.113.5' }, 'fail'],
  [{ address: '10.0.0.5' }, 'warn'],
  [{ address: '127.0.0.1' }, 'ok'],
  [{ address: '::1' }, 'ok'],
  [{ own: false }, 'warn'],
  [{ inside: 8080 }, 'ok'],
  [{ inside: 15672 }, 'fail'],
])('a published port with %j: %s', (port, status) =>
  expect(
    judgeDataPorts([{ of: 'postgres', own: true, inside: 5432, address: '0.0.0.0', port: '5432', ...port }]).status,
  ).toBe(status),
);

it.each<[string, BrokerFacts, string]>([
  ['no name at all', { described: undefined, running: undefined }, 'fail'],
  ['a name, and nothing runs', { described: 'rabbitmq', running: undefined }, 'ok'],
  ['its own folder', { described: 'rabbitmq', running: { hostname: 'rabbitmq', nodes: ['rabbit@rabbitmq'] } }, 'ok'],
  ['no folder yet', { described: 'rabbitmq', running: { hostname: 'rabbitmq', nodes: [] } }, 'ok'],
  ['another name by now', { described: 'mq', running: { hostname: 'rabbitmq', nodes: ['rabbit@rabbitmq'] } }, 'fail'],
  ['the folder of another', { described: 'mq', running: { hostname: 'mq', nodes: ['rabbit@rabbitmq'] } }, 'fail'],
  ['two', { described: 'mq', running: { hostname: 'mq', nodes: ['rabbit@mq', 'rabbit@0f6c'] } }, 'warn'],
])('a broker with %s: %#', (_, facts, status) => expect(judgeBrokerHost(facts).status).toBe(status));

it('finds the folders of nodes among what is named after them', () =>
  expect(
    nodesIn(
      'rabbit@rabbitmq\nrabbit@rabbitmq-feature_flags\nrabbit@rabbitmq-plugins-expand\nrabbit@rabbitmq.pid\nrabbit@0f6c1d-2\n',
    ),
  ).toEqual(['rabbit@rabbitmq', 'rabbit@0f6c1d-2']));

describe('secrets', () => {
  const file = { name: 'token-key', mode: 0o600, owner: 10_001, reader: 10_001 } as const;
  it.each([
    ['of the reader alone', 0o700, file, 'ok'],
    ['that all may read in a closed folder', 0o700, { ...file, mode: 0o444, owner: 1_000 }, 'ok'],
    ['that no container reads', 0o700, { ...file, owner: 0, reader: undefined }, 'ok'],
    ['that all may read in an open folder', 0o755, { ...file, mode: 0o444, owner: 1_000 }, 'warn'],
    ['of another user', 0o700, { ...file, owner: 0 }, 'fail'],
  ] as const)('%s', (_, mode, secret, status) =>
    expect(judgeSecretFiles({ mode, files: [secret] }, '/srv/chat/secrets').status).toBe(status),
  );

  it('that their container does not see are named with it', () => {
    expect(judgeInside([{ container: 'chat-api-1', path: '/run/secrets/token-key' }], 5)).toMatchObject({
      status: 'fail',
      why: 'chat-api-1 cannot read /run/secrets/token-key',
    });
    expect(judgeInside([], 5).status).toBe('ok');
  });
});

it.each([
  [3 * GiB, 4 * GiB, 0, 'ok'],
  [3 * GiB, 2 * GiB, 2 * GiB, 'ok'],
  [3 * GiB, 2 * GiB, 0, 'warn'],
])('containers of %d bytes on a machine of %d, with %d of swap: %s', (wanted, memory, swap, status) =>
  expect(judgeStackMemory(wanted, memory, swap).status).toBe(status),
);

it('refuses the Docker of the snap', () => {
  const versions = { engine: '28.1.0', compose: '2.39.1' };
  expect(judgeEngine(versions, '/var/snap/docker/common/var-lib-docker').status).toBe('fail');
  expect(judgeEngine(versions, '/var/lib/docker').status).toBe('ok');
});

describe('containers', () => {
  const replicas = { api: 1, gateway: 1, worker: 1 };
  const all = ['nginx', 'postgres', 'rabbitmq', 'api', 'gateway', 'worker'].map((service) => ({
    service,
    name: `chat-${service}-1`,
    state: 'running',
    health: 'healthy' as const,
    oomKilled: false,
    restarts: 0,
  }));

  it('that are all healthy', () =>
    expect(judgeContainers(all, replicas)).toEqual({ status: 'ok', why: '6, all of them healthy' }));

  it('of which one was ended, one is ill and one is missing', () => {
    const some = all
      .filter(({ service }) => service !== 'worker')
      .map((container) => {
        if (container.service === 'api') return { ...container, state: 'exited', oomKilled: true };
        return container.service === 'gateway'
          ? { ...container, health: 'unhealthy' as const, restarts: 3 }
          : container;
      });
    expect(judgeContainers(some, replicas)).toEqual({
      status: 'fail',
      why: 'chat-api-1 was ended by the kernel for want of memory; chat-gateway-1 is unhealthy, started again 3 times; 1 of worker missing',
      fix: '`messox logs api -n 50`',
    });
  });

  it('that all fail for want of one: that comes first, with what starts it', () => {
    const ill = all.map((container) => {
      if (container.service === 'rabbitmq') return { ...container, state: 'exited', health: 'unhealthy' as const };
      return ['api', 'gateway', 'worker'].includes(container.service)
        ? { ...container, health: 'unhealthy' as const }
        : container;
    });
    const rest = 'chat-api-1 is unhealthy; chat-gateway-1 is unhealthy; chat-worker-1 is unhealthy';
    const fix = '`messox up -d`';
    expect(judgeContainers(ill, replicas)).toEqual({ status: 'fail', why: `chat-rabbitmq-1 is stopped; ${rest}`, fix });
    const removed = ill.filter(({ service }) => service !== 'rabbitmq');
    expect(judgeContainers(removed, replicas)).toEqual({ status: 'fail', why: `1 of rabbitmq missing; ${rest}`, fix });
  });
});
