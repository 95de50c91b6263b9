import { once } from 'node:events';
import { createServer as createPlain, type Server } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { emptyFolder, messox } from '../../testing/messox.ts';
import { type Authority, makeAuthority } from './certificates.test.fixture.ts';
import type { Finding } from './finding.ts';

let authority: Authority;
beforeAll(async () => (authority = await makeAuthority()));
afterAll(() => authority.remove());

const listen = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
};

/** Answers as a server of messox that is ready does, and refuses sockets. */
const answer: Parameters<typeof createPlain>[1] = (_, response) => response.end('{"database":"ok"}');

const secure = async (options: ServerOptions): Promise<string> =>
  `https://localhost:${await listen(createServer(options, answer))}`;

/** What is found at an address by a process that knows the test's root. */
const look = async (url: string, { trusts = true } = {}): Promise<Finding> => {
  const dir = await emptyFolder();
  const env: Record<string, string> = trusts ? { NODE_EXTRA_CA_CERTS: authority.file } : {};
  const { exitCode, stderr, stdout } = await messox(['verify', url, '--json'], { dir, env });
  expect(exitCode, stderr).toBe(3);
  const { checks } = JSON.parse(stdout) as { checks: Finding[] };
  return checks.find(({ id }) => id === 'reach') ?? { id: '', title: '', status: 'skip', why: 'nothing was found' };
};

describe('messox verify tells of an address', () => {
  it('nothing bad when the certificate is good', async () => {
    const { cert, key } = await authority.issue({ by: 'intermediate' });
    const url = await secure({ key, cert: cert + authority.intermediate });
    expect(await look(url)).toMatchObject({ status: 'ok', why: `${url} answers` });
  });

  it.each([
    ['has expired', { from: '20200101000000Z', to: '20200201000000Z' }, 'the certificate has expired', 'certbot renew'],
    [
      'is not valid yet',
      { from: '21000101000000Z', to: '21000201000000Z' },
      'the certificate is not valid yet',
      'timedatectl',
    ],
    ['is for another name', { name: 'chat.example.org' }, 'the certificate is for another name', 'for this name'],
    [
      'comes without the one between',
      { by: 'intermediate' },
      'the proxy does not send the whole chain of certificates',
      'fullchain.pem',
    ],
  ] as const)('that its certificate %s', async (_, options, why, fix) => {
    const url = await secure(await authority.issue(options));
    const found = await look(url);
    expect(found).toMatchObject({ status: 'fail', why: `${url}: TLS: ${why}` });
    expect(found.fix).toContain(fix);
  });

  it('that its certificate is signed by nobody but itself', async () => {
    const url = await secure(await authority.selfSigned());
    const found = await look(url);
    expect(found).toMatchObject({ status: 'fail', why: `${url}: TLS: the certificate is signed by nobody but itself` });
    expect(found.fix).toContain('NODE_EXTRA_CA_CERTS');
  });

  it('that nobody knows who signed its certificate', async () => {
    const { cert, key } = await authority.issue();
    const url = await secure({ key, cert: cert + authority.root });
    const found = await look(url, { trusts: false });
    expect(found).toMatchObject({
      status: 'fail',
      why: `${url}: TLS: the certificate is signed by an authority that this machine does not know`,
    });
    expect(found.fix).toContain('NODE_EXTRA_CA_CERTS');
  });

  it('that it has a TLS of another age', async () => {
    const { cert, key } = await authority.issue();
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const url = await secure({ key, cert, ...old });
    const found = await look(url);
    expect(found).toMatchObject({ status: 'fail', why: `${url}: TLS: the proxy speaks none that is new enough` });
    expect(found.fix).toContain('ssl_protocols');
  });

  it('that there is no TLS at its port, or TLS only', async () => {
    const plain = `https://localhost:${await listen(createPlain(answer))}`;
    expect(await look(plain)).toMatchObject({
      status: 'fail',
      why: `${plain}: TLS: there is no TLS at this port`,
      fix: 'Use http:// in the address, or the port of the proxy.',
    });
    const url = (await secure(await authority.issue())).replace('https:', 'http:');
    expect(await look(url)).toMatchObject({
      status: 'fail',
      why: `${url}: there is TLS at this port`,
      fix: 'Use https:// in the address.',
    });
  });

  it('that nothing listens there, or that it does not exist', async () => {
    const server = createPlain(answer);
    const url = `https://127.0.0.1:${await listen(server)}`;
    server.close();
    const found = await look(url);
    expect(found).toMatchObject({ status: 'fail', why: `${url}: nothing listens there` });
    expect(found.fix).toContain('Start the proxy');
    // Where there is no name server, it says that instead.
    expect((await look('https://nobody.invalid')).why).toMatch(/does not exist|name server does not answer/);
  });
});
