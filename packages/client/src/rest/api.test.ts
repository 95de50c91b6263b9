import { rest } from '@messox/protocol';
import { expect, expectTypeOf, test } from 'vitest';
import type { Channel, MessageEntry, OwnUser } from '@messox/protocol';
import { makeClient, startServer } from '../test/fixtures.ts';
import { makeApi } from './api.ts';
import type { Parts } from './call.ts';

const start = async (channels: number, messages: number) => {
  const server = await startServer();
  server.world.addUser('ana');
  server.world.addUser('anselm');
  for (let i = 0; i < channels; i += 1) server.world.addChannel([1, 2]);
  for (let i = 0; i < messages; i += 1) server.world.storeText(1, `${i + 1}`);
  return { server, api: makeClient(server).api };
};

test('reads all channels, page by page', async () => {
  const { api } = await start(230, 0);
  const ids: number[] = [];
  for await (const { id } of api.allChannels()) ids.push(id);
  expect(ids).toEqual(Array.from({ length: 230 }, (_, index) => index + 1));
  expect((await api.channels({ limit: 3 })).next).toBe('3');
});

test.each([
  [0, 7],
  [1, 7],
  [20, 7],
  [21, 7],
  [100, 50],
])('reads %i messages backwards in pages of %i', async (count, pageSize) => {
  const { api } = await start(1, count);
  const seqs: number[] = [];
  for await (const { seq } of api.messages(1, { pageSize })) seqs.push(seq);
  expect(seqs).toEqual(Array.from({ length: count }, (_, index) => count - index));
});

test('reads backwards from a place, and no further than it is asked', async () => {
  const { server, api } = await start(1, 30);
  let pages = 0;
  server.onRest = ({ path }) => {
    if (path.endsWith('/messages')) pages += 1;
    return undefined;
  };
  const seqs: number[] = [];
  for await (const { seq } of api.messages(1, { before: 11, pageSize: 3 })) if (seqs.push(seq) === 4) break;
  expect(seqs).toEqual([10, 9, 8, 7]);
  expect(pages).toBe(2);
  expect((await api.history(1, { after: 28 })).messages.map(({ seq }) => seq)).toEqual([29, 30]);
});

test('each call goes to its route', async () => {
  const called: [string, Parts][] = [];
  const api = makeApi(((contract: { name: string }, parts: Parts = {}) => {
    called.push([contract.name, parts]);
    return Promise.resolve({});
  }) as never);
  await api.me();
  await api.updateMe({ bio: 'hi' });
  await api.findUsers('an', 5);
  await api.sessions();
  await api.endSession('s');
  await api.blocks({ limit: 2 });
  await api.block(3);
  await api.unblock(3);
  await api.channel(1);
  await api.openDirect(2);
  await api.createGroup('choir', [2]);
  await api.renameGroup(1, 'band');
  await api.members(1, { after: 4 });
  await api.addMembers(1, [3]);
  await api.removeMember(1, 3);
  await api.sendMessage(1, { text: 'hi', clientId: 'mine' });
  await api.sendMessage(1, { text: 'hi' });
  expect(called.slice(0, -1)).toEqual([
    ['users.getMe', {}],
    ['users.updateMe', { body: { bio: 'hi' } }],
    ['users.find', { query: { query: 'an', limit: 5 } }],
    ['sessions.list', {}],
    ['sessions.end', { params: { sessionId: 's' } }],
    ['blocks.list', { query: { limit: 2 } }],
    ['blocks.add', { params: { userId: 3 } }],
    ['blocks.remove', { params: { userId: 3 } }],
    ['channels.get', { params: { channelId: 1 } }],
    ['channels.create', { body: { kind: 'direct', userId: 2 } }],
    ['channels.create', { body: { kind: 'group', name: 'choir', memberIds: [2] } }],
    ['channels.update', { params: { channelId: 1 }, body: { name: 'band' } }],
    ['members.list', { params: { channelId: 1 }, query: { after: 4 } }],
    ['members.add', { params: { channelId: 1 }, body: { userIds: [3] } }],
    ['members.remove', { params: { channelId: 1, userId: 3 } }],
    ['messages.send', { params: { channelId: 1 }, body: { text: 'hi', clientId: 'mine' } }],
  ]);
  expect(called.at(-1)?.[1].body).toMatchObject({ clientId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string });
});

test('calls are typed by the contract', async () => {
  const { api } = await start(1, 1);
  expectTypeOf(api.me()).resolves.toEqualTypeOf<OwnUser>();
  expectTypeOf(api.openDirect).returns.resolves.toEqualTypeOf<Channel>();
  expectTypeOf(api.endSession).returns.resolves.toEqualTypeOf<undefined>();
  expectTypeOf(await api.call(rest.listMessages, { params: { channelId: 1 }, query: { limit: 1 } })).toEqualTypeOf<{
    messages: MessageEntry[];
    head: number;
  }>();
  // @ts-expect-error a path parameter is missing
  const missing = (): unknown => api.call(rest.getChannel);
  // @ts-expect-error this route has no body
  const tooMuch = (): unknown => api.call(rest.getMe, { body: {} });
  expect([missing, tooMuch]).toHaveLength(2);
});
