import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/index.ts';

let server: TestServer;
let ana: TestUser;
beforeAll(async () => {
  server = await startTestServer();
  ana = await server.user('ana');
  const people = [
    ['anabela', 'Bela'],
    ['Álvaro', 'Ávila 100%'],
    ['straße', 'Über_Straße'],
    ['joao', 'João'.normalize('NFD')],
    ['percent', '100% sure'],
    ['underscore', '100_ sure'],
    ['backslash', '100\\ sure'],
    ['Владимир', 'Вова'],
    ['田中', 'たなか'],
  ] as const;
  for (const [username, displayName] of people)
    await server.call('POST', '/api/v1/auth/register', { username, displayName, password: 'correct horse' });
});
afterAll(() => server.stop());

const find = async (query: string, more = '') => {
  const answer = await ana.call('GET', `/api/v1/users?query=${encodeURIComponent(query)}${more}`);
  expect(answer.status).toBe(200);
  return (answer.body as { users: { username: string }[] }).users.map(({ username }) => username);
};

describe('finding users', () => {
  it.each([
    ['a username', 'anab', ['anabela']],
    ['several', 'ana', ['ana', 'anabela']],
    ['other case', 'ANAB', ['anabela']],
    ['a display name', 'bel', ['anabela']],
    ['a letter with its accent', 'ÁLV', ['Álvaro']],
    ['the same decomposed', 'álv'.normalize('NFD'), ['Álvaro']],
    ['the spelling of ß that a username is known by', 'STRASS', ['straße']],
    ['ß itself', 'straß', ['straße']],
    ['a capital letter of a display name beyond ASCII', 'über', ['straße']],
    ['a display name that was typed decomposed', 'joã', ['joao']],
    ['Cyrillic', 'влад', ['Владимир']],
    ['kanji', '田', ['田中']],
    ['a percent sign', '100%', ['percent']],
    ['an underscore', '100_', ['underscore']],
    ['a backslash', '100\\', ['backslash']],
    ['a percent sign alone', '%', []],
    ['an underscore alone', '_', []],
    ['what is in the middle of a name', 'abela', []],
    ['SQL', "' or true --", []],
    ['a pattern', '.*', []],
  ])('by %s', async (_, query, expected) => expect(await find(query)).toEqual(expected));

  it('tells id, username and display name, and nothing more', async () => {
    const answer = await ana.call('GET', '/api/v1/users?query=anabela');
    expect(answer.body).toEqual({
      users: [{ id: expect.any(Number) as number, username: 'anabela', displayName: 'Bela' }],
    });
  });

  it('gives as many as were asked for', async () => expect(await find('a', '&limit=1')).toEqual(['ana']));

  it.each([
    ['no query', ''],
    ['an empty query', '?query='],
    ['a query of 101 characters', `?query=${'x'.repeat(101)}`],
    ['NUL', '?query=%00'],
    ['no limit', '?query=a&limit='],
    ['a limit of zero', '?query=a&limit=0'],
    ['a limit of 101', '?query=a&limit=101'],
    ['a broken limit', '?query=a&limit=1.5'],
    ['a negative limit', '?query=a&limit=-1'],
    ['words for a limit', '?query=a&limit=all'],
  ])('refuses %s', async (_, query) => expect((await ana.call('GET', `/api/v1/users${query}`)).status).toBe(400));

  it('reads broken percent encoding as it can, and never fails', async () => {
    for (const query of ['%ff%fe', '%ed%a0%80', '%', '%zz'])
      expect([200, 400]).toContain((await ana.call('GET', `/api/v1/users?query=${query}`)).status);
  });

  it('is for those who are logged in', async () =>
    expect((await server.call('GET', '/api/v1/users?query=a')).status).toBe(401));
});
