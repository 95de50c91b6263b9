import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { makeAuthority } from '../commands/verify/certificates.test.fixture.ts';
import { readCertificate } from './certificate.ts';

it('reads a certificate that nobody trusts, and tells whether it is for the name', async () => {
  const authority = await makeAuthority();
  onTestFinished(() => authority.remove());
  const server = createTls(await authority.issue({ name: 'chat.example.org' })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const facts = await readCertificate('127.0.0.1', port, 'chat.example.org');
  expect(facts).toMatchObject({ subject: 'chat.example.org', issuer: 'root of a test', covers: true });
  expect(facts?.daysLeft).toBeGreaterThan(27);
  expect(await readCertificate('127.0.0.1', port, 'other.example.org')).toMatchObject({ covers: false });
});

it('finds none where there is no TLS, and none where nobody listens', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).resume();
    socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  expect(await readCertificate('127.0.0.1', port, 'localhost')).toBeUndefined();
  server.close();
  await once(server, 'close');
  expect(await readCertificate('127.0.0.1', port, 'localhost')).toBeUndefined();
});
