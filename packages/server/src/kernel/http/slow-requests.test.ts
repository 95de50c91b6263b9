import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  capturedLog,
  httpLines,
  rawConnection,
  startTestServer,
  statusOf,
  type TestServer,
} from '../../testing/index.ts';

const { lines, log } = capturedLog();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ log, limits: { headersTimeoutMs: 300, requestTimeoutMs: 900 } });
});
afterAll(() => server.stop());

const head = ['POST /api/v1/auth/login HTTP/1.1', 'Host: x', 'Content-Type: application/json'];

describe('a request that comes too slowly', () => {
  it.each([
    ['with not one byte', ''],
    ['with half of its first line', 'GET /hea'],
    ['with headers that never end', 'GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: y'],
  ])('%s is given up', async (_, start) => {
    const connection = rawConnection(server.port, start);
    // One header a moment, for ever: the time is that of all of them together.
    const drip = setInterval(() => connection.socket.write(start === '' ? '' : 'y'), 50);
    expect([0, 408]).toContain(statusOf(await connection.closed));
    clearInterval(drip);
  });

  it.each([
    ['of an announced length', httpLines(...head, 'Content-Length: 500'), ' '],
    ['in chunks', httpLines(...head, 'Transfer-Encoding: chunked'), '1\r\n \r\n'],
  ])('with a body %s is given up, and is no failure of the server', async (_, start, part) => {
    const connection = rawConnection(server.port, start);
    const drip = setInterval(() => connection.socket.write(part), 50);
    expect([0, 408]).toContain(statusOf(await connection.closed));
    clearInterval(drip);
    expect(lines().filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('is no failure of the server when the client goes away in the middle of it', async () => {
    const logins = () => lines().filter(({ path }) => path === '/api/v1/auth/login');
    const before = logins().length;
    const connection = rawConnection(server.port, httpLines(...head, 'Content-Length: 500', 'Expect: 100-continue'));
    await expect.poll(() => statusOf(connection.text())).toBe(100);
    connection.socket.write('{"username":');
    connection.socket.destroy();
    await expect.poll(() => logins().length, { timeout: 5_000 }).toBe(before + 1);
    expect(lines().filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  });

  it('keeps no other waiting', async () => {
    const slow = Array.from({ length: 50 }, () => rawConnection(server.port, 'GET /healthz HTTP/1.1\r\nX-Slow: y'));
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    await Promise.all(slow.map(({ closed }) => closed));
  });
});
