import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../testing/index.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const password = 'correct horse';
const register = async (body: Record<string, unknown>, it = server) => {
  const answer = await it.call('POST', '/api/v1/auth/register', { password, ...body });
  return { ...answer, body: answer.body as Record<string, unknown> };
};
const codeFor = async (body: Record<string, unknown>) => {
  const { body: answer, status } = await register(body);
  return [status, answer.code];
};

describe('registering', () => {
  it('makes an account that is logged in, with a channel of its own', async () => {
    const { body, status } = await register({ username: 'João', displayName: 'João da Silva 🎸', client: 'phone' });
    expect(status).toBe(201);
    expect(body).toEqual({
      user: {
        id: expect.any(Number) as number,
        username: 'João',
        displayName: 'João da Silva 🎸',
        bio: '',
        avatarId: null,
        presence: 'everyone',
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      },
      accessToken: expect.any(String) as string,
      refreshToken: expect.any(String) as string,
      expiresInMs: 900_000,
    });
    const mine = await server.call('GET', '/api/v1/channels', undefined, String(body.accessToken));
    expect((mine.body as { channels: unknown[] }).channels).toMatchObject([{ kind: 'self', memberCount: 1, head: 0 }]);
  });

  it('shows the username where no display name is given, or an empty one', async () => {
    for (const [username, given] of [
      ['Maria', {}],
      ['Mara', { displayName: '' }],
    ] as const)
      expect((await register({ username, ...given })).body.user).toMatchObject({ displayName: username });
  });

  it('never makes an administrator, and takes no id, whatever is asked for', async () => {
    const asked = { username: 'mallory', admin: true, id: 1, role: 'owner', disabled_at: null, password_hash: 'x' };
    expect((await register(asked)).status).toBe(201);
    const [row] = await server.sql`select admin, id from users where username = 'mallory'`;
    expect(row).toMatchObject({ admin: false });
    expect(Number(row?.id)).not.toBe(1);
  });

  it('keeps the password as an argon2id hash alone', async () => {
    await register({ username: 'hashed' });
    const [row] = await server.sql`select * from users where username = 'hashed'`;
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(JSON.stringify(row)).not.toContain(password);
  });
});

describe('a username', () => {
  beforeAll(async () => {
    await register({ username: 'Anna' });
    await register({ username: 'straße' });
    await register({ username: 'pascal' });
  });

  it.each([
    ['the same', 'Anna'],
    ['in other case', 'aNNA'],
    ['in full width', 'Ａｎｎａ'],
    ['with another spelling of ß', 'STRASSE'],
  ])('is taken: %s', async (_, username) => expect(await codeFor({ username })).toEqual([409, 'username_taken']));

  it.each([
    ['of mixed scripts', 'аnna'],
    ['that looks like another in another script', 'раѕсаӏ'],
  ])('%s is confusable', async (_, username) =>
    expect(await codeFor({ username })).toEqual([409, 'username_confusable']),
  );

  it.each([
    ['empty', '', 'invalid_request'],
    ['of 65 characters', 'a'.repeat(65), 'invalid_request'],
    ['with a space in front', ' ana', 'invalid_request'],
    ['with two spaces', 'ana  b', 'invalid_request'],
    ['of circled letters', 'Ⓐdmin', 'invalid_request'],
    ['with an emoji', 'ana💬', 'invalid_request'],
    ['with a joiner that nobody sees', 'an\u200da', 'invalid_request'],
    ['that turns direction', 'ana\u202eb', 'invalid_request'],
    ['with a line break', 'ana\n', 'invalid_request'],
    ['with markup', '<b>ana</b>', 'invalid_request'],
    ['with NUL', 'ana\0', 'invalid_text'],
    ['with a lone surrogate', 'ana\ud800', 'invalid_text'],
  ])('%s is refused', async (_, username, code) => expect(await codeFor({ username })).toEqual([400, code]));

  it.each([
    '田中',
    'Владимир',
    'مريم',
    'Ελένη',
    'İbrahim',
    'a',
    'x'.repeat(64),
    '__proto__'.slice(2, 7),
    'constructor',
  ])('may be %s', async (username) => expect((await register({ username })).body.user).toMatchObject({ username }));

  it('is given to one of many who ask for it at once', async () => {
    const answers = await Promise.all(['Rosa', 'rosa', 'ROSA', 'Rosa'].map((username) => register({ username })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
  });

  it('is given to one of two who look alike and ask at once', async () => {
    const answers = await Promise.all(
      ['сова', 'coba'.replace('b', 'в'), 'coвa'].map((username) => register({ username })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const pair = await Promise.all(['хор', 'xop'].map((username) => register({ username })));
    expect(pair.map(({ status }) => status).sort()).toEqual([201, 409]);
  });
});

describe('a display name', () => {
  it.each([
    ['that turns direction', 'ana\u202e'],
    ['with a control character', 'a\u0007b'],
    ['of nothing to see', '\u200b\u2003'],
    ['of 101 characters', 'x'.repeat(101)],
    ['with a hundred marks on one letter', `a${'\u0301'.repeat(99)}`],
  ])('%s is refused', async (_, displayName) =>
    expect(await codeFor({ username: 'someone', displayName })).toEqual([400, 'invalid_request']),
  );

  it('may be anything else, and stays as it is', async () => {
    const displayName = '👨‍👩‍👧‍👦 Família e\u0301 שלום';
    expect((await register({ username: 'familia', displayName })).body.user).toMatchObject({ displayName });
  });
});

describe('a password', () => {
  it.each([
    ['of 7 characters', '1234567'],
    ['of 7 characters that are 28 bytes', '💬'.repeat(7)],
    ['of 1,025 bytes', 'x'.repeat(1_025)],
    ['of 1,026 bytes in few characters', '💬'.repeat(257)],
    ['that is empty', ''],
  ])('%s is refused', async (_, given) => {
    const { body, status } = await register({ username: 'nobody', password: given });
    expect([status, body.code]).toEqual([400, 'invalid_request']);
    expect(body.details).toMatchObject({ fields: [{ path: 'password' }] });
  });

  it.each([
    ['of 8 characters', 'eight-8s', '12345678'],
    ['of 1,024 bytes', 'long', 'x'.repeat(1_024)],
    ['of spaces and signs of any script', 'any', ' пароль 密码 💬 '],
  ])('%s is taken, and is the whole of it', async (_, username, given) => {
    expect((await register({ username, password: given })).status).toBe(201);
    const login = (it: string) => server.call('POST', '/api/v1/auth/login', { username, password: it });
    expect((await login(given)).status).toBe(200);
    expect((await login(given.slice(0, -1))).status).toBe(401);
    expect((await login(given.trim() === given ? `${given.slice(0, -1)}?` : given.trim())).status).toBe(401);
  });
});

describe('where registration is closed or slow', () => {
  it('nobody registers', async () => {
    const closed = await startTestServer({
      database: server.database,
      moduleSettings: { accounts: { registration: 'closed' } },
    });
    expect((await register({ username: 'late' }, closed)).body).toMatchObject({
      code: 'registration_closed',
      status: 403,
    });
    await closed.stopServer();
  });

  it('an address registers so many in an hour', async () => {
    const few = await startTestServer({ database: server.database, limits: { registersPerAddress: 2 } });
    // What was refused for its form costs nothing.
    expect((await register({ username: '' }, few)).status).toBe(400);
    for (const username of ['first of two', 'second of two'])
      expect((await register({ username }, few)).status).toBe(201);
    const refused = await register({ username: 'third of two' }, few);
    expect([refused.status, refused.body.code]).toEqual([429, 'rate_limited']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1_000);
    await few.stopServer();
  });
});
