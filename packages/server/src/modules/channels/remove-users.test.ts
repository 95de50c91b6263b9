import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPool, type Sql } from '../../kernel/database/pool.ts';
import { startTestServer, type TestServer, type TestUser } from '../../testing/index.ts';
import { createVerifyUser } from '../accounts/index.ts';
import { removeVerifyUsers } from './index.ts';

let server: TestServer;
let ana: TestUser;
/** As the command line opens it, beside the server. */
let sql: Sql;
beforeAll(async () => {
  server = await startTestServer();
  ana = await server.user('ana');
  sql = openPool(server.database.connection, { connections: 2, name: 'test' });
});
afterAll(async () => {
  await sql.end();
  await server.stop();
});

const temporary = async (): Promise<TestUser> => {
  const { username } = await createVerifyUser(sql, 'correct horse');
  return server.login({ username });
};

const open = async (user: TestUser, body: object): Promise<string> => {
  const answer = await user.call('POST', '/api/v1/channels', body);
  return `/api/v1/channels/${(answer.body as { id: number }).id}`;
};
const say = (user: TestUser, channel: string, text = 'something') =>
  user.call('POST', `${channel}/messages`, { clientId: crypto.randomUUID(), text });

const tables = ['users', 'sessions', 'channels', 'members', 'messages', 'channel_events', 'blocks'];
const count = async (table: string): Promise<number | undefined> =>
  (await sql<{ n: number }[]>`select count(*)::int as n from ${sql(table)}`)[0]?.n;
const counts = () => Promise.all(tables.map(count));

it('leaves nothing behind of accounts that were among themselves, and ends their sockets', async () => {
  const before = await counts();
  const [one, two] = [await temporary(), await temporary()];
  const socket = await one.socket();
  await socket.hello({ token: one.accessToken });
  const direct = await open(one, { kind: 'direct', userId: two.id });
  const group = await open(one, { kind: 'group', name: 'both', memberIds: [two.id] });
  for (const channel of [direct, group]) await say(two, channel);
  await one.call('PATCH', '/api/v1/users/me', { bio: 'not for long' });
  for (const other of [one, ana]) await two.call('PUT', `/api/v1/blocks/${other.id}`);
  expect(await removeVerifyUsers(sql)).toBe(2);
  expect(await socket.closed).toBe(4401);
  expect(await counts()).toEqual(before);
  expect(await removeVerifyUsers(sql)).toBe(0);
});

it('takes a direct channel with somebody else along, who hears of it, and leaves a group of others as it was', async () => {
  const one = await temporary();
  const direct = await open(ana, { kind: 'direct', userId: one.id });
  const group = await open(ana, { kind: 'group', name: 'garden', memberIds: [one.id] });
  await say(one, direct);
  await say(one, group, 'kept');
  const before = await ana.socket();
  await before.hello({ token: ana.accessToken, cursors: {} });
  const cursors = Object.fromEntries(
    before.events.filter(({ event }) => event === 'timeline.reset').map(({ data }) => [data.channelId, data.head]),
  ) as Record<string, number>;
  await before.close();
  await removeVerifyUsers(sql);

  const after = await ana.socket();
  await after.hello({ token: ana.accessToken, cursors });
  const id = (path: string): number => Number(path.split('/').at(-1));
  expect(await after.event('channel.removed')).toMatchObject({ data: { channelId: id(direct) } });
  expect(after.entries(id(group))).toMatchObject([{ kind: 'member.left', userId: one.id }]);
  expect(after.events.map(({ data }) => data)).toContainEqual(
    expect.objectContaining({ kind: 'channel.left', leftChannelId: id(direct) }),
  );
  const { messages } = (await ana.call('GET', `${group}/messages`)).body as { messages: object[] };
  expect(messages).toMatchObject([{ text: 'kept', senderId: one.id }]);
  expect((await ana.call('GET', direct)).status).toBe(404);
  await after.close();
});

it('passes a group on that somebody else is in', async () => {
  const one = await temporary();
  const group = await open(one, { kind: 'group', name: 'theirs', memberIds: [ana.id] });
  await removeVerifyUsers(sql);
  const { members } = (await ana.call('GET', `${group}/members`)).body as { members: object[] };
  expect(members).toMatchObject([{ id: ana.id, role: 'owner' }]);
});

it('never takes an account for one of these: nobody else gets such a name', async () => {
  for (const username of ['messox-verify-me', 'MESSOX-verify-1', '\uff4dessox-verify-2'])
    await expect(server.user(username)).rejects.toThrow('400');
  expect(await removeVerifyUsers(sql)).toBe(0);
});
