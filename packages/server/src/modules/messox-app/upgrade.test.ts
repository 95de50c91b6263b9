import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpLines, rawHttp, startTestServer, statusOf, type TestServer } from '../../testing/index.ts';
import { setDisabled, setPassword } from '../accounts/index.ts';
import {
  type AppUser,
  appSocket,
  appUser,
  password,
  postForm,
  refusedUpgrade,
  someText,
} from './app-client.test.fixture.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const refused = async ({ token }: Pick<AppUser, 'token'>, more: Record<string, string> = {}) =>
  (await refusedUpgrade(server, { Authorization: `Bearer ${token}`, ...more })).status;

describe('GET /server/ws', () => {
  it.each([
    ['no Authorization', {}, 400],
    ['another scheme', { Authorization: 'Basic YTpi' }, 400],
    ['two words', { Authorization: 'Bearer a b' }, 400],
    ['an empty token', { Authorization: 'Bearer ' }, 401],
    ['a token that is none', { Authorization: 'Bearer nonsense' }, 401],
    ['a token with a forged signature', { Authorization: `Bearer v1l.1.abc.zzzzzzzz.zzzzzzzz.${'A'.repeat(43)}` }, 401],
  ])('is refused with %s', async (_, headers, status) => {
    const refusal = await refusedUpgrade(server, headers);
    expect(refusal.status).toBe(status);
    expect(JSON.parse(refusal.body)).toMatchObject({ status, message: someText });
  });

  it('is refused to a page of another origin: 403', async () => {
    expect(await refused(await appUser(server), { Origin: 'https://elsewhere.example' })).toBe(403);
  });

  it('asks for an upgrade: 426', async () => {
    const plain = await server.call('GET', '/server/ws');
    expect(plain.status).toBe(426);
    expect(plain.headers.get('upgrade')).toBe('websocket');
    const lines = ['GET /server/ws HTTP/1.1', 'Host: server', 'Upgrade: h2c', 'Connection: Upgrade'];
    const other = await rawHttp(server.port, httpLines(...lines, 'Authorization: Bearer x'));
    expect(statusOf(other)).toBe(426);
    expect(other).toMatch(/^upgrade: websocket\r$/im);
  });

  it('takes the token of a registration and of a login', async () => {
    const user = await appUser(server);
    const { body } = await postForm(server, '/user/login', { name: user.name, password });
    const sockets = [await appSocket(server, user), await appSocket(server, { token: String(body.token) })];
    await Promise.all(sockets.map((socket) => socket.close()));
  });

  it('takes an access token of /api/v1', async () => {
    const { accessToken } = await server.user();
    await (await appSocket(server, { token: accessToken })).close();
  });

  it('is refused to a disabled account: 403, and its sockets close: 4401', async () => {
    const user = await appUser(server);
    const socket = await appSocket(server, user);
    await setDisabled(server.sql as never, user.name, true);
    expect(await socket.closed).toBe(4401);
    expect(await refused(user)).toBe(403);
    await setDisabled(server.sql as never, user.name, false);
    expect(await refused(user)).toBe(401);
  });
});

describe('a session that is ended', () => {
  it.each([
    [
      'by logging out',
      (on: TestServer, user: AppUser) => on.call('POST', '/api/v1/auth/logout', undefined, user.token),
    ],
    ['by a new password', (on: TestServer, user: AppUser) => setPassword(on.sql as never, user.name, 'another horse')],
  ])('%s closes its socket with 4401 and opens no other', async (_, end) => {
    const first = await startTestServer();
    const user = await appUser(first);
    const socket = await appSocket(first, user);
    await end(first, user);
    expect(await socket.closed).toBe(4401);
    expect((await refusedUpgrade(first, { Authorization: `Bearer ${user.token}` })).status).toBe(401);
    await first.stopServer();
    // The list of revocations forgets; the session does not.
    await first.sql`delete from revoked_sessions`;
    const second = await startTestServer({ database: first.database });
    expect((await refusedUpgrade(second, { Authorization: `Bearer ${user.token}` })).status).toBe(401);
    await second.stop();
  });
});

describe('the token of a login', () => {
  it('opens sockets after it has expired as an access token, also of a server that was started again', async () => {
    const brief = await startTestServer({ limits: { accessTokenMs: 1 } });
    const user = await appUser(brief);
    expect((await brief.call('GET', '/api/v1/users/me', undefined, user.token)).status).toBe(401);
    await (await appSocket(brief, user)).close();
    await brief.stopServer();
    const again = await startTestServer({ database: brief.database, limits: { accessTokenMs: 1 } });
    await (await appSocket(again, user)).close();
    await again.stop();
  });

  it('is no such token where it is that of /api/v1', async () => {
    const brief = await startTestServer({ limits: { accessTokenMs: 1 } });
    const { accessToken } = await brief.user();
    expect((await refusedUpgrade(brief, { Authorization: `Bearer ${accessToken}` })).status).toBe(401);
    await brief.stop();
  });

  it('ends with the session, or when it was not used for as long as a refresh token lives', async () => {
    const [old, unused, used] = [await appUser(server), await appUser(server), await appUser(server)];
    await server.sql`update sessions set ends_at = now() where user_id = ${old.id}`;
    expect(await refused(old)).toBe(401);
    await server.sql`update sessions set seen_at = now() - interval '31 days' where user_id = ${unused.id}`;
    expect(await refused(unused)).toBe(401);
    await server.sql`update sessions set seen_at = now() - interval '29 days' where user_id = ${used.id}`;
    await (await appSocket(server, used)).close();
    const [session] = await server.sql<{ recent: boolean }[]>`
      select seen_at > now() - interval '1 minute' as recent from sessions where user_id = ${used.id}`;
    expect(session?.recent).toBe(true);
  });
});

it('closes with 4429 where the user has too many sockets', async () => {
  const strict = await startTestServer({ limits: { sessionsPerUser: 1 } });
  const user = await appUser(strict);
  const first = await appSocket(strict, user);
  expect(await (await appSocket(strict, user)).closed).toBe(4429);
  await first.close();
  await (await appSocket(strict, user)).close();
  await strict.stop();
});

it('closes with 4503 when the server stops', async () => {
  const stopping = await startTestServer();
  const socket = await appSocket(stopping, await appUser(stopping));
  await stopping.stop();
  expect(await socket.closed).toBe(4503);
});
