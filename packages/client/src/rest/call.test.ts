import { rest } from '@messox/protocol';
import { expect, test } from 'vitest';
import { startServer, unexpected } from '../test/fixtures.ts';
import { problem, type RestAnswer, type RestRequest } from '../test/scripted-rest.ts';
import { createClient } from '../index.ts';
import type { MessoxError } from '../error.ts';
import { type Caller, callOnce } from './call.ts';

const start = async (answer: (request: RestRequest) => RestAnswer | 'hang up') => {
  const server = await startServer();
  const asked: RestRequest[] = [];
  server.onRest = (request) => {
    asked.push(request);
    return answer(request);
  };
  const caller: Caller = { base: server.url, fetch, timeoutMs: 5_000 };
  return { server, asked, caller };
};

test('fills in the path, the query and the body by the contract', async () => {
  const { asked, caller } = await start(() => ({ status: 200, body: { more: 'than the contract says' } }));
  const path = { channelId: 7, seq: 12 };
  expect(await callOnce(caller, rest.editMessage, { params: path, body: { text: 'é' } }, 'secret')).toEqual({
    more: 'than the contract says',
  });
  await callOnce(caller, rest.findUsers, { query: { query: 'João & co', limit: undefined } }, 'secret');
  await callOnce(caller, rest.endSession, { params: { sessionId: 'a/b?c' } }).catch(() => undefined);
  expect(asked).toMatchObject([
    { method: 'PATCH', path: '/api/v1/channels/7/messages/12', body: { text: 'é' }, token: 'secret' },
    { method: 'GET', path: '/api/v1/users', query: { query: 'João & co' }, body: undefined },
    { method: 'DELETE', path: '/api/v1/sessions/a%2Fb%3Fc', token: undefined },
  ]);
  expect(asked[1]?.query).not.toHaveProperty('limit');
});

test('a server behind a path of its own', async () => {
  const { server, asked } = await start(() => problem('invalid_credentials'));
  const client = createClient({ url: `${server.url}/chat/` });
  await client.login({ username: 'ana', password: 'x' }).catch(() => undefined);
  expect(asked[0]?.path).toBe('/chat/api/v1/auth/login');
});

test.each<[string, RestAnswer, object]>([
  [
    'a problem',
    problem('username_taken', { field: 'username' }),
    { code: 'username_taken', status: 409, remedy: 'fix', details: { field: 'username' } },
  ],
  [
    'one of a module',
    { status: 402, body: { code: 'quota', detail: 'Pay.' } },
    { code: 'quota', message: 'Pay.', status: 402, remedy: 'fix' },
  ],
  ['one of a newer server', { status: 503, body: { code: 'resting' } }, { code: 'resting', remedy: 'retry' }],
  [
    'a page of a proxy',
    { status: 502, body: '<html>Bad gateway</html>' },
    { code: 'unavailable', status: 502, remedy: 'retry' },
  ],
  ['a limit of a proxy', { status: 429, body: 'slow down' }, { code: 'rate_limited', status: 429, remedy: 'retry' }],
  ['somebody else altogether', { status: 302, body: 'moved' }, { code: 'invalid_answer', status: 302 }],
  ['a success that is no JSON', { status: 200, body: '<html>Welcome</html>' }, { code: 'invalid_answer', status: 200 }],
])('answered with %s', async (_, answer, error) => {
  const { caller } = await start(() => answer);
  await expect(callOnce(caller, rest.getMe, {})).rejects.toMatchObject({ name: 'MessoxError', ...error });
});

test('an answer without a body', async () => {
  const { caller } = await start(() => ({ status: 204 }));
  expect(await callOnce(caller, rest.logout, {})).toBeUndefined();
});

test('says how long to wait, by the header where the body does not', async () => {
  const { server } = await start(() => problem('rate_limited', { retryAfterMs: 1_500 }));
  const reply = (headers: Record<string, string>, body: string): Caller => ({
    base: server.url,
    timeoutMs: 5_000,
    fetch: () => Promise.resolve(new Response(body, { status: 429, headers })),
  });
  const waits = async (caller: Caller): Promise<unknown> =>
    callOnce(caller, rest.getMe, {}).then(unexpected, (error: unknown) => (error as MessoxError).retryAfterMs);
  expect(await waits({ base: server.url, fetch, timeoutMs: 5_000 })).toBe(1_500);
  expect(await waits(reply({ 'retry-after': '3' }, 'no'))).toBe(3_000);
  expect(await waits(reply({ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, 'no'))).toBeUndefined();
  expect(await waits(reply({}, '{"code":"rate_limited","details":{"retryAfterMs":"soon"}}'))).toBeUndefined();
});

test('no answer: cut off, never there, or too slow', async () => {
  const { server, caller } = await start(() => 'hang up');
  await expect(callOnce(caller, rest.getMe, {})).rejects.toMatchObject({ code: 'unreachable', remedy: 'retry' });
  const never: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) =>
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error)),
    );
  await expect(callOnce({ base: server.url, fetch: never, timeoutMs: 5 }, rest.getMe, {})).rejects.toMatchObject({
    code: 'timed_out',
  });
  await server.stop();
  await expect(callOnce(caller, rest.getMe, {})).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringMatching(/^The server cannot be reached: connect ECONNREFUSED /) as string,
  });
});
