import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  httpLines,
  rawConnection,
  rawHttp,
  startTestServer,
  statusOf,
  type TestServer,
  type TestUser,
} from '../../testing/index.ts';

let server: TestServer;
let ana: TestUser;
beforeAll(async () => {
  server = await startTestServer({ limits: { bodyBytes: 1_000 } });
  ana = await server.user('ana');
});
afterAll(() => server.stop());

const json = 'application/json';

/** Sends a body to a call that needs one; `invalid_credentials` is the answer to one that was understood. */
const login = async (body: RequestInit['body'], contentType: string | null = json) => {
  const response = await fetch(`${server.url}/api/v1/auth/login`, {
    method: 'POST',
    body: body ?? null,
    headers: contentType === null ? {} : { 'Content-Type': contentType },
  });
  return {
    status: response.status,
    ...((await response.json()) as { code: string; details?: Record<string, unknown> }),
  };
};

const understood = { status: 401, code: 'invalid_credentials' };
const good = { username: 'nobody', password: 'correct horse' };
const bytes = (...parts: (string | number[])[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part)))),
  );

describe('the type of a body', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON', ' application/json ;x=y'])(
    'may be %j',
    async (type) => expect(await login(JSON.stringify(good), type)).toMatchObject(understood),
  );

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'json',
    '',
  ])('may not be %j', async (type) =>
    expect(await login(JSON.stringify(good), type)).toMatchObject({ status: 415, code: 'unsupported_media_type' }),
  );

  it('must be there', async () =>
    expect(await login(bytes(JSON.stringify(good)), null)).toMatchObject({
      status: 415,
      code: 'unsupported_media_type',
    }));
});

describe('what a body holds', () => {
  it.each([
    ['a byte order mark', bytes([0xef, 0xbb, 0xbf], JSON.stringify(good))],
    ['Latin-1', bytes('{"username":"jo', [0xe3], 'o","password":"correct horse"}')],
    ['a cut character', bytes('{"username":"', [0xf0, 0x9f, 0x91], '"}')],
    ['UTF-16', bytes([0x7b, 0, 0x7d, 0])],
    ['nothing', bytes('')],
    ['something after the JSON', bytes(`${JSON.stringify(good)}x`)],
    ['two values', bytes('{}{}')],
    ['NaN', bytes('{"username":NaN}')],
    ['compressed JSON', Uint8Array.from(gzipSync(JSON.stringify(good)))],
    ['33 levels', bytes(`${'['.repeat(33)}${']'.repeat(33)}`)],
    ['500 levels', bytes(`{"username":${'['.repeat(500)}`)],
  ])('is refused as invalid_json when it is %s', async (_, body) =>
    expect(await login(body)).toMatchObject({ status: 400, code: 'invalid_json' }),
  );

  it.each<[string, unknown, string]>([
    ['null', null, 'invalid_request'],
    ['a number', 7, 'invalid_request'],
    ['a text', 'ana', 'invalid_request'],
    ['a list', [good], 'invalid_request'],
    ['without a field', { username: 'ana' }, 'invalid_request'],
    ['with null for a field', { ...good, username: null }, 'invalid_request'],
    ['with a number for a text', { ...good, username: 7 }, 'invalid_request'],
    ['with an object for a text', { ...good, username: { toString: 'x' } }, 'invalid_request'],
    ['with a list for a text', { ...good, password: ['correct horse'] }, 'invalid_request'],
    ['with true for a text', { ...good, password: true }, 'invalid_request'],
    ['with NUL', { ...good, username: 'a\0' }, 'invalid_text'],
    ['with a lone high surrogate', { ...good, username: 'a\ud800' }, 'invalid_text'],
    ['with a lone low surrogate', { ...good, password: '\udc00 correct horse' }, 'invalid_text'],
    ['with NUL in what nobody will read', { ...good, client: '\0' }, 'invalid_text'],
    ['with a lone surrogate in what nobody will read', { ...good, client: '\ud800' }, 'invalid_text'],
  ])('is refused when it is %s', async (_, body, code) => {
    const answer = await login(JSON.stringify(body));
    expect(answer).toMatchObject({ status: 400, code });
    expect(answer.details).toMatchObject({ fields: [{ path: expect.any(String) as string }] });
  });

  it.each([
    ['unknown fields', { ...good, admin: true, roles: ['owner'] }],
    [
      'names of the language',
      JSON.parse(`{"username":"nobody","password":"correct horse","constructor":1,"__proto__":{"admin":true}}`),
    ],
    [
      '31 levels in an unknown field',
      JSON.parse(`{"username":"nobody","password":"x","y":${'['.repeat(31)}${']'.repeat(31)}}`),
    ],
  ])('may have %s', async (_, body) => expect(await login(JSON.stringify(body))).toMatchObject(understood));

  it('takes the last of two equal keys', async () =>
    expect(await login('{"username":7,"username":"nobody","password":"correct horse"}')).toMatchObject(understood));

  it('never becomes a field by way of the prototype', async () => {
    const body = `{"__proto__":{"username":"nobody","password":"correct horse"}}`;
    expect(await login(body)).toMatchObject({ status: 400, code: 'invalid_request' });
  });
});

describe('the size of a body', () => {
  const padded = (size: number): string => {
    const text = JSON.stringify(good);
    return text + ' '.repeat(size - text.length);
  };
  const stream = (size: number): ReadableStream<Uint8Array> => {
    let left = size;
    return new ReadableStream({
      pull: (controller) => {
        const part = Math.min(left, 600);
        controller.enqueue(Buffer.alloc(part, ' '));
        left -= part;
        if (left === 0) controller.close();
      },
    });
  };
  const post = (...lines: string[]) =>
    httpLines('POST /api/v1/auth/login HTTP/1.1', 'Host: x', `Content-Type: ${json}`, 'Connection: close', ...lines);

  it('may be just what the limit says', async () => expect(await login(padded(1_000))).toMatchObject(understood));

  it('may not be one byte more', async () =>
    expect(await login(padded(1_001))).toMatchObject({
      status: 413,
      code: 'payload_too_large',
      details: { maxBytes: 1_000 },
    }));

  it('is counted when no Content-Length announces it', async () => {
    const response = await fetch(`${server.url}/api/v1/auth/login`, {
      method: 'POST',
      body: stream(1_200),
      duplex: 'half',
      headers: { 'Content-Type': json },
    });
    expect(await response.json()).toMatchObject({ status: 413, code: 'payload_too_large' });
  });

  it('is refused by what is announced, before any of it arrives', async () =>
    expect(statusOf(await rawHttp(server.port, post('Content-Length: 1001')))).toBe(413));

  it('is refused when it has no end, and is not read on', async () => {
    const connection = rawConnection(server.port, post('Transfer-Encoding: chunked'));
    const chunk = `3e8\r\n${'x'.repeat(1_000)}\r\n`;
    let sent = 0;
    const more = (): void => {
      // Far more than any buffer on the way holds: were it all read, this would not end.
      if (connection.socket.destroyed || sent > 500_000_000) return;
      sent += chunk.length;
      if (connection.socket.write(chunk)) setImmediate(more);
      else connection.socket.once('drain', more);
    };
    more();
    expect(statusOf(await connection.closed)).toBe(413);
    expect(sent).toBeLessThan(500_000_000);
  });

  it('of 30 MB gets its answer all the same', async () =>
    expect(await login('x'.repeat(30_000_000))).toMatchObject({ status: 413 }));

  it('does not matter where no body is asked for', async () => {
    const response = await fetch(`${server.url}/api/v1/users/me`, { method: 'POST', body: 'x'.repeat(2_000) });
    expect(response.status).toBe(405);
  });
});

describe('a call without a body', () => {
  it('needs neither body nor type', async () => {
    const session = await server.login(ana);
    const response = await fetch(`${server.url}/api/v1/auth/logout`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${session.accessToken}` },
    });
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it('is not disturbed by one', async () => {
    const session = await server.login(ana);
    expect((await session.call('POST', '/api/v1/auth/logout', '{"what":')).status).toBe(204);
  });
});
