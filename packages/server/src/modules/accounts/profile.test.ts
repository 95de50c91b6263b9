import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/index.ts';

let server: TestServer;
let ana: TestUser;
beforeAll(async () => {
  server = await startTestServer();
  ana = await server.user('ana');
});
afterAll(() => server.stop());

const update = async (body: unknown) => {
  const answer = await ana.call('PATCH', '/api/v1/users/me', body);
  return { status: answer.status, body: answer.body as Record<string, unknown> };
};

describe('the own profile', () => {
  it('is changed where something is named, and stays else', async () => {
    expect((await update({ displayName: 'Ana 🌻' })).body).toMatchObject({ displayName: 'Ana 🌻', bio: '' });
    expect((await update({ bio: 'linha 1\nlinha 2' })).body).toMatchObject({
      displayName: 'Ana 🌻',
      bio: 'linha 1\nlinha 2',
    });
    expect((await update({})).body).toMatchObject({ displayName: 'Ana 🌻', bio: 'linha 1\nlinha 2' });
    expect((await update({ displayName: '', bio: '' })).body).toMatchObject({ displayName: 'ana', bio: '' });
    expect((await ana.call('GET', '/api/v1/users/me')).body).toMatchObject({
      id: ana.id,
      username: 'ana',
      displayName: 'ana',
    });
  });

  it('changes nothing else, whatever is sent', async () => {
    const { body } = await update({
      id: 1,
      username: 'eve',
      admin: true,
      password_hash: 'x',
      createdAt: 'x',
      bio: 'me',
    });
    expect(body).toMatchObject({ id: ana.id, username: 'ana', bio: 'me' });
    const [row] = await server.sql`select admin from users where id = ${ana.id}`;
    expect(row?.admin).toBe(false);
  });

  it.each([
    ['a display name of 101 characters', { displayName: 'x'.repeat(101) }, 'invalid_request'],
    ['a display name that turns direction', { displayName: 'a\u2067b' }, 'invalid_request'],
    ['null for a display name', { displayName: null }, 'invalid_request'],
    ['a bio of 501 characters', { bio: 'x'.repeat(501) }, 'invalid_request'],
    ['a bio with NUL', { bio: 'a\0' }, 'invalid_text'],
    ['a bio with a lone surrogate', { bio: '\udfff' }, 'invalid_text'],
    ['a list', ['x'], 'invalid_request'],
  ])('takes no %s, and tells nobody', async (_, body, code) => {
    const before = (await ana.call('GET', '/api/v1/channels')).body as { channels: { head: number }[] };
    expect((await update(body)).body).toMatchObject({ code, status: 400 });
    expect(((await ana.call('GET', '/api/v1/channels')).body as typeof before).channels[0]?.head).toBe(
      before.channels[0]?.head,
    );
  });

  it('counts characters, not bytes: 500 emoji fit into a bio', async () =>
    expect((await update({ bio: '👩‍🚀'.repeat(166) })).status).toBe(200));

  it('tells the own devices of a change by an entry, those too that come later', async () => {
    const { channels } = (await ana.call('GET', '/api/v1/channels')).body as {
      channels: { id: number; head: number }[];
    };
    const { head = 0, id = 0 } = channels[0] ?? {};
    const phone = await ana.socket();
    await phone.hello({ token: ana.accessToken });
    await update({ displayName: 'Ana Maria', bio: 'x' });
    const expected = { kind: 'account.changed', senderId: ana.id, displayName: 'Ana Maria', bio: 'x', avatarId: null };
    const { data } = await phone.event('timeline.entry', ({ channelId }) => channelId === id);
    expect(data).toMatchObject({ ...expected, seq: head + 1 });
    const laptop = await ana.socket();
    await laptop.hello({ token: ana.accessToken, cursors: { [id]: head } });
    expect(laptop.entries(id)).toEqual([data]);
    await Promise.all([phone.close(), laptop.close()]);
  });

  it('is told to nobody else', async () => {
    const bruno = await server.user('bruno');
    const socket = await bruno.socket();
    await socket.hello({ token: bruno.accessToken, cursors: {} });
    await update({ bio: 'for me' });
    await socket.ok('ping', {});
    expect(JSON.stringify(socket.events)).not.toContain('for me');
    await socket.close();
  });
});
