import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPool, type Sql } from '../../kernel/module.ts';
import { startTestServer, type TestServer, type TestSocket, type TestUser } from '../../testing/index.ts';
import { checkKnownName, checkNewName, createUser, listUsers, setAdmin, setDisabled, setPassword } from './index.ts';

let server: TestServer;
/** As a command of the CLI connects, beside the running server. */
let sql: Sql;
beforeAll(async () => {
  server = await startTestServer();
  sql = openPool(server.database.connection, { connections: 2, name: 'messox command' });
});
afterAll(async () => {
  await sql.end();
  await server.stop();
});

const login = async (username: string, password = 'correct horse') => {
  const answer = await server.call('POST', '/api/v1/auth/login', { username, password });
  return { status: answer.status, code: (answer.body as { code?: string }).code };
};
const joined = async (user: TestUser): Promise<TestSocket> => {
  const socket = await user.socket();
  await socket.hello({ token: user.accessToken });
  return socket;
};

describe('disabling an account', () => {
  it('ends its sockets and tokens at once, and lets nobody in', async () => {
    const ana = await server.user('ana');
    const [phone, laptop] = [await joined(ana), await joined(await server.login(ana))];
    await setDisabled(sql, 'ANA', true);
    expect(await Promise.all([phone.closed, laptop.closed])).toEqual([4401, 4401]);
    expect((await ana.call('GET', '/api/v1/users/me')).status).toBe(401);
    const refreshed = await server.call('POST', '/api/v1/auth/refresh', { refreshToken: ana.refreshToken });
    expect(refreshed.status).toBe(401);
    expect(await login('ana')).toEqual({ status: 403, code: 'account_disabled' });
    // Who does not know the password learns nothing of it.
    expect(await login('ana', 'wrong horse')).toEqual({ status: 401, code: 'invalid_credentials' });
    const late = await ana.socket();
    expect((await late.request('hello', { token: ana.accessToken })).error?.code).toBe('unauthenticated');
    await late.close();
  });

  it('may be undone; what had ended stays ended', async () => {
    const bruno = await server.user('bruno');
    await setDisabled(sql, 'bruno', true);
    await setDisabled(sql, 'bruno', true);
    await setDisabled(sql, 'bruno', false);
    expect((await bruno.call('GET', '/api/v1/users/me')).status).toBe(401);
    expect((await login('bruno')).status).toBe(200);
  });

  it('leaves no session open, however many log in at that moment', async () => {
    const carla = await server.user('carla');
    const logins = Array.from({ length: 15 }, () => login('carla'));
    await Promise.race(logins);
    await setDisabled(sql, 'carla', true);
    const statuses = new Set((await Promise.all(logins)).map(({ status }) => status));
    expect([...statuses].filter((status) => ![200, 403].includes(status))).toEqual([]);
    const open = await server.sql`select id from sessions where user_id = ${carla.id} and ended_at is null`;
    expect(open).toHaveLength(0);
  });

  it('hides the account from search, and nobody opens a channel with it', async () => {
    const [eva, dora] = [await server.user('eva'), await server.user('dora')];
    await setDisabled(sql, 'dora', true);
    expect((await eva.call('GET', '/api/v1/users?query=dor')).body).toEqual({ users: [] });
    const opened = await eva.call('POST', '/api/v1/channels', { kind: 'direct', userId: dora.id });
    expect([opened.status, (opened.body as { code: string }).code]).toEqual([404, 'user_not_found']);
  });

  it('needs an account', async () =>
    expect(setDisabled(sql, 'nobody', true)).rejects.toMatchObject({ code: 'user_not_found' }));
});

describe('setting a password', () => {
  it('ends every session, and the old password with them', async () => {
    const fabio = await server.user('fabio');
    const socket = await joined(fabio);
    await setPassword(sql, 'fabio', 'another horse');
    expect(await socket.closed).toBe(4401);
    expect((await login('fabio')).status).toBe(401);
    expect((await login('fabio', 'another horse')).status).toBe(200);
  });

  it('leaves no session open that the old one opened at that moment', async () => {
    const gina = await server.user('gina');
    const logins = Array.from({ length: 20 }, () => login('gina'));
    await Promise.race(logins);
    await setPassword(sql, 'gina', 'another horse');
    await Promise.all(logins);
    const open = await server.sql`select id from sessions where user_id = ${gina.id} and ended_at is null`;
    expect(open).toHaveLength(0);
  });

  it('has its rules', async () => {
    await expect(setPassword(sql, 'nobody', 'another horse')).rejects.toMatchObject({ code: 'user_not_found' });
    await expect(setPassword(sql, 'fabio', 'short')).rejects.toMatchObject({ code: 'invalid_request' });
    await expect(setPassword(sql, 'fabio', 'x'.repeat(1_025))).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('administrators', () => {
  it('are made and unmade by any spelling of their name, and stay logged in', async () => {
    const hugo = await server.user('hugo');
    const isAdmin = async () => (await listUsers(sql, { query: 'hugo' }))[0]?.admin;
    await setAdmin(sql, 'HUGO', true);
    await setAdmin(sql, 'hugo', true);
    expect(await isAdmin()).toBe(true);
    await setAdmin(sql, 'hugo', false);
    expect(await isAdmin()).toBe(false);
    expect((await hugo.call('GET', '/api/v1/users/me')).status).toBe(200);
    await expect(setAdmin(sql, 'nobody', true)).rejects.toMatchObject({ code: 'user_not_found' });
  });
});

describe('a name', () => {
  it('is judged before there is a password', async () => {
    await server.user('iris');
    await checkKnownName(sql, 'IRIS');
    await expect(checkKnownName(sql, 'nobody')).rejects.toMatchObject({ code: 'user_not_found' });
    await checkNewName(sql, 'nobody');
    await expect(checkNewName(sql, 'IRIS')).rejects.toMatchObject({ code: 'username_taken' });
    await expect(checkNewName(sql, '-')).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('making and listing accounts', () => {
  it('makes an administrator, who logs in', async () => {
    const made = await createUser(sql, {
      username: 'Root',
      password: 'correct horse',
      displayName: 'The one',
      admin: true,
    });
    expect(made).toEqual({ id: expect.any(Number) as number, username: 'Root' });
    expect((await login('root')).status).toBe(200);
    const [row] = await listUsers(sql, { query: 'root' });
    expect(row).toMatchObject({ id: made.id, username: 'Root', displayName: 'The one', admin: true, sessions: 1 });
    expect(row).not.toHaveProperty('disabledAt');
  });

  it.each([
    ['a taken name', { username: 'root', password: 'correct horse' }, 'username_taken'],
    ['a name of mixed scripts', { username: 'rооt', password: 'correct horse' }, 'username_confusable'],
    ['no name', { username: '', password: 'correct horse' }, 'invalid_request'],
    ['a short password', { username: 'other', password: 'short' }, 'invalid_request'],
    [
      'a display name that turns direction',
      { username: 'other', password: 'correct horse', displayName: '\u202e' },
      'invalid_request',
    ],
  ])('refuses %s', async (_, user, code) => expect(createUser(sql, user)).rejects.toMatchObject({ code }));

  it('lists in pages, and finds any part of a name', async () => {
    const all = await listUsers(sql);
    expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).sort((a, b) => a - b));
    const [first, second] = [
      await listUsers(sql, { limit: 2 }),
      await listUsers(sql, { limit: 2, after: all[1]?.id ?? 0 }),
    ];
    expect([...first, ...second]).toEqual(all.slice(0, 4));
    expect((await listUsers(sql, { query: 'OR' })).map(({ username }) => username)).toEqual(['dora']);
    expect(await listUsers(sql, { query: '%' })).toEqual([]);
    expect(all.find(({ username }) => username === 'dora')).toHaveProperty('disabledAt');
  });
});
