import { describe, expect, it } from 'vitest';
import type { Arrival } from '../../arrival/index.ts';
import { judgeArrivals } from './arrival.ts';
import { askAuthority, judgeAuthority } from './authority.ts';
import { judgeCaa } from './caa.ts';
import { judgeCertificate } from './certificate.ts';
import { judgeSeen, type SeenFacts } from './client-address.ts';
import { judgeName, judgeName6, type NameFacts } from './dns.ts';
import { needsName, needsPublicName, softened } from './public-name.ts';

const facts = (ipv4: string[], ipv6: string[], own: string[], arrived: string[] = []): NameFacts => ({
  domain: 'chat.example.org',
  told: { ipv4, ipv6 },
  own,
  arrived,
});

describe('the addresses of the name', () => {
  it.each<[string, NameFacts, string, RegExp]>([
    ['that of the machine', facts(['203.0.113.5'], [], ['203.0.113.5']), 'ok', /is 203\.0\.113\.5$/],
    ['another', facts(['203.0.113.9'], [], ['203.0.113.5']), 'warn', /this machine is 203\.0\.113\.5/],
    ['one of a router', facts(['203.0.113.9'], [], ['10.0.0.4']), 'warn', /behind a router or NAT/],
    ['one of a router that arrives', facts(['203.0.113.9'], [], ['10.0.0.4'], ['203.0.113.9']), 'ok', /arrives here/],
    ['none', facts([], [], ['203.0.113.5']), 'fail', /no address/],
    ['IPv6 alone', facts([], ['2001:db8::5'], ['2001:db8::5']), 'warn', /no A record/],
  ])('%s', (_, given, status, why) => {
    const finding = judgeName(given);
    expect(finding).toMatchObject({ status, why: expect.stringMatching(why) as string });
    expect(finding.fix === undefined).toBe(status === 'ok');
  });

  it.each<[string, NameFacts, string, string, RegExp]>([
    ['none', facts(['203.0.113.5'], [], []), '0.0.0.0', 'ok', /no AAAA record/],
    ['that of the machine', facts([], ['2001:db8::5'], ['2001:db8::5']), '::', 'ok', /2001:db8::5$/],
    [
      'one that nginx does not listen on',
      facts([], ['2001:db8::5'], ['2001:db8::5']),
      '0.0.0.0',
      'warn',
      /0\.0\.0\.0 only/,
    ],
    ['another', facts([], ['2001:db8::9'], ['2001:db8::5']), '::', 'warn', /leads to 2001:db8::9/],
    [
      'one, and the machine has none',
      facts([], ['2001:db8::9'], ['203.0.113.5']),
      '0.0.0.0',
      'warn',
      /no IPv6 address/,
    ],
  ])('of IPv6: %s', (_, given, bind, status, why) =>
    expect(judgeName6(given, bind)).toMatchObject({ status, why: expect.stringMatching(why) as string }),
  );
});

describe('a request to the public name', () => {
  const url = 'http://chat.example.org';
  const here: Arrival = { kind: 'here', asked: '203.0.113.5', url, seen: undefined };
  const cdn: Arrival = {
    kind: 'elsewhere',
    asked: '203.0.113.9',
    url,
    answer: { status: 403, body: '', server: 'cloudflare', date: undefined },
  };

  it('that arrived by both families is well', () =>
    expect(judgeArrivals([here, { ...here, asked: '2001:db8::5' }])).toMatchObject({ status: 'ok' }));

  it('that another answered names who', () =>
    expect(judgeArrivals([here, cdn])).toMatchObject({
      status: 'warn',
      why: expect.stringContaining('answered (403 by cloudflare), but not here') as string,
    }));

  it('that nobody answered is a warning, with what looks from elsewhere', () => {
    const finding = judgeArrivals([{ kind: 'nowhere', asked: '2001:db8::5', url, code: 'ETIMEDOUT' }]);
    expect(finding).toMatchObject({ status: 'warn', why: expect.stringContaining('a firewall') as string });
    expect(finding.fix).toContain('curl -sv -o /dev/null -6 http://chat.example.org');
  });
});

it.each<[string, Partial<SeenFacts>, string]>([
  ['itself', { seen: [{ asked: '203.0.113.5', as: '203.0.113.5' }] }, 'ok'],
  ['the address that NAT gives it', { seen: [{ asked: '203.0.113.9', as: '203.0.113.9' }] }, 'ok'],
  ['the router of its network', { seen: [{ asked: '203.0.113.9', as: '192.168.1.1' }] }, 'ok'],
  ['the gateway of Docker', { seen: [{ asked: '2001:db8::5', as: '172.18.0.1' }] }, 'warn'],
  ['a CDN', { seen: [{ asked: '198.51.100.1', as: '198.51.100.77' }] }, 'warn'],
])('the server that sees this machine as %s: %#', (_, given, status) =>
  expect(judgeSeen({ seen: [], own: ['203.0.113.5'], gateways: ['172.18.0.1'], tls: 'acme', ...given }).status).toBe(
    status,
  ),
);

it.each<[string, string[] | undefined, string]>([
  ['no record', undefined, 'ok'],
  ['the authority', ['letsencrypt.org'], 'ok'],
  ['another one, too', ['ca.example', 'LetsEncrypt.org'], 'ok'],
  ['another one alone', ['ca.example'], 'fail'],
  ['nobody', [';'], 'fail'],
  ['the authority by DNS alone', ['letsencrypt.org; validationmethods=dns-01'], 'fail'],
  ['the authority by HTTP', ['letsencrypt.org; validationmethods=dns-01,http-01'], 'ok'],
])('CAA that permits %s: %#', (_, issuers, status) =>
  expect(
    judgeCaa(issuers && { at: 'example.org', records: issuers.map((issue) => ({ critical: 0, issue })) }).status,
  ).toBe(status),
);

it('CAA records about wildcards alone do not count', () =>
  expect(judgeCaa({ at: 'example.org', records: [{ critical: 0, issuewild: 'ca.example' }] as never }).status).toBe(
    'ok',
  ));

describe('the certificate', () => {
  const good = {
    subject: 'chat.example.org',
    issuer: "Let's Encrypt",
    covers: true,
    fingerprint: 'AA:01',
    daysLeft: 60,
    expiresAt: '2026-06-01T00:00:00.000Z',
  };
  it.each([
    ['good', good, 'ok'],
    ['signed by its owner', { ...good, issuer: '' }, 'ok'],
    ['for tests', { ...good, issuer: "(STAGING) Let's Encrypt" }, 'warn'],
    ['near its end', { ...good, daysLeft: 5 }, 'warn'],
    ['past its end', { ...good, daysLeft: -1 }, 'fail'],
    ['for another name', { ...good, covers: false }, 'fail'],
    ['missing', undefined, 'fail'],
  ])('that is %s: %#', (_, given, status) => {
    for (const tls of ['acme', 'files'] as const)
      expect(judgeCertificate(given, { domain: 'chat.example.org', tls }).status).toBe(status);
  });
  it.each([
    ['AA:01', {}, 'ok', undefined],
    ['BB:02', {}, 'warn', 'messox restart'],
    ['BB:02', { daysLeft: -1 }, 'fail', 'messox restart'],
    ['AA:01', { daysLeft: -1 }, 'fail', 'Renew it'],
  ])('of the file has the fingerprint %s, that of nginx AA:01 %j: %s', (given, facts, status, fix) => {
    const finding = judgeCertificate({ ...good, ...facts }, { domain: 'chat.example.org', tls: 'files', given });
    expect(finding).toMatchObject({
      status,
      ...(fix === undefined ? {} : { fix: expect.stringContaining(fix) as string }),
    });
  });
});

it.each([
  [0, 200, 'ok'],
  [-29_000, 200, 'ok'],
  [45_000, 200, 'warn'],
  [-45_000, 200, 'warn'],
  [0, 503, 'warn'],
])('a clock %d ms away from that of the authority, which answers %d: %s', (ms, status, expected) =>
  expect(judgeAuthority({ status, date: 1e12 }, 1e12 + ms, 'ca.example').status).toBe(expected),
);

describe('what is outside of the machine', () => {
  const stackOf = (domain: string | undefined, mode: string) =>
    ({ stack: { settings: { deploy: { domain, tls: { mode } } } } }) as unknown as Parameters<typeof needsName>[0];

  it.each([
    ['chat.example.org', 'acme', 'up', undefined],
    ['chat.example.org', 'proxy', 'doctor', undefined],
    ['chat.example.org', 'files', 'up', 'no certificate is to be asked for'],
    ['localhost', 'off', 'doctor', 'the server is for this machine alone'],
    ['chat.lan', 'files', 'doctor', 'the internet does not know chat.lan'],
  ] as const)('for %s with TLS %s, at %s', (domain, mode, occasion, reason) =>
    expect(needsPublicName(stackOf(domain, mode), { occasion })).toBe(reason),
  );

  it('keeps nothing from starting', () => {
    const finding = { status: 'fail', why: 'no address' } as const;
    expect(softened(finding, { occasion: 'up' }).status).toBe('warn');
    expect(softened(finding, { occasion: 'doctor' }).status).toBe('fail');
  });
});

it('an authority is asked for its time', async () => {
  const { createServer } = await import('node:http');
  const server = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  try {
    const { date = 0, status } = await askAuthority(`http://127.0.0.1:${port}/directory`);
    expect(status).toBe(200);
    expect(date).toBeGreaterThan(Date.parse('2025-01-01'));
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
