import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpLines, rawHttp, startTestServer, statusOf, type TestServer } from '../../testing/index.ts';
import { someText } from './app-client.test.fixture.ts';

let open: TestServer;
let keyed: TestServer;

beforeAll(async () => {
  open = await startTestServer();
  keyed = await startTestServer({ secrets: { appApiKey: 'chave-çã-1' } });
});
afterAll(() => Promise.all([open.stop(), keyed.stop()]));

/** Sent as bytes: an HTTP client adds headers of its own. */
const ping = async (server: TestServer, ...headers: string[]) => {
  const head = ['GET /server/ping HTTP/1.1', 'Host: server', 'Connection: close', ...headers];
  const answer = await rawHttp(server.port, Buffer.from(httpLines(...head)));
  const json = answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1);
  return { status: statusOf(answer), body: JSON.parse(json) as unknown };
};

describe('GET /server/ping', () => {
  it.each([
    ['the empty key of the app', 'Authorization: Bearer '],
    ['any key', 'Authorization: Bearer whatever'],
    ['a lower-case scheme', 'authorization: bearer whatever'],
  ])('is answered 200 with %s by a server without a key', async (_, authorization) => {
    expect((await ping(open, 'Accept: */*', authorization)).status).toBe(200);
  });

  it.each([
    ['its own key', 'Authorization: Bearer chave-çã-1', 200],
    ['another key', 'Authorization: Bearer chave-çã-2', 401],
    ['the beginning of the key', 'Authorization: Bearer chave', 401],
    ['no key', 'Authorization: Bearer ', 401],
  ])('of a server with a key, asked with %s', async (_, authorization, status) => {
    const answer = await ping(keyed, 'Accept: */*', authorization);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ message: someText });
  });

  it.each([
    ['without Authorization', ['Accept: */*'], 'Authorization'],
    ['with another scheme', ['Accept: */*', 'Authorization: Basic YTpi'], 'Authorization'],
    ['with an empty Authorization', ['Accept: */*', 'Authorization:'], 'Authorization'],
    ['with two words as a key', ['Accept: */*', 'Authorization: Bearer a b'], 'Authorization'],
    ['without Accept', ['Authorization: Bearer '], 'Accept'],
    ['with an Accept that is none', ['Authorization: Bearer ', 'Accept: everything'], 'Accept'],
    ['with an empty Accept', ['Authorization: Bearer ', 'Accept:'], 'Accept'],
  ])('%s is answered 400 naming the header', async (_, headers, name) => {
    for (const server of [open, keyed])
      expect(await ping(server, ...headers)).toEqual({
        status: 400,
        body: { 'header-field': name, message: someText },
      });
  });

  it('takes lists of media types with parameters', async () => {
    const accept = 'Accept: application/json;q=0.9, text/plain; charset="utf-8" , */*;q=0.1';
    expect((await ping(open, accept, 'Authorization: Bearer ')).status).toBe(200);
  });
});
