import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ownFiles, renderStack } from './index.ts';
import { memoryBudget } from './memory-budget.ts';
import { connectionLimit, sumConnections } from './postgres/connections.ts';
import { projectNameOf } from './project-name.ts';
import { hashPassword, rabbitmqDefinitions } from './rabbitmq/definitions.ts';
import type { Stack } from './stack.ts';
import { stackVariants, testStack } from './testing.ts';

interface ComposeService {
  readonly [name: string]: unknown;
  readonly ports?: readonly { readonly host_ip: string; readonly published: string; readonly target: number }[];
  readonly networks: readonly string[];
  readonly cap_add?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}
interface Compose {
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes?: object;
}

const contentOf = (stack: Stack, path: string): string =>
  renderStack(stack).find((file) => file.path === path)?.content ?? '';
const composeOf = (stack: Stack): Compose => parse(contentOf(stack, 'compose.yaml')) as Compose;
const proxy = { tls: { mode: 'proxy' } };

describe.each(stackVariants)('compose.yaml of the variant %s', (name, stack) => {
  const compose = composeOf(stack);
  const services = Object.entries(compose.services);

  it('gives no container more than it needs', () => {
    for (const [service, container] of services) {
      expect({ service, ...container }).toMatchObject({
        read_only: true,
        init: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        logging: { driver: 'local' },
        stop_grace_period: expect.stringMatching(/^\d+s$/) as string,
        deploy: {
          resources: {
            limits: { memory: expect.stringMatching(/^\d+M$/) as string, pids: expect.any(Number) as number },
          },
        },
      });
      expect({ service, adds: container.cap_add !== undefined }).toEqual({ service, adds: service === 'nginx' });
      expect({ service, user: container.user !== undefined }).toEqual({ service, user: service !== 'nginx' });
      expect(container).not.toHaveProperty('container_name');
      expect(container).not.toHaveProperty('privileged');
    }
  });

  it('publishes ports of nginx alone, and keeps data in a network without a way out', () => {
    expect(services.filter(([, { ports }]) => ports).map(([service]) => service)).toEqual(['nginx']);
    expect(compose.services.nginx?.networks).toEqual(['edge']);
    if (name.startsWith('external')) expect(compose.networks).toEqual({ edge: {} });
    else {
      expect(compose.networks.data).toEqual({ internal: true });
      for (const service of ['postgres', 'rabbitmq', 'migrate', 'worker'])
        expect(compose.services[service]?.networks).toEqual(['data']);
    }
  });

  it('has secrets as files and nowhere else', () => {
    for (const [secret, { file }] of Object.entries(compose.secrets))
      expect(file).toBe(secret === 'npmrc' ? './.npmrc' : `./secrets/${secret}`);
    for (const [, { environment = {} }] of services)
      for (const [variable, value] of Object.entries(environment))
        if (/PASSWORD|_KEY|_URL/.test(variable) && !variable.includes('PUBLIC_URL'))
          expect({ variable, value }).toEqual({
            variable,
            value: expect.stringMatching(/^\/run\/secrets\/[\w-]+$/) as string,
          });
  });

  it('starts processes after one migration', () => {
    for (const role of ['api', 'gateway', 'worker'])
      expect(compose.services[role]).toMatchObject({
        command: expect.arrayContaining(['--role', role, '--settings', '/etc/messox/messox.yaml']) as unknown,
        depends_on: { migrate: { condition: 'service_completed_successfully' } },
      });
    expect(compose.services.migrate).toMatchObject({
      restart: 'no',
      command: expect.arrayContaining(['--migrate']) as unknown,
    });
    expect(compose.services.nginx).not.toHaveProperty('depends_on');
  });

  it('is commented, and ends in a line', () => {
    for (const { content, path } of renderStack(stack)) {
      expect(content).toMatch(/\n$/);
      expect(content).not.toMatch(/undefined|NaN|\[object/);
      if (path !== 'rabbitmq/enabled_plugins') expect(content).toMatch(/^# Made by messox/);
    }
  });
});

describe('the stack', () => {
  it('listens where the settings say', () => {
    expect(composeOf(testStack()).services.nginx?.ports).toEqual([
      { target: 80, published: '80', host_ip: '0.0.0.0', protocol: 'tcp' },
      { target: 443, published: '443', host_ip: '0.0.0.0', protocol: 'tcp' },
    ]);
    expect(composeOf(testStack({ ...proxy, ports: { http: 8081 } })).services.nginx?.ports).toEqual([
      { target: 80, published: '8081', host_ip: '127.0.0.1', protocol: 'tcp' },
    ]);
  });

  it('holds neither database nor broker in the mode external', () => {
    const files = renderStack(testStack({}, {}, { mode: 'external' }));
    expect(files.some(({ path }) => /postgres|rabbitmq/.test(path))).toBe(false);
    const { secrets, services } = composeOf(testStack({}, {}, { mode: 'external' }));
    expect(Object.keys(services).sort()).toEqual(['api', 'gateway', 'migrate', 'nginx', 'worker']);
    expect(Object.keys(secrets).sort()).toEqual(['amqp-url', 'app-api-key', 'database-url', 'token-key']);
  });

  it('keeps what is to be kept: certificates, database and broker with its host name', () => {
    expect(composeOf(testStack()).volumes).toEqual({ postgres: {}, rabbitmq: {}, acme: {} });
    const { postgres, rabbitmq } = composeOf(testStack(proxy)).services;
    expect(rabbitmq).toMatchObject({ hostname: 'rabbitmq' });
    expect(postgres?.volumes).toContainEqual({ type: 'volume', source: 'postgres', target: '/var/lib/postgresql' });
  });

  it('tells the server where it is reached, unless the settings do', () => {
    const urlOf = (stack: Stack) => composeOf(stack).services.api?.environment?.MESSOX_SERVER__PUBLIC_URL;
    expect(urlOf(testStack())).toBe('https://chat.example.org');
    expect(urlOf(testStack({ ports: { https: 8443 } }))).toBe('https://chat.example.org:8443');
    expect(urlOf(testStack({ ...proxy, ports: { http: 8080 } }))).toBe('https://chat.example.org');
    expect(urlOf(testStack({ domain: undefined, tls: { mode: 'off' }, ports: { http: 81 } }))).toBe(
      'http://localhost:81',
    );
    expect(urlOf(testStack({}, {}, { server: { publicUrl: 'https://other.example' } }))).toBeUndefined();
  });

  it('waits for a drain that takes longer than usual', () =>
    expect(composeOf(testStack({}, {}, { limits: { drainMs: 90_000 } })).services.gateway).toMatchObject({
      stop_grace_period: '105s',
    }));

  it('installs the server of its own version, or from tarballs', () => {
    expect(contentOf(testStack(), 'Dockerfile')).toContain(
      'npm install --omit=dev --ignore-scripts --no-audit --no-fund @messox/server@1.2.3',
    );
    const own = testStack({}, { tarballs: ['messox-protocol-1.2.3.tgz', 'messox-server-1.2.3.tgz'], hasModules: true });
    expect(contentOf(own, 'Dockerfile')).toContain(
      './packages/messox-protocol-1.2.3.tgz ./packages/messox-server-1.2.3.tgz',
    );
    expect(contentOf(own, 'Dockerfile')).toContain('COPY modules/ ./modules/');
    for (const service of ['api', 'gateway', 'worker', 'migrate'])
      expect(composeOf(own).services[service]?.command).toEqual(
        expect.arrayContaining(['--settings', '/etc/messox/messox.yaml', '--modules', '/app/modules']),
      );
    expect(contentOf(own, '.dockerignore')).toMatch(/^\*\n!packages\n!modules$/m);
    expect(contentOf(testStack(), 'Dockerfile')).toMatch(/^USER 10001:10001$/m);
  });

  it('leads nginx to all replicas of a role, and tells it what the settings say', () => {
    const site = contentOf(testStack({ ports: { https: 8443 }, limits: { bodyMb: 3 } }), 'nginx/messox.conf');
    expect(site).toContain('server api:8080 resolve');
    expect(site).toContain('server gateway:8080 resolve');
    expect(site).toContain('server_name chat.example.org;');
    expect(site).toContain('https://$host:8443$request_uri');
    expect(site).toContain('client_max_body_size 3145728;');
    const own = contentOf(testStack({ tls: { mode: 'files', certificate: '/c', key: '/k' } }), 'nginx/messox.conf');
    expect(own).toMatch(/ssl_certificate_key '?\/run\/messox-tls\/key\.pem/);
    expect(contentOf(testStack(), 'nginx/nginx.conf')).toContain('/var/lib/messox-acme');
    expect(contentOf(testStack({ domain: undefined, tls: { mode: 'off' } }), 'nginx/messox.conf')).toContain(
      'localhost',
    );
  });

  it('makes files of the admin that compose can read', () => {
    const override = ownFiles.find(({ path }) => path === 'compose.override.yaml');
    expect(parse(override?.content ?? '')).toEqual({ services: {} });
  });
});

describe.each([
  [1_024, { api: 1, gateway: 1, worker: 1 }, true],
  [2_048, { api: 2, gateway: 2, worker: 1 }, false],
  [4_096, { api: 2, gateway: 2, worker: 1 }, false],
  [16_384, { api: 4, gateway: 4, worker: 2 }, false],
])('on a machine with %i MB, with %o', (machineMb, replicas, isTight) => {
  const stack = testStack({ replicas }, { machineMb });
  const budget = memoryBudget(stack);
  const settings = contentOf(stack, 'postgres/postgresql.conf');
  const mb = (name: string): number => Number(new RegExp(`^${name} = '(\\d+)MB'`, 'm').exec(settings)?.[1]);

  it('gives out no more than there is, or says so', () => {
    const processes = replicas.api + replicas.gateway + replicas.worker;
    const sum = budget.nginx + budget.postgres + budget.rabbitmq + processes * budget.server;
    expect(budget.isTight).toBe(isTight);
    if (!isTight) expect(sum).toBeLessThanOrEqual(machineMb);
  });

  it('sizes PostgreSQL to its part', () => {
    expect(mb('shared_buffers')).toBeLessThan(budget.postgres / 2);
    expect(mb('shared_buffers') + 10 * mb('work_mem') + mb('maintenance_work_mem')).toBeLessThan(budget.postgres);
    expect(settings).toContain(`max_connections = ${connectionLimit(stack)}`);
  });

  it('sizes RabbitMQ to its part', () => {
    const text = contentOf(stack, 'rabbitmq/rabbitmq.conf');
    const of = (name: string) => Number(new RegExp(`^${name}\\.absolute = (\\d+)MiB`, 'm').exec(text)?.[1]);
    expect(of('vm_memory_high_watermark')).toBeGreaterThanOrEqual(128);
    expect(of('vm_memory_high_watermark')).toBeLessThan(budget.rabbitmq);
    expect(of('disk_free_limit')).toBeGreaterThan(of('vm_memory_high_watermark'));
  });
});

describe('the connections of all processes', () => {
  it('are those of the pools, of replicas while they are replaced, and some more', () => {
    // (2 + 2 + 1 and 2 new ones) × (8 + 6), 4 for commands, 10 in reserve.
    expect(sumConnections(testStack())).toEqual({ perProcess: 14, processes: 7, max: 112 });
    expect(sumConnections(testStack({}, {}, { database: { connections: 20 } })).perProcess).toBe(26);
  });

  it('goes by memoryMb where it is set', () =>
    expect(memoryBudget(testStack({ memoryMb: 2_048 })).postgres).toBeLessThan(memoryBudget(testStack()).postgres));
});

describe('what RabbitMQ begins with', () => {
  it('holds the password as RabbitMQ hashes it, and not itself', () => {
    // From rabbitmq.com/docs/passwords: the password test12 with the salt 908DC60A.
    expect(hashPassword('test12', Buffer.from('908DC60A', 'hex'))).toBe(
      'kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR',
    );
    const text = rabbitmqDefinitions('hunter2', Buffer.alloc(4));
    expect(text).not.toContain('hunter2');
    expect(JSON.parse(text)).toMatchObject({
      users: [{ name: 'messox', tags: [] }],
      vhosts: [{ name: 'messox', default_queue_type: 'quorum' }],
      permissions: [{ user: 'messox', vhost: 'messox' }],
    });
  });
});

it.each([
  ['chat.example.org', '/x', 'messox-chat-example-org'],
  [undefined, 'My Chat!', 'messox-my-chat'],
  [undefined, '聊天', 'messox-server'],
  [`${'a'.repeat(39)}.b.org`, '', `messox-${'a'.repeat(39)}`],
])('names the project of %s in %s', (domain, folder, name) => expect(projectNameOf(domain, folder)).toBe(name));
