import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestSocket, type TestUser } from '../../testing/index.ts';

let server: TestServer;
let ana: TestUser;
beforeAll(async () => {
  server = await startTestServer();
  ana = await server.user('ana');
});
afterAll(() => server.stop());

const refresh = async (refreshToken: unknown, it = server) => {
  const answer = await it.call('POST', '/api/v1/auth/refresh', { refreshToken });
  return { status: answer.status, ...(answer.body as { accessToken: string; refreshToken: string; code?: string }) };
};
const me = async (accessToken: string): Promise<number> =>
  (await server.call('GET', '/api/v1/users/me', undefined, accessToken)).status;
const joined = async (user: TestUser): Promise<TestSocket> => {
  const socket = await user.socket();
  await socket.hello({ token: user.accessToken });
  return socket;
};
const sessionsOf = async (user: TestUser) =>
  (
    (await user.call('GET', '/api/v1/sessions')).body as {
      sessions: { id: string; current: boolean; client: string }[];
    }
  ).sessions;

describe('a refresh token', () => {
  it('is changed for a successor, with a new access token beside', async () => {
    const session = await server.login(ana);
    const next = await refresh(session.refreshToken);
    expect(next.status).toBe(200);
    expect(next.refreshToken).not.toBe(session.refreshToken);
    expect([await me(session.accessToken), await me(next.accessToken)]).toEqual([200, 200]);
    expect((await refresh(next.refreshToken)).status).toBe(200);
  });

  it('used by many at once has one successor', async () => {
    const session = await server.login(ana);
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(session.refreshToken)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    expect((await refresh(answers[0]?.refreshToken)).status).toBe(200);
  });

  it('that was used last is answered with the same successor again, for a while', async () => {
    const session = await server.login(ana);
    const [first, again] = [await refresh(session.refreshToken), await refresh(session.refreshToken)];
    expect(again.refreshToken).toBe(first.refreshToken);
    await server.sql`update sessions set seen_at = seen_at - interval '11 seconds' where id = ${session.refreshToken.split('.')[1] ?? ''}`;
    expect(await refresh(session.refreshToken)).toMatchObject({ status: 401, code: 'invalid_refresh_token' });
  });

  it('of an older generation ends the session everywhere: tokens, sockets and all', async () => {
    const thief = await server.login(ana);
    const socket = await joined(thief);
    const other = await joined(ana);
    const second = await refresh(thief.refreshToken);
    const third = await refresh(second.refreshToken);
    expect(await refresh(thief.refreshToken)).toMatchObject({ status: 401, code: 'invalid_refresh_token' });
    expect(await socket.closed).toBe(4401);
    for (const { accessToken } of [thief, second, third]) expect(await me(accessToken)).toBe(401);
    expect((await refresh(third.refreshToken)).status).toBe(401);
    const late = await thief.socket();
    expect((await late.request('hello', { token: third.accessToken })).error?.code).toBe('unauthenticated');
    await late.close();
    // Another session of the same user is another matter.
    expect(await me(ana.accessToken)).toBe(200);
    expect(await other.ok('ping', {})).toHaveProperty('serverTime');
    await other.close();
  });

  it('of a generation that is not there yet is refused, and ends nothing', async () => {
    const session = await server.login(ana);
    const [prefix, id, , mac] = session.refreshToken.split('.');
    expect((await refresh([prefix, id, 2, mac].join('.'))).status).toBe(401);
    expect((await refresh(session.refreshToken)).status).toBe(200);
  });

  it.each([
    ['of nobody', 'nonsense', 401],
    ['that is an access token', () => ana.accessToken, 401],
    ['that is empty', '', 400],
    ['that is far too long', 'x'.repeat(201), 400],
    ['that is no text', 7, 400],
  ])('%s is refused', async (_, token, status) =>
    expect((await refresh(typeof token === 'function' ? token() : token)).status).toBe(status),
  );

  it('ends after its life, when it was not used', async () => {
    const session = await server.login(ana);
    await server.sql`update sessions set seen_at = seen_at - interval '31 days' where id = ${session.refreshToken.split('.')[1] ?? ''}`;
    expect((await refresh(session.refreshToken)).status).toBe(401);
  });

  it('cannot make a session older than it may be', async () => {
    const brief = await startTestServer({ database: server.database, limits: { sessionMs: 60_000 } });
    const session = await brief.login(ana);
    const expiresInMs = async (): Promise<number> =>
      (
        (await brief.call('POST', '/api/v1/auth/refresh', { refreshToken: session.refreshToken })).body as {
          expiresInMs: number;
        }
      ).expiresInMs;
    expect(await expiresInMs()).toBeLessThanOrEqual(60_000);
    await brief.sql`update sessions set ends_at = clock_timestamp() where id = ${session.refreshToken.split('.')[1] ?? ''}`;
    expect((await refresh(session.refreshToken, brief)).status).toBe(401);
    await brief.stopServer();
  });

  it('outlives a restart of the server, and so does an access token', async () => {
    const first = await startTestServer({ database: server.database });
    const session = await first.login(ana);
    await first.stopServer();
    expect(await me(session.accessToken)).toBe(200);
    expect((await refresh(session.refreshToken)).status).toBe(200);
  });
});

describe('an access token', () => {
  const bearer = async (value: string | undefined): Promise<number> => {
    const headers = value === undefined ? {} : { Authorization: value };
    return (await fetch(`${server.url}/api/v1/users/me`, { headers })).status;
  };

  it('is understood as RFC 6750 has it', async () => {
    expect(await bearer(`Bearer ${ana.accessToken}`)).toBe(200);
    expect(await bearer(`bearer  ${ana.accessToken}`)).toBe(200);
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['without its scheme', '{}'],
    ['of another scheme', 'Basic {}'],
    ['with the scheme alone', 'Bearer'],
    ['followed by something', 'Bearer {} x'],
    ['tampered with', 'Bearer {}A'],
    [
      'of another server',
      'Bearer v1.1.aaaaaaaaaaaaaaaaaaaaaa.zzzzzzzz.zzzzzzzz.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    ],
  ])('%s is refused', async (_, value) => expect(await bearer(value?.replace('{}', ana.accessToken))).toBe(401));

  it('never works in a URL', async () => {
    for (const name of ['token', 'access_token'])
      expect((await fetch(`${server.url}/api/v1/users/me?${name}=${ana.accessToken}`)).status).toBe(401);
  });

  it('lives 12 hours at the most, whatever the limit says', async () => {
    const lasting = await startTestServer({ database: server.database, limits: { accessTokenMs: 10 ** 12 } });
    const entered = await lasting.call('POST', '/api/v1/auth/login', { username: 'ana', password: 'correct horse' });
    expect((entered.body as { expiresInMs: number }).expiresInMs).toBe(43_200_000);
    await lasting.stopServer();
  });

  it('expires', async () => {
    const brief = await startTestServer({ database: server.database, limits: { accessTokenMs: 1 } });
    const session = await brief.login(ana);
    expect((await session.call('GET', '/api/v1/users/me')).status).toBe(401);
    expect((await refresh(session.refreshToken)).status).toBe(200);
    await brief.stopServer();
  });
});

describe('ending sessions', () => {
  it('by logging out ends this one: its sockets close with 4401, others stay', async () => {
    const phone = await server.login(ana);
    const [one, two, laptop] = [await joined(phone), await joined(phone), await joined(ana)];
    expect((await phone.call('POST', '/api/v1/auth/logout')).status).toBe(204);
    expect(await Promise.all([one.closed, two.closed])).toEqual([4401, 4401]);
    expect(await me(phone.accessToken)).toBe(401);
    expect((await refresh(phone.refreshToken)).status).toBe(401);
    expect((await phone.call('POST', '/api/v1/auth/logout')).status).toBe(401);
    expect(await laptop.ok('ping', {})).toHaveProperty('serverTime');
    await laptop.close();
  });

  it('lists them, newest first, with the one that asks', async () => {
    const bruno = await server.user('bruno');
    const tablet = await server.call('POST', '/api/v1/auth/login', {
      username: 'bruno',
      password: 'correct horse',
      client: 'tablet 📱',
    });
    expect(tablet.status).toBe(200);
    const sessions = await sessionsOf(bruno);
    expect(sessions).toEqual([
      {
        id: expect.any(String) as string,
        client: 'tablet 📱',
        createdAt: expect.any(String) as string,
        seenAt: expect.any(String) as string,
        current: false,
      },
      expect.objectContaining({ client: '', current: true }),
    ]);
    expect(sessions[0]?.id).toMatch(/^[\w-]{22}$/);
  });

  it('ends another of the own sessions, and only an own one', async () => {
    const carla = await server.user('carla');
    const phone = await server.login(carla);
    const socket = await joined(phone);
    const id = (await sessionsOf(phone)).find(({ current }) => current)?.id ?? '';
    const refused = await ana.call('DELETE', `/api/v1/sessions/${id}`);
    expect([refused.status, (refused.body as { code: string }).code]).toEqual([404, 'not_found']);
    expect(await me(phone.accessToken)).toBe(200);
    expect((await carla.call('DELETE', `/api/v1/sessions/${id}`)).status).toBe(204);
    expect(await socket.closed).toBe(4401);
    expect(await me(phone.accessToken)).toBe(401);
    expect((await carla.call('DELETE', `/api/v1/sessions/${id}`)).status).toBe(404);
    expect((await sessionsOf(carla)).map(({ current }) => current)).toEqual([true]);
  });

  it('is heard by every process of the server', async () => {
    const second = await startTestServer({ database: server.database });
    const phone = await server.login(ana);
    const there = await (await second.login(ana)).socket();
    await there.hello({ token: phone.accessToken });
    await phone.call('POST', '/api/v1/auth/logout');
    expect(await there.closed).toBe(4401);
    expect((await second.call('GET', '/api/v1/users/me', undefined, phone.accessToken)).status).toBe(401);
    await second.stopServer();
  });

  it('is remembered by a process that starts later', async () => {
    const phone = await server.login(ana);
    await phone.call('POST', '/api/v1/auth/logout');
    const later = await startTestServer({ database: server.database });
    expect((await later.call('GET', '/api/v1/users/me', undefined, phone.accessToken)).status).toBe(401);
    await later.stopServer();
  });
});
