import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/index.ts';

let server: TestServer;
let ana: TestUser;
beforeAll(async () => {
  server = await startTestServer({ limits: { blocksPerUser: 6 } });
});
afterAll(() => server.stop());
beforeEach(async () => {
  ana = await server.user();
});

const block = (by: TestUser, userId: unknown) => by.call('PUT', `/api/v1/blocks/${String(userId)}`);
const unblock = (by: TestUser, userId: unknown) => by.call('DELETE', `/api/v1/blocks/${String(userId)}`);
const codeOf = ({ body, status }: Awaited<ReturnType<typeof block>>) => [status, (body as { code: string }).code];

interface Listed {
  blocks: { user: { id: number; username: string; displayName: string }; blockedAt: string }[];
  next?: string;
}
const list = async (by: TestUser, query = ''): Promise<Listed> => {
  const { body, status } = await by.call('GET', `/api/v1/blocks${query}`);
  expect(status).toBe(200);
  return body;
};
const idsOf = ({ blocks }: Listed): number[] => blocks.map(({ user }) => user.id);

const people = (count: number): Promise<TestUser[]> => Promise.all(Array.from({ length: count }, () => server.user()));

describe('the list of those whom one blocks', () => {
  it('is empty at first, has each once however often they are blocked, and is one’s own', async () => {
    const bruno = await server.user();
    expect(await list(ana)).toEqual({ blocks: [] });
    const statuses = [await block(ana, bruno.id), await block(ana, bruno.id)].map(({ status }) => status);
    expect(statuses).toEqual([204, 204]);
    const { id, username } = bruno;
    const blockedAt: unknown = expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/);
    expect(await list(ana)).toEqual({ blocks: [{ user: { id, username, displayName: username }, blockedAt }] });
    expect(await list(bruno)).toEqual({ blocks: [] });
    expect([(await unblock(ana, id)).status, (await unblock(ana, id)).status]).toEqual([204, 204]);
    expect(await list(ana)).toEqual({ blocks: [] });
  });

  it('has the newest first, in pages', async () => {
    const others = await people(5);
    for (const { id } of others) await block(ana, id);
    // Some at the same moment.
    await server.sql`update blocks set blocked_at = '2030-01-01' where user_id = ${ana.id} and blocked_id <> ${others[0]?.id ?? 0}`;
    const all = idsOf(await list(ana));
    expect(all).toEqual([...others.slice(1).map(({ id }) => id)].sort((a, b) => b - a).concat(others[0]?.id ?? 0));
    const pages: number[][] = [];
    for (let query = '?limit=2'; ;) {
      const page = await list(ana, query);
      pages.push(idsOf(page));
      if (page.next === undefined) break;
      query = `?limit=2&after=${page.next}`;
    }
    expect(pages).toEqual([all.slice(0, 2), all.slice(2, 4), all.slice(4)]);
  });

  it.each(['x', '1', '1.', '.1', '1.2.3', '9999999999999999.1', '-1.1'])('has no page after %s', async (after) => {
    expect(codeOf(await ana.call('GET', `/api/v1/blocks?after=${after}`))).toEqual([400, 'invalid_request']);
  });

  it('is so long at the most, however many are blocked at once', async () => {
    const others = await people(9);
    const answers = await Promise.all(others.map(({ id }) => block(ana, id)));
    const refused = answers.filter(({ status }) => status !== 204);
    expect(refused.map(codeOf)).toEqual(Array(3).fill([409, 'too_many_blocks']));
    expect(refused[0]?.body).toMatchObject({ details: { blocksPerUser: 6 } });
    const { blocks } = await list(ana);
    expect(blocks).toHaveLength(6);
    // Who is in it already stays, and room that was made can be used.
    expect((await block(ana, blocks[0]?.user.id)).status).toBe(204);
    await unblock(ana, blocks[0]?.user.id);
    expect((await block(ana, others.find(({ id }) => !idsOf({ blocks }).includes(id))?.id)).status).toBe(204);
  });
});

describe('a block', () => {
  it('is of somebody else who exists', async () => {
    expect(codeOf(await block(ana, ana.id))).toEqual([400, 'invalid_request']);
    expect(codeOf(await block(ana, 999_999))).toEqual([404, 'user_not_found']);
    for (const wrong of ['0', 'x', '1.5', '-1'])
      expect(codeOf(await block(ana, wrong))).toEqual([400, 'invalid_request']);
    expect((await unblock(ana, ana.id)).status).toBe(204);
    expect((await unblock(ana, 999_999)).status).toBe(204);
    expect(codeOf(await server.call('PUT', `/api/v1/blocks/${ana.id}`))).toEqual([401, 'unauthenticated']);
  });

  it('is told to one’s other devices, now and later, once a change, and to nobody else', async () => {
    const bruno = await server.user();
    const [phone, theirs] = [await ana.socket(), await bruno.socket()];
    await phone.hello({ token: ana.accessToken, cursors: {} });
    await theirs.hello({ token: bruno.accessToken, cursors: {} });
    for (const change of [block, block, unblock, unblock, block]) await change(ana, bruno.id);
    const own = phone.events.find(({ event }) => event === 'timeline.reset')?.data.channelId as number;
    await phone.until('all', () => phone.entries(own)[2]);
    const expected = ['user.blocked', 'user.unblocked', 'user.blocked'].map((kind) => ({
      kind,
      senderId: ana.id,
      userId: bruno.id,
    }));
    expect(phone.entries(own)).toMatchObject(expected);
    const laptop = await ana.socket();
    await laptop.hello({ token: ana.accessToken, cursors: { [own]: 0 } });
    expect(laptop.entries(own)).toMatchObject(expected);
    await theirs.ok('ping', {});
    expect(theirs.events.filter(({ event }) => event === 'timeline.entry')).toEqual([]);
    await Promise.all([phone.close(), laptop.close(), theirs.close()]);
  });
});

describe('groups', () => {
  const group = async (by: TestUser, ...members: TestUser[]) => {
    const memberIds = members.map(({ id }) => id);
    return by.call('POST', '/api/v1/channels', { kind: 'group', name: 'g', memberIds });
  };
  const add = (by: TestUser, channelId: number, ...users: TestUser[]) =>
    by.call('POST', `/api/v1/channels/${channelId}/members`, { userIds: users.map(({ id }) => id) });
  const idOf = ({ body }: Awaited<ReturnType<typeof group>>): number => (body as { id: number }).id;

  it('go on as before: both see what the other says', async () => {
    const [bruno, carla] = [await server.user(), await server.user()];
    const id = idOf(await group(carla, ana, bruno));
    await block(ana, bruno.id);
    const [anas, brunos] = [await ana.socket(), await bruno.socket()];
    await anas.hello({ token: ana.accessToken });
    await brunos.hello({ token: bruno.accessToken });
    await anas.send(id, 'from Ana');
    const { seq } = await brunos.send(id, 'from Bruno');
    await anas.event('timeline.entry', ({ text }) => text === 'from Bruno');
    await brunos.event('timeline.entry', ({ text }) => text === 'from Ana');
    expect((await anas.request('reaction.add', { channelId: id, seq, emoji: '👍' })).ok).toBe(true);
    await Promise.all([anas.close(), brunos.close()]);
  });

  it('are no way around it: neither adds the other, and the answer names who it is about', async () => {
    const [bruno, carla] = [await server.user(), await server.user()];
    await block(ana, bruno.id);
    for (const [by, other] of [
      [ana, bruno],
      [bruno, ana],
    ] as const) {
      const id = idOf(await group(by));
      for (const answer of [await group(by, carla, other), await add(by, id, carla, other)]) {
        expect(codeOf(answer)).toEqual([403, 'forbidden']);
        expect(answer.body).toMatchObject({ details: { userIds: [other.id] } });
      }
      expect((await add(by, id, carla)).status).toBe(200);
    }
    // Who is in already stays as is, and others may add both.
    const id = idOf(await group(carla, ana, bruno));
    await server.sql`update members set role = 'admin' where channel_id = ${id}`;
    expect((await add(bruno, id, ana)).status).toBe(200);
    await unblock(ana, bruno.id);
    expect((await group(bruno, ana)).status).toBe(201);
  });
});
