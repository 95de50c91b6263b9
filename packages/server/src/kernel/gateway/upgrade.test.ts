import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  clientFrame,
  closeCodeOf,
  httpLines,
  rawConnection,
  rawHttp,
  rawSocket,
  startTestServer,
  statusOf,
  type TestServer,
  type TestUser,
  testSocket,
  upgradeRequest,
} from '../../testing/index.ts';

let server: TestServer;
let ana: TestUser;
beforeAll(async () => {
  server = await startTestServer({
    limits: { socketsPerAddress: 20 },
    server: {
      allowedOrigins: ['https://chat.example', 'http://localhost:3000'],
      publicUrl: 'https://public.example/chat',
    },
  });
  ana = await server.user('ana');
});
afterAll(() => server.stop());

const ws = (path = '/ws') => `ws://127.0.0.1:${server.port}${path}`;
const problemOf = (answer: string) =>
  JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as { code: string; status: number };

/** The answer to an upgrade; a socket that was opened is closed. */
const upgrade = async (target: string, ...headers: string[]): Promise<string> => {
  const connection = rawConnection(server.port, upgradeRequest(target, ...headers));
  connection.socket.write(clientFrame('', { opcode: 8 }));
  return connection.closed;
};

describe('an upgrade', () => {
  it('chooses our subprotocol when it is offered among others', async () => {
    const answer = await upgrade('/ws', 'Sec-WebSocket-Protocol: soap, messox.v1, mqtt');
    expect(statusOf(answer)).toBe(101);
    expect(answer).toMatch(/\r\nSec-WebSocket-Protocol: messox\.v1\r\n/);
  });

  it('needs no subprotocol', async () => {
    const answer = await upgrade('/ws?what=ever');
    expect(statusOf(answer)).toBe(101);
    expect(answer).not.toContain('Sec-WebSocket-Protocol');
  });

  it('never compresses, whatever is offered', async () => {
    const answer = await upgrade('/ws', 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits');
    expect(statusOf(answer)).toBe(101);
    expect(answer).not.toContain('Sec-WebSocket-Extensions');
  });

  it.each<[string, number, string, string, string[]]>([
    ['of an unknown subprotocol', 400, 'invalid_header', '/ws', ['Sec-WebSocket-Protocol: messox.v2']],
    ['of a subprotocol that is none', 400, 'invalid_header', '/ws', ['Sec-WebSocket-Protocol: messox.v1, ,']],
    ['of a path that is no socket', 404, 'not_found', '/api/v1/users/me', []],
    ['of an unknown path', 404, 'not_found', '/nothing', []],
    ['of a path like ours', 404, 'not_found', '/ws/', []],
    ['of another spelling of our path', 404, 'not_found', '/%77s', []],
    ['of our path on another host', 404, 'not_found', '//elsewhere.example/ws', []],
    ['of no path', 404, 'not_found', '//', []],
    ['of NUL', 404, 'not_found', '/%00', []],
    ['with a token that is none', 401, 'unauthenticated', '/ws', ['Authorization: Bearer nonsense']],
    ['with another way of authorization', 401, 'unauthenticated', '/ws', ['Authorization: Basic YW5hOng=']],
    ['with two tokens', 401, 'unauthenticated', '/ws', ['Authorization: Bearer a', 'Authorization: Bearer b']],
    ['with a second key', 400, 'invalid_header', '/ws', ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']],
    ['from a page of elsewhere', 403, 'origin_not_allowed', '/ws', ['Origin: https://evil.example']],
    ['from a page without an origin', 403, 'origin_not_allowed', '/ws', ['Origin: null']],
    ['from an empty origin', 403, 'origin_not_allowed', '/ws', ['Origin: ']],
    [
      'from an allowed origin and more',
      403,
      'origin_not_allowed',
      '/ws',
      ['Origin: https://chat.example.evil.example'],
    ],
    ['from an allowed host with another scheme', 403, 'origin_not_allowed', '/ws', ['Origin: http://chat.example']],
    ['from an allowed host with another port', 403, 'origin_not_allowed', '/ws', ['Origin: https://chat.example:444']],
    ['from a user at an allowed host', 403, 'origin_not_allowed', '/ws', ['Origin: https://x@chat.example']],
    [
      'from two origins',
      403,
      'origin_not_allowed',
      '/ws',
      ['Origin: https://chat.example', 'Origin: https://evil.example'],
    ],
  ])('%s is refused', async (_, status, code, target, headers) => {
    const answer = await rawHttp(server.port, upgradeRequest(target, ...headers));
    expect(answer).toMatch(/\r\nContent-Type: application\/problem\+json\r\n/);
    expect(problemOf(answer)).toMatchObject({ status, code });
    expect(statusOf(answer)).toBe(status);
  });

  it.each([
    ['its own', 'Origin: http://localhost'],
    ['its own behind TLS', 'Origin: https://localhost'],
    ['a listed one', 'Origin: https://chat.example'],
    ['a listed one with a port', 'Origin: http://localhost:3000'],
    ['the public one', 'Origin: https://public.example'],
  ])('from %s is allowed', async (_, header) => expect(statusOf(await upgrade('/ws', header))).toBe(101));

  it.each([
    ['without a key', ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']],
    [
      'of an old version',
      [
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 7',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ],
    ],
  ])('%s is refused as a handshake that it is not', async (_, headers) => {
    const answer = await rawHttp(server.port, httpLines('GET /ws HTTP/1.1', 'Host: localhost', ...headers));
    expect(problemOf(answer)).toMatchObject({ status: 400, code: 'invalid_header' });
    expect(answer).toMatch(/\r\nSec-WebSocket-Version: 13\r\n/);
  });

  it('to something else says what this server speaks', async () => {
    const headers = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA'];
    const answer = await rawHttp(server.port, httpLines('GET /healthz HTTP/1.1', 'Host: localhost', ...headers));
    expect(problemOf(answer)).toMatchObject({ status: 426, code: 'upgrade_required' });
    expect(answer).toMatch(/\r\nUpgrade: websocket\r\n/);
  });

  it('is for GET alone', async () => {
    const answer = await rawHttp(server.port, upgradeRequest('/ws').replace('GET', 'POST'));
    expect(problemOf(answer)).toMatchObject({ code: 'invalid_header' });
  });

  it('that is refused leaves no connection behind, though the client keeps its side open', async () => {
    const connection = rawConnection(server.port, upgradeRequest('/nothing'));
    expect(statusOf(await connection.closed)).toBe(404);
  });
});

describe('who a socket is', () => {
  it('may be said by the upgrade, and hello then needs no token', async () => {
    const socket = await testSocket(ws(), { Authorization: `Bearer ${ana.accessToken}` });
    expect(await socket.hello({})).toMatchObject({ user: { id: ana.id } });
    await socket.close();
  });

  it('is what hello says when both say something', async () => {
    const bruno = await server.user('bruno');
    const socket = await testSocket(ws(), { Authorization: `Bearer ${ana.accessToken}` });
    expect(await socket.hello({ token: bruno.accessToken })).toMatchObject({ user: { id: bruno.id } });
    await socket.close();
  });

  it('is nobody any more when the session ended between the upgrade and hello', async () => {
    const phone = await server.login(ana);
    const socket = await testSocket(ws(), { Authorization: `Bearer ${phone.accessToken}` });
    await phone.call('POST', '/api/v1/auth/logout');
    // A moment later every process knows.
    await expect.poll(async () => (await phone.call('GET', '/api/v1/users/me')).status).toBe(401);
    expect((await socket.request('hello', {})).error?.code).toBe('unauthenticated');
    await socket.close();
  });
});

describe('the number of sockets', () => {
  const fill = async (headers: string[] = []): Promise<string> => {
    const open = await Promise.all(Array.from({ length: 20 }, () => rawSocket(server.port, '/ws', ...headers)));
    const answer = await rawHttp(server.port, upgradeRequest('/ws', 'X-Forwarded-For: 198.51.100.77'));
    for (const { socket } of open) socket.destroy();
    await Promise.all(open.map(({ closed }) => closed));
    return answer;
  };

  it('of one address is bounded, and what a client says of its address does not count', async () => {
    const answer = await fill();
    expect(problemOf(answer)).toMatchObject({ status: 429, code: 'too_many_sessions' });
    expect(answer).toMatch(/\r\nRetry-After: 10\r\n/);
    // Closed sockets make room again.
    await expect.poll(async () => statusOf(await upgrade('/ws'))).toBe(101);
  });

  it('goes by the address that a trusted proxy gives', async () => {
    const behind = await startTestServer({
      database: server.database,
      limits: { socketsPerAddress: 1 },
      server: { trustedProxies: 1 },
    });
    const from = (address: string) => rawSocket(behind.port, '/ws', `X-Forwarded-For: 10.9.9.9, ${address}`);
    const [one, two] = [await from('198.51.100.1'), await from('198.51.100.2')];
    await expect(from('198.51.100.1')).rejects.toThrow('too_many_sessions');
    one.socket.destroy();
    two.socket.destroy();
    await behind.stopServer();
  });

  it('of one user is bounded', async () => {
    const few = await startTestServer({ database: server.database, limits: { sessionsPerUser: 2 } });
    const open = () => testSocket(`ws://127.0.0.1:${few.port}/ws`);
    const [one, two, three] = [await open(), await open(), await open()];
    await one.hello({ token: ana.accessToken });
    await two.hello({ token: ana.accessToken });
    expect((await three.request('hello', { token: ana.accessToken })).error).toMatchObject({
      code: 'too_many_sessions',
      details: { retryAfterMs: 10_000 },
    });
    await one.close();
    await three.until('room', () => few.port || undefined);
    await expect.poll(async () => (await three.request('hello', { token: ana.accessToken })).ok).toBe(true);
    await few.stopServer();
    expect(await two.closed).toBe(4503);
  });
});

describe('hello', () => {
  it('must come in time', async () => {
    const hasty = await startTestServer({ database: server.database, limits: { helloTimeoutMs: 200 } });
    const [silent, wrong] = [await rawSocket(hasty.port), await rawSocket(hasty.port)];
    wrong.socket.write(clientFrame(JSON.stringify({ id: 1, op: 'hello', data: { token: 'x' } })));
    expect(closeCodeOf(await silent.closed)).toBe(4401);
    expect(closeCodeOf(await wrong.closed)).toBe(4401);
    await hasty.stopServer();
  });
});

describe('a page of another origin', () => {
  const ask = (path: string, init: RequestInit) => fetch(server.url + path, init);

  it('may call the API when it is listed, and read its faults', async () => {
    const response = await ask('/api/v1/users/me', { headers: { Origin: 'https://chat.example' } });
    expect(response.status).toBe(401);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://chat.example');
    const preflight = await ask('/api/v1/users/me', {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://chat.example',
        'Access-Control-Request-Method': 'PATCH',
        'Access-Control-Request-Headers': 'authorization,content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/authorization/i);
  });

  it('is given nothing when it is not', async () => {
    for (const origin of ['https://evil.example', 'null']) {
      const response = await ask('/api/v1/users/me', { headers: { Origin: origin } });
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});
