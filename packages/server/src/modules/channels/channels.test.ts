import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestSocket, type TestUser } from '../../testing/index.ts';

let server: TestServer;
let ana: TestUser;
let bruno: TestUser;
let carla: TestUser;
beforeAll(async () => {
  server = await startTestServer({ limits: { groupMembers: 4 } });
  [ana, bruno, carla] = [await server.user('ana'), await server.user('bruno'), await server.user('carla')];
});
afterAll(() => server.stop());

interface ChannelAnswer {
  id: number;
  kind: string;
  name?: string;
  memberCount: number;
  head: number;
  code?: string;
  details?: Record<string, unknown>;
}

const open = async (by: TestUser, body: unknown): Promise<{ status: number; body: ChannelAnswer }> => {
  const answer = await by.call('POST', '/api/v1/channels', body);
  return { status: answer.status, body: answer.body };
};
const group = async (by: TestUser, ...members: TestUser[]): Promise<number> =>
  (await open(by, { kind: 'group', name: 'Feira', memberIds: members.map(({ id }) => id) })).body.id;
const members = async (by: TestUser, channelId: number, query = '') =>
  (
    (await by.call('GET', `/api/v1/channels/${channelId}/members${query}`)).body as {
      members: { id: number; username: string; role: string }[];
    }
  ).members;
const roles = async (by: TestUser, channelId: number): Promise<Record<string, string>> =>
  Object.fromEntries((await members(by, channelId)).map(({ role, username }) => [username, role]));
const ask = async (
  by: TestUser,
  method: string,
  path: string,
  body?: unknown,
): Promise<[number, string | undefined]> => {
  const answer = await by.call(method, `/api/v1/channels/${path}`, body);
  return [answer.status, (answer.body as { code?: string } | undefined)?.code];
};
const joined = async (user: TestUser, hello: Record<string, unknown> = {}): Promise<TestSocket> => {
  const socket = await user.socket();
  await socket.hello({ token: user.accessToken, ...hello });
  return socket;
};

describe('a direct channel', () => {
  it('is one for a pair, whoever asks and however often', async () => {
    const first = await open(ana, { kind: 'direct', userId: bruno.id });
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      kind: 'direct',
      memberCount: 2,
      members: [
        { id: ana.id, username: 'ana', displayName: 'ana' },
        { id: bruno.id, username: 'bruno', displayName: 'bruno' },
      ],
    });
    expect(first.body).not.toHaveProperty('name');
    for (const [by, other] of [
      [ana, bruno],
      [bruno, ana],
    ] as const)
      expect(await open(by, { kind: 'direct', userId: other.id })).toMatchObject({
        status: 200,
        body: { id: first.body.id },
      });
  });

  it('is one when both ask at the same moment, many times over', async () => {
    const [dora, eva] = [await server.user('dora'), await server.user('eva')];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 ? open(dora, { kind: 'direct', userId: eva.id }) : open(eva, { kind: 'direct', userId: dora.id }),
      ),
    );
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const id = answers[0]?.body.id ?? 0;
    const kinds = await server.sql`select kind from channel_events where channel_id = ${id} order by seq`;
    expect(kinds.map(({ kind }) => kind as string)).toEqual(['member.joined', 'member.joined']);
  });

  it.each([
    ['with oneself', () => ana.id, 400, 'invalid_request'],
    ['with nobody', () => 999_999, 404, 'user_not_found'],
    ['with a broken id', () => 1.5, 400, 'invalid_request'],
    ['with an id beyond 2^53', () => 2 ** 53, 400, 'invalid_request'],
    ['with a text', () => 'bruno', 400, 'invalid_request'],
    ['with a list', () => [1], 400, 'invalid_request'],
  ])('%s is refused', async (_, userId, status, code) =>
    expect(await open(ana, { kind: 'direct', userId: userId() })).toMatchObject({ status, body: { code } }),
  );

  it('has two members for good', async () => {
    const { body } = await open(ana, { kind: 'direct', userId: bruno.id });
    expect(await ask(ana, 'POST', `${body.id}/members`, { userIds: [carla.id] })).toEqual([403, 'forbidden']);
    expect(await ask(ana, 'DELETE', `${body.id}/members/${bruno.id}`)).toEqual([403, 'forbidden']);
    expect(await ask(ana, 'DELETE', `${body.id}/members/${ana.id}`)).toEqual([403, 'forbidden']);
    expect(await ask(ana, 'PATCH', String(body.id), { name: 'x' })).toEqual([403, 'forbidden']);
  });

  it('is told to the sessions of both at once', async () => {
    const [fabio, gina] = [await server.user('fabio'), await server.user('gina')];
    const [one, other] = [await joined(fabio), await joined(gina)];
    const { body } = await open(fabio, { kind: 'direct', userId: gina.id });
    for (const socket of [one, other]) {
      await socket.event('channel.added', ({ channel }) => (channel as { id: number }).id === body.id);
      await socket.event('timeline.reset', ({ channelId }) => channelId === body.id);
    }
    await Promise.all([one.close(), other.close()]);
  });
});

describe('the channel of kind self', () => {
  const selfOf = async (user: TestUser): Promise<number> =>
    ((await user.call('GET', '/api/v1/channels')).body as { channels: ChannelAnswer[] }).channels.find(
      ({ kind }) => kind === 'self',
    )?.id ?? 0;

  it('is a place for notes, which all own devices see', async () => {
    const [phone, laptop] = [await joined(ana), await joined(ana)];
    const id = await selfOf(ana);
    await phone.send(id, 'buy bread');
    expect((await laptop.event('timeline.entry', ({ text }) => text === 'buy bread')).data).toMatchObject({
      channelId: id,
    });
    await Promise.all([phone.close(), laptop.close()]);
  });

  it('is nobody else’s, and cannot be changed', async () => {
    const id = await selfOf(ana);
    expect(await ask(bruno, 'GET', String(id))).toEqual([404, 'channel_not_found']);
    expect(await ask(ana, 'POST', `${id}/members`, { userIds: [bruno.id] })).toEqual([403, 'forbidden']);
    expect(await ask(ana, 'DELETE', `${id}/members/${ana.id}`)).toEqual([403, 'forbidden']);
    expect(await ask(ana, 'PATCH', String(id), { name: 'x' })).toEqual([403, 'forbidden']);
  });
});

describe('a group', () => {
  it('belongs to who made it', async () => {
    const { body, status } = await open(ana, {
      kind: 'group',
      name: 'Família 👨‍👩‍👧',
      memberIds: [bruno.id, bruno.id, ana.id],
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ kind: 'group', name: 'Família 👨‍👩‍👧', memberCount: 2 });
    expect(await roles(ana, body.id)).toEqual({ ana: 'owner', bruno: 'member' });
  });

  it.each([
    ['no name', { name: '' }],
    ['a name of 101 characters', { name: 'x'.repeat(101) }],
    ['a number for a name', { name: 7 }],
    ['no list of members', { memberIds: 7 }],
    ['a text among the members', { memberIds: ['1'] }],
    ['more members than any group has', { memberIds: Array.from({ length: 1_001 }, (_, n) => n + 1) }],
    ['another kind', { kind: 'self' }],
    ['no kind', { kind: undefined }],
  ])('cannot have %s', async (_, change) =>
    expect(await open(ana, { kind: 'group', name: 'x', memberIds: [], ...change })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    }),
  );

  it('cannot have a name with NUL, though the kinds have fields of their own', async () =>
    expect(await open(ana, { kind: 'group', name: 'a\0', memberIds: [] })).toMatchObject({
      body: { code: 'invalid_text' },
    }));

  it('is not made when one of its members is not there', async () => {
    const before = ((await ana.call('GET', '/api/v1/channels')).body as { channels: unknown[] }).channels.length;
    const refused = await open(ana, { kind: 'group', name: 'x', memberIds: [bruno.id, 999_999] });
    expect(refused.body).toMatchObject({ code: 'user_not_found', details: { userIds: [999_999] } });
    expect(((await ana.call('GET', '/api/v1/channels')).body as { channels: unknown[] }).channels).toHaveLength(before);
  });

  it('is renamed by owner and admin, and everyone sees it', async () => {
    const id = await group(ana, bruno, carla);
    await server.sql`update members set role = 'admin' where channel_id = ${id} and user_id = ${bruno.id}`;
    const socket = await joined(carla);
    expect(await ask(carla, 'PATCH', String(id), { name: 'Minha' })).toEqual([403, 'forbidden']);
    for (const [by, name] of [
      [ana, 'Nova'],
      [bruno, 'Mais nova'],
    ] as const) {
      const renamed = await by.call('PATCH', `/api/v1/channels/${id}`, { name });
      expect(renamed.body).toMatchObject({ id, name });
      await socket.event(
        'timeline.entry',
        (it) => it.kind === 'channel.changed' && it.name === name && it.senderId === by.id,
      );
    }
    await socket.close();
  });

  it('holds so many members', async () => {
    const others = await Promise.all(['h1', 'h2', 'h3'].map((name) => server.user(name)));
    const ids = others.map((user) => user.id);
    expect(await open(ana, { kind: 'group', name: 'x', memberIds: [...ids, bruno.id] })).toMatchObject({
      status: 409,
      body: { code: 'group_full', details: { groupMembers: 4 } },
    });
    const id = await group(ana, bruno);
    expect(await ask(ana, 'POST', `${id}/members`, { userIds: ids })).toEqual([409, 'group_full']);
    // Who is in already takes no place twice.
    expect((await ask(ana, 'POST', `${id}/members`, { userIds: [bruno.id, ...ids.slice(0, 2)] }))[0]).toBe(200);
    expect(await members(ana, id)).toHaveLength(4);
    expect(await ask(ana, 'POST', `${id}/members`, { userIds: [ids[2]] })).toEqual([409, 'group_full']);
  });

  it('never holds more, however many are added at once', async () => {
    const id = await group(ana);
    const others = await Promise.all(Array.from({ length: 6 }, (_, n) => server.user(`crowd${n}`)));
    const answers = await Promise.all(others.map((user) => ask(ana, 'POST', `${id}/members`, { userIds: [user.id] })));
    expect(answers.filter(([status]) => status === 200)).toHaveLength(3);
    const [row] =
      await server.sql`select member_count, (select count(*)::int from members where channel_id = ${id}) as counted from channels where id = ${id}`;
    expect(row).toMatchObject({ member_count: 4, counted: 4 });
  });
});

describe('members of a group', () => {
  it('are added by owner and admin, once', async () => {
    const id = await group(ana, bruno);
    expect(await ask(bruno, 'POST', `${id}/members`, { userIds: [carla.id] })).toEqual([403, 'forbidden']);
    expect((await ask(ana, 'POST', `${id}/members`, { userIds: [carla.id, carla.id] }))[0]).toBe(200);
    expect((await ask(ana, 'POST', `${id}/members`, { userIds: [carla.id] }))[0]).toBe(200);
    expect(await ask(ana, 'POST', `${id}/members`, { userIds: [999_999] })).toEqual([404, 'user_not_found']);
    expect(await ask(ana, 'POST', `${id}/members`, { userIds: [] })).toEqual([400, 'invalid_request']);
    const rows =
      await server.sql`select body->>'userId' as "userId" from channel_events where channel_id = ${id} and kind = 'member.joined' order by seq`;
    expect(rows.map(({ userId }) => Number(userId))).toEqual([ana.id, bruno.id, carla.id]);
  });

  it.each([
    ['owner', 'admin', 204],
    ['owner', 'member', 204],
    ['admin', 'owner', 403],
    ['admin', 'admin', 403],
    ['admin', 'member', 204],
    ['member', 'owner', 403],
    ['member', 'admin', 403],
    ['member', 'member', 403],
  ])('as %s take out a(n) %s: %i', async (role, other, status) => {
    const id = await group(ana, bruno, carla);
    await server.sql`update members set role = ${role} where channel_id = ${id} and user_id = ${bruno.id}`;
    await server.sql`update members set role = ${other} where channel_id = ${id} and user_id = ${carla.id}`;
    expect((await ask(bruno, 'DELETE', `${id}/members/${carla.id}`))[0]).toBe(status);
    expect('carla' in (await roles(ana, id))).toBe(status !== 204);
  });

  it('that are not there cannot be taken out', async () => {
    const id = await group(ana, bruno);
    expect(await ask(ana, 'DELETE', `${id}/members/${carla.id}`)).toEqual([404, 'user_not_found']);
    expect(await ask(ana, 'DELETE', `${id}/members/999999`)).toEqual([404, 'user_not_found']);
    expect(await ask(ana, 'DELETE', `${id}/members/x`)).toEqual([400, 'invalid_request']);
  });

  it('leave, and the owner passes the group on: to an admin, or else to who has been in longest', async () => {
    const id = await group(ana, bruno, carla);
    await server.sql`update members set role = 'admin' where channel_id = ${id} and user_id = ${carla.id}`;
    const brunos = await joined(bruno);
    expect(await ask(ana, 'DELETE', `${id}/members/${ana.id}`)).toEqual([204, undefined]);
    expect(await roles(bruno, id)).toEqual({ bruno: 'member', carla: 'owner' });
    expect(await ask(carla, 'DELETE', `${id}/members/${carla.id}`)).toEqual([204, undefined]);
    expect(await roles(bruno, id)).toEqual({ bruno: 'owner' });
    // Whoever holds the members and hears of this knows the new owner, too.
    await brunos.event('timeline.entry', ({ newOwnerId }) => newOwnerId === bruno.id);
    expect(brunos.entries(id)).toMatchObject([
      { kind: 'member.left', userId: ana.id, newOwnerId: carla.id },
      { kind: 'member.left', userId: carla.id, newOwnerId: bruno.id },
    ]);
    await brunos.close();
    expect(await ask(bruno, 'DELETE', `${id}/members/${bruno.id}`)).toEqual([204, undefined]);
    expect(await ask(bruno, 'GET', String(id))).toEqual([404, 'channel_not_found']);
    expect(await ask(bruno, 'DELETE', `${id}/members/${bruno.id}`)).toEqual([404, 'channel_not_found']);
  });

  it('that were taken out while connected see and hear nothing more of it', async () => {
    const id = await group(ana, bruno, carla);
    const [anas, brunos] = [await joined(ana), await joined(bruno)];
    const sent = await anas.send(id, 'before');
    await brunos.event('timeline.entry', ({ text }) => text === 'before');
    await ask(ana, 'DELETE', `${id}/members/${bruno.id}`);
    await brunos.event('channel.removed', ({ channelId }) => channelId === id);
    const told = brunos.events.length;
    await anas.send(id, 'after');
    await anas.ok('message.edit', { channelId: id, seq: sent.seq, text: 'edited after' });
    await anas.ok('typing.start', { channelId: id });
    await anas.ok('read.mark', { channelId: id, seq: sent.seq });
    await anas.event('timeline.entry', ({ kind }) => kind === 'message.edited');
    for (const [op, data] of [
      ['message.send', { clientId: crypto.randomUUID(), text: 'x' }],
      ['message.edit', { seq: sent.seq, text: 'x' }],
      ['message.delete', { seq: sent.seq }],
      ['reaction.add', { seq: sent.seq, emoji: '👍' }],
      ['reaction.remove', { seq: sent.seq, emoji: '👍' }],
      ['read.mark', { seq: sent.seq }],
      ['typing.start', {}],
    ] as const)
      expect([op, (await brunos.request(op, { channelId: id, ...data })).error?.code]).toEqual([
        op,
        'channel_not_found',
      ]);
    await brunos.ok('sync', { cursors: { [id]: 0 } });
    await brunos.until('a second ready', () => brunos.events.filter(({ event }) => event === 'ready')[1]);
    expect(brunos.events.slice(told).map(({ event }) => event)).toEqual(['channel.removed', 'ready']);
    expect((await brunos.ok('ping', {})).heads).toBeUndefined();
    const again = await joined(bruno, { cursors: { [id]: 0 } });
    expect(again.entries(id)).toEqual([]);
    await Promise.all([anas.close(), brunos.close(), again.close()]);
  });

  it('that are added again are shown the group anew, and go on live', async () => {
    const id = await group(ana, bruno);
    const [anas, brunos] = [await joined(ana), await joined(bruno)];
    await ask(ana, 'DELETE', `${id}/members/${bruno.id}`);
    await brunos.event('channel.removed', ({ channelId }) => channelId === id);
    await anas.send(id, 'without Bruno');
    await ask(ana, 'POST', `${id}/members`, { userIds: [bruno.id] });
    const { data } = await brunos.event('timeline.reset', ({ channelId }) => channelId === id);
    const { seq } = await anas.send(id, 'with Bruno');
    await brunos.event('timeline.entry', (it) => it.seq === seq && it.channelId === id);
    const live = brunos.entries(id).map((entry) => entry.seq);
    expect(live.filter((it) => (it as number) > (data.head as number))).toEqual([seq]);
    expect((data.entries as { seq: number }[]).map((entry) => entry.seq)).toEqual(
      Array.from({ length: data.head as number }, (_, index) => index + 1),
    );
    await Promise.all([anas.close(), brunos.close()]);
  });

  it('are listed in pages by id', async () => {
    const id = await group(carla, bruno, ana);
    const all = await members(ana, id);
    expect(all.map((member) => member.id)).toEqual([ana.id, bruno.id, carla.id].sort((a, b) => a - b));
    const first = await members(ana, id, '?limit=2');
    const second = await members(ana, id, `?limit=2&after=${first[1]?.id}`);
    expect([...first, ...second]).toEqual(all);
    expect(await members(ana, id, `?after=${all[2]?.id}`)).toEqual([]);
    expect(await ask(ana, 'GET', `${id}/members?after=-1`)).toEqual([400, 'invalid_request']);
  });
});

describe('the channels of a user', () => {
  it('are so many at the most, by whichever way they come', async () => {
    const few = await startTestServer({ database: server.database, limits: { channelsPerUser: 3 } });
    // One is the channel of kind self.
    const [ida, jo] = [await few.user('ida'), await few.user('jo')];
    await open(ida, { kind: 'direct', userId: jo.id });
    const free = await Promise.all([group(ida), group(ida), open(ida, { kind: 'direct', userId: bruno.id })]);
    expect(free.filter((it) => typeof it === 'number')).toHaveLength(1);
    expect((await open(jo, { kind: 'group', name: 'x', memberIds: [ida.id] })).body).toMatchObject({
      code: 'too_many_channels',
      details: { userIds: [ida.id] },
    });
    const id = (await open(jo, { kind: 'group', name: 'x', memberIds: [] })).body.id;
    expect(await ask(jo, 'POST', `${id}/members`, { userIds: [ida.id] })).toEqual([409, 'too_many_channels']);
    // What there is already is no new channel.
    expect((await open(jo, { kind: 'direct', userId: ida.id })).status).toBe(200);
    await few.stopServer();
  });

  it('come in pages, newest activity first, each once', async () => {
    const kim = await server.user('kim');
    const ids: number[] = [];
    for (let turn = 0; turn < 7; turn += 1) ids.push(await group(kim));
    // Several were active in the same millisecond.
    await server.sql`update channels set active_at = '2030-01-01' where id = any (${ids.slice(0, 5)})`;
    await kim.call('POST', `/api/v1/channels/${ids[6]}/messages`, {
      clientId: crypto.randomUUID(),
      text: 'the last one',
    });
    const page = async (query: string) =>
      (await kim.call('GET', `/api/v1/channels${query}`)).body as {
        channels: (ChannelAnswer & { lastMessage?: { text: string } })[];
        next?: string;
      };
    const all = await page('?limit=100');
    expect(all).not.toHaveProperty('next');
    // In the channel of kind self an entry says that the last group was joined.
    const self = all.channels.find(({ kind }) => kind === 'self')?.id;
    expect(all.channels.map(({ id }) => id)).toEqual([...ids.slice(0, 5).reverse(), ids[6], self, ids[5]]);
    expect(all.channels.find(({ id }) => id === ids[6])?.lastMessage?.text).toBe('the last one');
    const paged: ChannelAnswer[] = [];
    for (let next: string | undefined, query = '?limit=2'; ; query = `?limit=2&after=${next}`) {
      const { channels, next: after } = await page(query);
      paged.push(...channels);
      next = after;
      if (next === undefined) break;
    }
    expect(paged).toEqual(all.channels);
  });

  it.each(['x', '1', '1.', '.1', '1.2.3', '-1.1', '1.1e3', '99999999999999999.1', `' or 1=1 --`])(
    'have no page after %j',
    async (after) => {
      const answer = await ana.call('GET', `/api/v1/channels?after=${encodeURIComponent(after)}`);
      expect([answer.status, (answer.body as { code: string }).code]).toEqual([400, 'invalid_request']);
    },
  );

  it('after the cursor of somebody else are the own ones all the same', async () => {
    const { channels } = (await bruno.call('GET', '/api/v1/channels?after=9999999999999999.9999999999999999')).body as {
      channels: ChannelAnswer[];
    };
    for (const { id } of channels) expect((await ask(bruno, 'GET', String(id)))[0]).toBe(200);
  });
});
