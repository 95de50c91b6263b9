import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capturedLog, httpLines, rawHttp, startTestServer, statusOf, type TestServer } from '../../testing/index.ts';

const { lines, log } = capturedLog();
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ log });
});
afterAll(() => server.stop());

/** Every refusal here is the client's fault, and the server's log says nothing of a failure. */
afterAll(() => expect(lines().filter(({ level }) => level === 'error')).toEqual([]));

const get = (target: string, ...headers: string[]) =>
  rawHttp(server.port, httpLines(`GET ${target} HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers));

const bodyOf = (answer: string): Record<string, unknown> =>
  JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as Record<string, unknown>;

describe('requests of which a proxy might think otherwise', () => {
  const smuggled = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
  const login = 'POST /api/v1/auth/login HTTP/1.1';
  const type = 'Content-Type: application/json';

  it.each<[string, string]>([
    ['two lengths', `${httpLines(login, 'Host: x', type, 'Content-Length: 2', 'Content-Length: 39')}{}${smuggled}`],
    ['a list of lengths', `${httpLines(login, 'Host: x', type, 'Content-Length: 2, 39')}{}${smuggled}`],
    ['a signed length', `${httpLines(login, 'Host: x', type, 'Content-Length: +2')}{}`],
    ['a negative length', `${httpLines(login, 'Host: x', type, 'Content-Length: -2')}{}`],
    ['a hexadecimal length', `${httpLines(login, 'Host: x', type, 'Content-Length: 0x2')}{}`],
    ['a length beyond numbers', `${httpLines(login, 'Host: x', type, 'Content-Length: 99999999999999999999')}{}`],
    [
      'a length and chunks',
      `${httpLines(login, 'Host: x', type, 'Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n${smuggled}`,
    ],
    [
      'chunks and a length',
      `${httpLines(login, 'Host: x', type, 'Transfer-Encoding: chunked', 'Content-Length: 4')}0\r\n\r\n${smuggled}`,
    ],
    ['an unknown encoding', `${httpLines(login, 'Host: x', type, 'Transfer-Encoding: xchunked')}0\r\n\r\n`],
    ['chunked that is not last', `${httpLines(login, 'Host: x', type, 'Transfer-Encoding: chunked, gzip')}0\r\n\r\n`],
    ['chunked twice over', `${httpLines(login, 'Host: x', type, 'Transfer-Encoding: chunked, identity')}0\r\n\r\n`],
    ['a space before the colon', `${httpLines(login, 'Host: x', type, 'Content-Length : 2')}{}`],
    ['a folded length', `${httpLines(login, 'Host: x', type, 'Content-Length:\r\n 2')}{}${smuggled}`],
    [
      'a size of a chunk that is no number',
      `${httpLines(login, 'Host: x', type, 'Transfer-Encoding: chunked')}zz\r\n{}\r\n0\r\n\r\n`,
    ],
    [
      'a negative size of a chunk',
      `${httpLines(login, 'Host: x', type, 'Transfer-Encoding: chunked')}-2\r\n{}\r\n0\r\n\r\n`,
    ],
    [
      'a chunk without its end',
      `${httpLines(login, 'Host: x', type, 'Transfer-Encoding: chunked')}2\r\n{}x\r\n0\r\n\r\n`,
    ],
    ['bare line feeds', `${login}\nHost: x\n${type}\nContent-Length: 2\n\n{}`],
    [
      'a bare carriage return in a header',
      `${httpLines(login, 'Host: x', 'X: a\rTransfer-Encoding: chunked', 'Content-Length: 2')}{}`,
    ],
    ['NUL in a header', `${httpLines(login, 'Host: x', 'X: a\0b', 'Content-Length: 2')}{}`],
    ['no host', httpLines('GET /healthz HTTP/1.1')],
    ['two hosts', httpLines('GET /healthz HTTP/1.1', 'Host: a', 'Host: b', 'Connection: close')],
    ['a host that is none', httpLines('GET /healthz HTTP/1.1', 'Host: a/b', 'Connection: close')],
    ['a header without a name', httpLines('GET /healthz HTTP/1.1', 'Host: x', ': y')],
    ['no version', 'GET /healthz\r\n\r\n'],
    ['an unknown version', httpLines('GET /healthz HTTP/3.7', 'Host: x')],
    ['an unknown method', httpLines('GETT /healthz HTTP/1.1', 'Host: x')],
    ['a space within the target', httpLines('GET /health z HTTP/1.1', 'Host: x')],
    ['a target that is no path', httpLines('GET healthz HTTP/1.1', 'Host: x', 'Connection: close')],
    ['no HTTP at all', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
  ])('%s: one refusal, and nothing behind it is served', async (_, bytes) => {
    const answer = await rawHttp(server.port, Buffer.from(bytes, 'latin1'));
    expect(statusOf(answer)).toBe(400);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(answer).not.toContain('"status":"ok"');
  });

  it.each([
    [
      'a folded header',
      httpLines('GET /healthz HTTP/1.1', 'Host: localhost', 'X-Folded: a', ' b', 'Connection: close'),
    ],
    ['a header that is far too long', httpLines('GET /healthz HTTP/1.1', 'Host: x', `X: ${'y'.repeat(20_000)}`)],
    ['headers without end', httpLines('GET /healthz HTTP/1.1', ...Array.from({ length: 3_000 }, (_, n) => `X${n}: y`))],
    [
      'an expectation that nobody meets',
      httpLines('GET /healthz HTTP/1.1', 'Host: x', 'Expect: miracles', 'Connection: close'),
    ],
    ['a tunnel', httpLines('CONNECT example.org:443 HTTP/1.1', 'Host: example.org:443')],
    ['TRACE', httpLines('TRACE /healthz HTTP/1.1', 'Host: x', 'Connection: close')],
    ['OPTIONS *', httpLines('OPTIONS * HTTP/1.1', 'Host: x', 'Connection: close')],
  ])('%s: never a failure of the server', async (_, bytes) => {
    const status = statusOf(await rawHttp(server.port, Buffer.from(bytes, 'latin1')));
    expect(status).toBeLessThan(500);
  });

  it('takes one request after another on a connection', async () => {
    const keep = httpLines('GET /healthz HTTP/1.1', 'Host: x');
    const last = httpLines('GET /healthz HTTP/1.1', 'Host: x', 'Connection: close');
    const answer = await rawHttp(server.port, keep + keep + last);
    expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(3);
  });
});

describe('paths', () => {
  it.each([
    '//api/v1/users/me',
    '/api//v1/users/me',
    '/api/v1/users/me/',
    '/api/v1/users/me/..',
    '/api/v1/users/%6de%2f',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc/passwd',
    '/api/v1/%2e%2e%2f%2e%2e%2fhealthz',
    '/%00',
    '/api/v1/%00',
    '/api/v1/users/me%00',
    '/%',
    '/%zz',
    '/%ff%fe',
    '/%ed%a0%80',
    '/api/v1/;/users/me',
    '/api/v1/users/me;x=y',
    '/API/V1/USERS/ME',
    '/__proto__',
    '/api/v1/constructor',
    '/.env',
    `/${'a'.repeat(10_000)}`,
    `/${'a/'.repeat(5_000)}`,
    '/api/v1/channels/1/members/2/3',
  ])('%s is not there', async (target) => {
    const answer = await get(target);
    expect(statusOf(answer)).toBe(404);
    expect(bodyOf(answer)).toMatchObject({ status: 404, code: 'not_found' });
  });

  it.each([
    ['/api/v1/channels/%00', 401],
    ['/healthz?%00=%ff&__proto__=1', 200],
    ['/healthz?', 200],
    ['/healthz#fragment', 200],
    ['/./healthz', 200],
    ['/x/../healthz', 200],
    ['/x/%2e%2e/healthz', 200],
    ['http://elsewhere.example/healthz', 200],
    ['/\\healthz', 400],
  ])('%s is answered %i', async (target, status) => expect(statusOf(await get(target))).toBe(status));

  it('of parameters are decoded before they are judged', async () => {
    const ana = await server.user();
    const ask = async (path: string) => {
      const answer = await ana.call('GET', path);
      return [answer.status, (answer.body as { code: string }).code];
    };
    expect(await ask('/api/v1/channels/%31%30%30%30%30')).toEqual([404, 'channel_not_found']);
    for (const id of [
      '0',
      '-1',
      '1.5',
      '1e3',
      '0x10',
      'NaN',
      '%00',
      '%ff',
      '1%2f2',
      '9007199254740992',
      '9007199254740993',
      '99999999999999999999',
      '１',
      "1'--",
      '%5Bobject%20Object%5D',
    ])
      expect(await ask(`/api/v1/channels/${id}`)).toEqual([400, 'invalid_request']);
    const refused = await ana.call('DELETE', '/api/v1/sessions/%00');
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([400, 'invalid_text']);
    expect((await ana.call('DELETE', '/api/v1/sessions/%ED%A0%80')).status).toBe(404);
    expect((await ana.call('DELETE', `/api/v1/sessions/${'x'.repeat(101)}`)).status).toBe(400);
  });
});

describe('methods', () => {
  it.each([
    ['DELETE', '/api/v1/users/me', 'GET, PATCH'],
    ['PUT', '/api/v1/channels', 'POST, GET'],
    ['GET', '/api/v1/auth/login', 'POST'],
    ['POST', '/api/v1/channels/7/messages/8', 'PATCH, DELETE'],
    ['POST', '/healthz', 'GET'],
    ['OPTIONS', '/api/v1/users/me', 'GET, PATCH'],
    ['PURGE', '/api/openapi.json', 'GET'],
  ])('%s of %s is not allowed, and the answer says what is', async (method, path, allow) => {
    const response = await fetch(server.url + path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(allow);
    expect(await response.json()).toMatchObject({ code: 'method_not_allowed', details: { allow: allow.split(', ') } });
  });

  it('HEAD is answered as GET without the body', async () => {
    const response = await fetch(`${server.url}/healthz`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect((await fetch(`${server.url}/api/v1/users/me`, { method: 'HEAD' })).status).toBe(401);
    expect((await fetch(`${server.url}/nothing`, { method: 'HEAD' })).status).toBe(404);
  });

  it('a socket without an upgrade says that it is one', async () => {
    const response = await fetch(`${server.url}/ws`);
    expect(response.status).toBe(426);
    expect(response.headers.get('upgrade')).toBe('websocket');
    expect(await response.json()).toMatchObject({ code: 'upgrade_required', status: 426 });
  });
});

describe('every fault', () => {
  it('is a problem of RFC 9457 with the code beside it', async () => {
    const response = await fetch(`${server.url}/api/v1/users/me`, { headers: { Authorization: 'Bearer x' } });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const message = 'The access token is missing, expired or revoked.';
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: message,
      status: 401,
      code: 'unauthenticated',
      message,
    });
  });

  it('names ten fields of a request at most, and none of what was in them', async () => {
    const cursors = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`secret-${n}`, 'hunter2']));
    const answer = await server.call('POST', '/api/v1/auth/login', {
      username: { cursors },
      password: 'hunter2-hunter2',
    });
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
    expect((answer.body as { details: { fields: unknown[] } }).details.fields.length).toBeLessThanOrEqual(10);
  });
});

describe('request ids', () => {
  const withId = async (it: TestServer, id: string) =>
    (await fetch(`${it.url}/healthz`, { headers: { 'X-Request-Id': id } })).headers.get('x-request-id');

  it('are made here: what a client says is not believed', async () => {
    const [one, two] = [await withId(server, 'from-the-client'), await withId(server, 'from-the-client')];
    expect(one).toMatch(/^[0-9a-f-]{36}$/);
    expect(two).not.toBe(one);
  });

  it('name the line of the log', async () => {
    const response = await fetch(`${server.url}/api/v1/nothing`);
    const id = response.headers.get('x-request-id');
    expect(lines().filter(({ requestId }) => requestId === id)).toMatchObject([
      { msg: 'request', method: 'GET', path: '/api/v1/nothing', status: 404 },
    ]);
  });

  it('are taken from a trusted proxy, when they look like one', async () => {
    const behind = await startTestServer({ server: { trustedProxies: 1 }, database: server.database });
    expect(await withId(behind, 'proxy.id-1234')).toBe('proxy.id-1234');
    expect(await withId(behind, 'no id "at all"')).toMatch(/^[0-9a-f-]{36}$/);
    await behind.stopServer();
  });
});

describe('headers of every answer', () => {
  it.each([
    ['of a route', 'GET', '/api/v1/users/me', 200, 'application/json'],
    ['of a route without a body', 'POST', '/api/v1/auth/logout', 204, null],
    ['of a refusal', 'POST', '/api/v1/channels', 415, 'application/problem+json'],
    ['where there is no route', 'GET', '/api/v1/nothing', 404, 'application/problem+json'],
    ['of a page that is none of the contract', 'GET', '/healthz', 200, 'application/json'],
  ])('are there: %s', async (_, method, path, status, type) => {
    const { accessToken } = await server.user();
    const headers = { Authorization: `Bearer ${accessToken}` };
    const answer = await fetch(`${server.url}${path}`, { method, headers });
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(answer.headers.get('content-type')).toBe(type);
  });
});
