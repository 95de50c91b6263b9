import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setDisabled } from '../accounts/index.ts';
import { httpLines, rawConnection, startTestServer, statusOf, type TestServer } from '../../testing/index.ts';
import { appUser, password, post, postForm, postJson, someText } from './app-client.test.fixture.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

const ways = [
  ['a form', postForm],
  ['JSON', postJson],
] as const;

const account = (name: string) => ({
  token: expect.stringMatching(/^\S{40,}$/) as unknown,
  name,
  profile: someText,
  bio: '',
});

describe.each(ways)('with %s', (way, send) => {
  const name = `João ${way === 'JSON' ? 'Jota' : 'Efe'}`;

  it('registers, and logs in with any spelling of the name', async () => {
    const registered = await send(server, '/user/register', { name, password: 'pássword & + = %' });
    expect(registered.status).toBe(201);
    expect(registered.body).toEqual(account(name));
    expect(registered.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(registered.headers.get('cache-control')).toBe('no-store');
    const login = await send(server, '/user/login', { name: name.toUpperCase(), password: 'pássword & + = %' });
    expect(login.status).toBe(200);
    expect(login.body).toEqual(account(name));
    expect(login.body.token).not.toBe(registered.body.token);
  });

  it.each([
    ['of somebody', { name: name.toLowerCase(), password }],
    // Cyrillic letters that look like Latin ones.
    ['that mixes scripts', { name: 'раypal', password }],
  ])('registers no name %s: 409', async (_, fields) => {
    const { body, status } = await send(server, '/user/register', fields);
    expect(status).toBe(409);
    expect(body).toEqual({ field: 'name', message: someText });
  });

  it.each([
    ['name', { name: 'x'.repeat(65), password }],
    ['name', { name: '田'.repeat(65), password }],
    ['password', { name: 'ok', password: 'x'.repeat(1_025) }],
    ['password', { name: 'ok', password: 'é'.repeat(513) }],
    ['name', { name: 'x'.repeat(100_000), password }],
    ['password', { name: 'ok', password: 'x'.repeat(100_000) }],
    ['password', { name: 'ok', password: 'x'.repeat(3_000_000) }],
  ])('registers no %s that is too long: 413', async (field, fields) => {
    const { body, status } = await send(server, '/user/register', fields);
    expect(status).toBe(413);
    expect(body).toEqual({ field, message: someText });
    expect((await send(server, '/user/login', fields)).status).toBe(400);
  });

  it('takes a name and a password of the greatest length', async () => {
    const longest = { name: `${way === 'JSON' ? 'j' : 'f'}${'x'.repeat(63)}`, password: 'é'.repeat(512) };
    expect((await send(server, '/user/register', longest)).status).toBe(201);
    expect((await send(server, '/user/login', longest)).status).toBe(200);
  });

  it.each([
    ['name', { password }],
    ['password', { name: 'ok' }],
    ['name', { name: '', password }],
    ['password', { name: 'ok', password: '' }],
    ['name', { name: 'a\0b', password }],
    ['password', { name: 'ok', password: 'a\0bcdefgh' }],
  ])('asks for a proper %s: 400', async (field, fields) => {
    for (const path of ['/user/register', '/user/login']) {
      const { body, status } = await send(server, path, fields);
      expect(status).toBe(400);
      expect(body).toEqual({ field, message: someText });
    }
  });

  it.each([
    ['name', { name: ' ana', password }],
    ['name', { name: 'a..b', password }],
    ['name', { name: 'a\u202eb', password }],
    ['password', { name: 'ok', password: 'short' }],
  ])('registers no %s that may not be: 400', async (field, fields) => {
    const { body, status } = await send(server, '/user/register', fields);
    expect(status).toBe(400);
    expect(body).toEqual({ field, message: someText });
  });

  it('tells a wrong password from an unknown name', async () => {
    expect((await send(server, '/user/login', { name, password: 'not this one' })).status).toBe(401);
    expect((await send(server, '/user/login', { name: 'nobody', password })).status).toBe(404);
    expect((await send(server, '/user/login', { name: '!!', password })).status).toBe(404);
  });
});

it.each([
  ['a form that is not percent-encoded', 'application/x-www-form-urlencoded', 'name=%zz&password=correct+horse'],
  ['a form that is not UTF-8', 'application/x-www-form-urlencoded', 'name=%ff%fe&password=correct+horse'],
  ['a form with bytes that are not UTF-8', 'application/x-www-form-urlencoded', Buffer.from('name=\xff\xfe', 'latin1')],
  ['a form with a field twice', 'application/x-www-form-urlencoded', 'name=a&name=b&password=correct+horse'],
  ['an empty body', 'application/json', ''],
  ['JSON that is cut off', 'application/json', '{"name":"a"'],
  ['JSON that is no object', 'application/json', '["name"]'],
  ['JSON that is not UTF-8', 'application/json', Buffer.from('{"name":"\xff"}', 'latin1')],
  ['JSON that is nested deeply', 'application/json', `{"name":${'['.repeat(1_000)}${']'.repeat(1_000)}}`],
  ['JSON with a byte order mark', 'application/json', '\ufeff{"name":"abc","password":"correct horse"}'],
  ['another content type', 'text/plain', 'name=abc&password=correct+horse'],
])('is answered 400: %s', async (_, contentType, body) => {
  for (const path of ['/user/register', '/user/login']) {
    const answer = await post(server, path, contentType, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ message: someText });
  }
});

it.each([
  ['a number', '{"name":5,"password":"correct horse"}'],
  ['a lone surrogate', '{"name":"\\ud800","password":"correct horse"}'],
  ['a list', '{"name":["abc"],"password":"correct horse"}'],
])('takes no name that is %s', async (_, body) => {
  const answer = await postJson(server, '/user/register', body);
  expect(answer).toMatchObject({ status: 400, body: { field: 'name' } });
});

it('has a picture that can be decoded, and the bio of the account', async () => {
  const { token, name } = await appUser(server);
  await server.call('PATCH', '/api/v1/users/me', { bio: 'Olá! 👋🏽' }, token);
  const { body } = await postForm(server, '/user/login', { name, password });
  expect(body.bio).toBe('Olá! 👋🏽');
  const picture = Buffer.from(String(body.profile), 'base64');
  expect(picture.toString('base64')).toBe(body.profile);
  expect(picture.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
  const [width, height, depth] = [picture.readUInt32BE(16), picture.readUInt32BE(20), picture.readUInt8(24)];
  const data = picture.indexOf('IDAT');
  const pixels = inflateSync(picture.subarray(data + 4, data + 4 + picture.readUInt32BE(data - 4)));
  expect(pixels.length).toBe(height * (1 + (width * depth) / 8));
});

it('gives a token that is an access token, too', async () => {
  const { name, token } = await appUser(server);
  const me = await server.call('GET', '/api/v1/users/me', undefined, token);
  expect(me).toMatchObject({ status: 200, body: { username: name } });
  const sessions = await server.call('GET', '/api/v1/sessions', undefined, token);
  expect(sessions.body).toMatchObject({ sessions: [{ client: 'messox-app', current: true }] });
});

it('is answered 403 for a disabled account, once the password is right', async () => {
  const { name } = await appUser(server);
  await setDisabled(server.sql as never, name, true);
  expect((await postForm(server, '/user/login', { name, password: 'wrong one' })).status).toBe(401);
  const login = await postForm(server, '/user/login', { name, password });
  expect(login).toMatchObject({ status: 403, body: { message: someText } });
});

it('has other methods refused', async () => {
  for (const path of ['/user/register', '/user/login']) expect((await server.call('GET', path)).status).toBe(405);
  expect((await server.call('POST', '/server/ping')).status).toBe(405);
});

it('answers before all of a body that is too large has come', async () => {
  const head = httpLines(
    'POST /user/register HTTP/1.1',
    'Host: server',
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Length: 100000000',
  );
  const connection = rawConnection(server.port, head, `name=${'x'.repeat(100_000)}`);
  const answer = await new Promise<string>((resolve) => {
    connection.socket.on('data', () => {
      if (connection.text().includes('}')) resolve(connection.text());
    });
  });
  connection.socket.destroy();
  expect(statusOf(answer)).toBe(413);
});

describe('settings', () => {
  it('answers an unknown name like a wrong password where it is told to', async () => {
    const discreet = await startTestServer({ moduleSettings: { 'messox-app': { unknownUser: 'unauthorized' } } });
    const { name } = await appUser(discreet);
    const unknown = await postForm(discreet, '/user/login', { name: 'nobody', password });
    const wrong = await postForm(discreet, '/user/login', { name, password: 'wrong one' });
    expect(unknown.status).toBe(401);
    expect(unknown.body).toEqual(wrong.body);
    await discreet.stop();
  });

  it('serves nothing when it is not enabled', async () => {
    const without = await startTestServer({ moduleSettings: { 'messox-app': { enabled: false } } });
    for (const [method, path] of [
      ['GET', '/server/ping'],
      ['POST', '/user/register'],
      ['POST', '/user/login'],
      ['GET', '/server/ws'],
    ] as const)
      expect((await without.call(method, path)).status).toBe(404);
    await without.stop();
  });

  it('registers nobody where registration is closed', async () => {
    const closed = await startTestServer({ moduleSettings: { accounts: { registration: 'closed' } } });
    const answer = await postForm(closed, '/user/register', { name: 'ana', password });
    expect(answer).toMatchObject({ status: 403, body: { message: someText } });
    await closed.stop();
  });
});

describe('rate limits', () => {
  it('are those of /api/v1/auth, counted together', async () => {
    const strict = await startTestServer({ limits: { registersPerAddress: 2, loginsPerAccount: 2 } });
    const register = (name: string) => postForm(strict, '/user/register', { name, password });
    expect((await register('ana')).status).toBe(201);
    await strict.user('bruno');
    const third = await register('carla');
    expect(third).toMatchObject({ status: 429, body: { message: someText } });
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);

    const login = (given: string) => postForm(strict, '/user/login', { name: 'ana', password: given });
    expect((await login('wrong one')).status).toBe(401);
    await strict.call('POST', '/api/v1/auth/login', { username: 'ana', password: 'wrong one' });
    const limited = await login(password);
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    await strict.stop();
  });
});
