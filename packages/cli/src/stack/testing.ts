import { settingsSchema } from '../project/schema.ts';
import type { Stack, StackFacts } from './stack.ts';

/** A stack with these settings below `deploy`, and the rest as it is by default. */
export const testStack = (deploy: object = {}, facts: Partial<StackFacts> = {}, more: object = {}): Stack => ({
  settings: settingsSchema.parse({
    mode: 'compose',
    deploy: { domain: 'chat.example.org', tls: { mode: 'acme', email: 'ana@example.org' }, ...deploy },
    ...more,
  }),
  facts: {
    project: 'messox-chat-example-org',
    version: '1.2.3',
    machineMb: 4_096,
    tarballs: [],
    hasModules: false,
    hasNpmrc: false,
    ...facts,
  },
});

const proxy = { tls: { mode: 'proxy' } };

/** A stack of each kind that settings and folder can make. */
export const stackVariants: readonly (readonly [name: string, stack: Stack])[] = [
  ['acme', testStack()],
  [
    'acme for a trial',
    testStack({ tls: { mode: 'acme', email: 'ana@example.org', staging: true }, ports: { http: 8080, https: 8443 } }),
  ],
  ['files', testStack({ tls: { mode: 'files', certificate: 'tls/my chain.pem', key: '/etc/ssl/key.pem' } })],
  ['proxy', testStack({ ...proxy, bind: '10.0.0.5', ports: { http: 8080 } })],
  ['proxy by IPv6', testStack({ ...proxy, bind: '::1' })],
  ['off', testStack({ domain: undefined, tls: { mode: 'off' } })],
  ['external', testStack({}, {}, { mode: 'external' })],
  [
    'external without TLS',
    testStack({ tls: { mode: 'off' } }, {}, { mode: 'external', server: { publicUrl: 'https://a.example' } }),
  ],
  ['tarballs', testStack(proxy, { tarballs: ['messox-server-1.2.3.tgz'], hasModules: true, hasNpmrc: true })],
  ['many replicas', testStack({ replicas: { api: 50, gateway: 50, worker: 50 }, memoryMb: 512 })],
  ['much memory', testStack({ replicas: { api: 9, gateway: 20, worker: 3 } }, { machineMb: 65_536 })],
  ['a long drain', testStack({}, {}, { limits: { drainMs: 90_000 } })],
];
