import { describe, expect, it } from 'vitest';
import { settingsSchema } from './settings.ts';

const schema = settingsSchema([]);
const problemsOf = (input: unknown): string[] =>
  (schema.safeParse(input).error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);
const compose = (deploy: object) => problemsOf({ mode: 'compose', deploy });
const tls = { mode: 'proxy' };

describe('the settings of a deployment', () => {
  it('are none that any other mode needs', () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ mode: 'external' })).toEqual([]);
  });

  it('have defaults for all but name and e-mail address', () => {
    const { deploy } = schema.parse({
      mode: 'compose',
      deploy: { domain: 'chat.example.org', tls: { email: 'ana@example.org' } },
    });
    expect(deploy).toMatchObject({
      tls: { mode: 'acme', staging: false },
      ports: { http: 80, https: 443 },
      replicas: { api: 2, gateway: 2, worker: 1 },
      limits: { bodyMb: 1 },
    });
    expect(deploy.memoryMb).toBeUndefined();
  });

  it('name what acme needs', () => {
    expect(compose({})).toEqual([
      'deploy.domain is missing; deploy.tls.mode acme needs it',
      'deploy.tls.email is missing; deploy.tls.mode acme needs it',
    ]);
    expect(problemsOf({ deploy: { domain: 'chat.example.org' } })).toEqual([
      'deploy.tls.email is missing; deploy.tls.mode acme needs it',
    ]);
    expect(compose({ domain: 'chat', tls: { email: 'ana@example.org' } })).toEqual([
      "deploy.domain chat is no name that Let's Encrypt gives a certificate for",
    ]);
  });

  it('name what files need, both of them', () => {
    const domain = 'chat.example.org';
    expect(compose({ domain, tls: { mode: 'files', key: '/etc/key.pem' } })).toEqual([
      'deploy.tls.certificate is missing; deploy.tls.mode files needs it',
    ]);
    expect(compose({ domain, tls: { mode: 'files' } })).toHaveLength(2);
    expect(compose({ domain, tls: { mode: 'files', certificate: 'a b.pem', key: 'k.pem' } })).toEqual([]);
  });

  it('need a name behind a proxy and none without TLS', () => {
    expect(compose({ tls })).toEqual(['deploy.domain is missing; deploy.tls.mode proxy needs it']);
    expect(compose({ tls: { mode: 'off' } })).toEqual([]);
  });

  it.each(['chat.example.org', 'localhost', 'a.b-c.d', 'xn--conversa-9za.example', '1.2.3.org'])('take %s', (domain) =>
    expect(compose({ domain, tls })).toEqual([]),
  );

  it.each([
    'https://chat.example.org',
    'chat.example.org/',
    'Chat.example.org',
    'chat.example.org.',
    '-a.org',
    'a-.org',
    'a..org',
    '10.0.0.1',
    'a b.org',
    'a.org;',
    'conversação.org',
    `${'a'.repeat(64)}.org`,
    '',
  ])('refuse %j as a name', (domain) => expect(compose({ domain, tls })).not.toEqual([]));

  it.each([
    [{ ports: { http: 0 } }],
    [{ ports: { https: 65_536 } }],
    [{ replicas: { api: 0 } }],
    [{ bind: 'chat.example.org' }],
    [{ images: { node: 'node\n  privileged: true' } }],
    [{ images: { node: '$HOME' } }],
    [{ memoryMb: 100 }],
    [{ tls: { mode: 'files', certificate: '/a;b', key: '/k' } }],
    [{ tls: { mode: 'files', certificate: '/a${X}', key: '/k' } }],
    [{ tls: { mode: 'tls' } }],
    [{ domian: 'x' }],
  ])('refuse %j', (deploy) => expect(compose({ domain: 'chat.example.org', tls, ...deploy })).not.toEqual([]));
});
