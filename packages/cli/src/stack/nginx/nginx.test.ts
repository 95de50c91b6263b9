import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faults } from '@messox/protocol';
import { freePort } from '@messox/server/testing';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { nginxFolder, nginxMissing, startNginx, testCertificate, testNginxes } from '../../testing/nginx.ts';
import { imageFeatures, type NginxOptions, renderNginx, type Tls, type Upstreams } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'messox-certificates-'));
const domain = 'chat.example.org';
let files: Tls;
beforeAll(async () => void (files = { mode: 'files', ...(await testCertificate(domain, folder)) }));
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(({ skip }) => {
  const missing = nginxMissing();
  skip(missing !== undefined, missing);
});

const fixed: Upstreams = {
  kind: 'static',
  api: ['127.0.0.1:3001', '127.0.0.1:3002'],
  gateway: ['127.0.0.1:3003', '[::1]:3004'],
};
const dns: Upstreams = {
  kind: 'dns',
  resolver: '127.0.0.11',
  api: { host: 'api', port: 8080 },
  gateway: { host: 'gateway', port: 8080 },
};

const options: NginxOptions = {
  layout: 'whole',
  domain,
  tls: { mode: 'off' },
  upstreams: fixed,
  ports: { http: 8090, https: 8443 },
  features: imageFeatures,
  heartbeatMs: 30_000,
  bodyBytes: 1_048_576,
  limits: { authPerMinute: 10, restPerSecond: 20, socketOpensPerSecond: 2, socketsPerAddress: 20 },
  allowedOrigins: [`https://${domain}`, `https://${'a-long-name.'.repeat(12)}it's.$example:8443/path`],
};

/** Addresses, with what of their bytes they are counted by. */
const networks: readonly (readonly [address: string, network: string])[] = [
  ['203.0.113.7', 'cb007107'],
  ['::ffff:203.0.113.7', 'cb007107'],
  ['::FFFF:cb00:7107', 'cb007107'],
  ['0:0:0:0:0:ffff:10.10.10.10', '0a0a0a0a'],
  ['2001:db8:1:2:3:4:5:6', '20010db800010002'],
  ['2001:0DB8:0001:0002::1', '20010db800010002'],
  ['2001:db8:1:3::1', '20010db800010003'],
  ['2001:db8::1', '20010db800000000'],
  ['2001:db8::1:2:3:4:5', '20010db800000001'],
  ['2001:db8:a0a:a0a:a0a:a0a:a0a:a0a', '20010db80a0a0a0a'],
  ['::1', '0000000000000000'],
  ['::', '0000000000000000'],
  ['::203.0.113.7', '0000000000000000'],
  ['64:ff9b::203.0.113.7', '0064ff9b00000000'],
  ['::1:ffff:203.0.113.7', '0000000000000000'],
  ['0:0:0:ffff:0:ffff:203.0.113.7', '000000000000ffff'],
];

const rendered = (more: Partial<NginxOptions>): string =>
  renderNginx({ ...options, ...more })
    .map(({ content }) => content)
    .join('\n');

const test = async (program: string, tried: NginxOptions, more: Readonly<Record<string, string>> = {}) => {
  const written = nginxFolder(tried, more);
  const { exitCode, stderr } = await execa(program, ['-t', '-e', written.errorLog, '-c', written.main], {
    reject: false,
  });
  written.remove();
  return { exitCode, complaints: stderr.split('\n').filter((line) => /\[(warn|error|alert|emerg)\]/.test(line)) };
};

describe.each(testNginxes())('nginx $version', ({ features, program, version }) => {
  const modes: [string, () => Tls][] = [
    ['files', () => files],
    ['proxy', () => ({ mode: 'proxy' })],
    ['off', () => ({ mode: 'off' })],
  ];
  const layouts: NginxOptions['layout'][] = ['whole', 'site'];
  const variants = modes.flatMap(([mode, tls]) => layouts.map((layout) => ({ mode, tls, layout })));

  it.each(variants)('takes the $layout with TLS mode $mode', async ({ layout, tls }) => {
    const more = { addresses: ['127.0.0.1', '[::1]'], challengeFolder: '/var/www/messox acme' };
    const result = await test(program, { ...options, ...more, features, layout, tls: tls() });
    expect(result).toEqual({ exitCode: 0, complaints: [] });
  });

  it.each(features.resolve ? [dns] : [])('takes replicas that are found by DNS', async (upstreams) => {
    expect(await test(program, { ...options, features, upstreams, tls: files })).toEqual({
      exitCode: 0,
      complaints: [],
    });
  });

  it('takes what the admin adds', async () => {
    const more = {
      'http.d/own.conf': 'map $host $own { default 1; }',
      'server.d/own.conf': 'location /own { return 200 $own; }',
    };
    expect(await test(program, { ...options, features, tls: files }, more)).toEqual({ exitCode: 0, complaints: [] });
    const wrong = { 'server.d/own.conf': 'nonsense;' };
    expect((await test(program, { ...options, features, tls: files }, wrong)).complaints).toEqual([
      expect.stringContaining('unknown directive "nonsense"'),
    ]);
  });

  it('takes the longest name that there can be', async () => {
    const longest = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
    expect(await test(program, { ...options, features, domain: longest })).toEqual({ exitCode: 0, complaints: [] });
  });

  it('counts IPv6 by what one subscriber has, and IPv4 by the address', async () => {
    const port = await freePort();
    const own = 'location = /network { return 200 $messox_network; }';
    const ports = { http: port, https: await freePort(), live: await freePort() };
    const nginx = await startNginx(
      { program, version, features },
      { ...options, features, ports, addresses: ['127.0.0.1'], trustedProxies: ['127.0.0.1'] },
      { 'server.d/own.conf': own },
    );
    for (const [address, network] of networks) {
      const headers = { 'X-Forwarded-For': address };
      const answer = await fetch(`http://127.0.0.1:${port}/network`, { headers });
      expect([address, Buffer.from(await answer.arrayBuffer()).toString('hex')]).toEqual([address, network]);
    }
    await nginx.stop();
  });

  it('takes two servers on one machine', async () => {
    const site = { ...options, features, layout: 'site', tls: files } as const;
    const [other] = renderNginx({ ...site, domain: 'talk.of-the-whole-family.example.net' });
    expect(await test(program, site, { 'site/other.conf': other?.content ?? '' })).toEqual({
      exitCode: 0,
      complaints: [],
    });
  });
});

describe('what is rendered', () => {
  it('asks Let’s Encrypt, or its test service, and keeps apart what they answer', () => {
    const acme = (staging: boolean) =>
      rendered({ upstreams: dns, tls: { mode: 'acme', email: 'ana@example.org', staging } });
    expect(acme(false)).toContain('uri https://acme-v02.api.letsencrypt.org/directory;');
    expect(acme(false)).toContain("state_path '/var/lib/messox-acme/production';");
    expect(acme(true)).toContain('uri https://acme-staging-v02.api.letsencrypt.org/directory;');
    expect(acme(true)).toContain("state_path '/var/lib/messox-acme/staging';");
    expect(acme(true)).toContain("contact 'ana@example.org';");
  });

  it('is refused where the nginx cannot do it', () => {
    const without = (lacking: Partial<typeof imageFeatures>) => ({ features: { ...imageFeatures, ...lacking } });
    expect(() => rendered({ upstreams: dns, ...without({ resolve: false }) })).toThrow('DNS');
    expect(() => rendered({ upstreams: dns, tls: { mode: 'acme' }, ...without({ acmeModule: false }) })).toThrow(
      'module',
    );
    expect(() => rendered({ tls: { mode: 'acme' } })).toThrow('DNS');
  });

  it('lets a socket be silent for two and a half heartbeats', () => {
    expect(rendered({ heartbeatMs: 20_000 })).toContain('proxy_read_timeout 50000ms;');
  });

  it('believes X-Forwarded-For of nobody, of private networks behind a proxy, or of those that are named', () => {
    const believed = (more: Partial<NginxOptions>) =>
      [...rendered(more).matchAll(/set_real_ip_from (.*);/g)].map(([, it]) => it);
    expect(believed({ tls: files })).toEqual([]);
    expect(believed({ tls: { mode: 'proxy' } })).toContain('172.16.0.0/12');
    expect(believed({ tls: files, trustedProxies: ['198.51.100.0/24'] })).toEqual(['198.51.100.0/24']);
  });

  it('refuses as the API does', () => {
    const bodies = [...rendered({}).matchAll(/return (\d+) '(\{.*\})';/g)].map(
      ([, status, body = '']) =>
        [Number(status), JSON.parse(body) as { code: keyof typeof faults; status: number }] as const,
    );
    expect(bodies.length).toBeGreaterThan(6);
    for (const [status, { code, status: told }] of bodies)
      expect([status, told]).toEqual([faults[code].status, faults[code].status]);
  });
});
