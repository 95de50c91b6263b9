import { type FaultCode, faults, ops, rest, type RouteContract } from '@messox/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestSocket, type TestUser } from '../../testing/index.ts';

/**
 * Every call and op that takes the id of a channel, message, member or session, asked by everyone who could: what is
 * not one's own is answered as if it were not there, and nothing of it is in the answer.
 */
const secret = 'the words that only members read';

let server: TestServer;
let ana: TestUser;
let people: Record<Who, TestUser>;
let newcomer: TestUser;
let group: number;
let direct: number;
let self: number;
let seq: number;
let sessionId: string;

type Who = 'owner' | 'admin' | 'member' | 'formerMember' | 'stranger';
const who: readonly Who[] = ['owner', 'admin', 'member', 'formerMember', 'stranger'];
const outsiders: readonly Who[] = ['formerMember', 'stranger'];

const makeGroup = async (): Promise<void> => {
  const { admin, formerMember, member } = people;
  const memberIds = [admin.id, member.id, formerMember.id];
  group = (
    (await ana.call('POST', '/api/v1/channels', { kind: 'group', name: secret, memberIds })).body as { id: number }
  ).id;
  await server.sql`update members set role = 'admin' where channel_id = ${group} and user_id = ${admin.id}`;
  const sent = await ana.call('POST', `/api/v1/channels/${group}/messages`, {
    clientId: crypto.randomUUID(),
    text: secret,
  });
  seq = (sent.body as { seq: number }).seq;
  await ana.call('DELETE', `/api/v1/channels/${group}/members/${formerMember.id}`);
};

beforeAll(async () => {
  server = await startTestServer();
  ana = await server.user('owner');
  const [admin, member, formerMember, stranger] = await Promise.all(
    ['admin', 'member', 'former', 'stranger'].map((name) => server.user(name)),
  );
  if (!admin || !member || !formerMember || !stranger) throw new Error('Not everybody registered');
  newcomer = await server.user('newcomer');
  people = { owner: ana, admin, member, formerMember, stranger };
  direct = ((await ana.call('POST', '/api/v1/channels', { kind: 'direct', userId: admin.id })).body as { id: number })
    .id;
  await ana.call('POST', `/api/v1/channels/${direct}/messages`, { clientId: crypto.randomUUID(), text: secret });
  const { channels } = (await ana.call('GET', '/api/v1/channels')).body as { channels: { id: number; kind: string }[] };
  self = channels.find(({ kind }) => kind === 'self')?.id ?? 0;
  const { sessions } = (await ana.call('GET', '/api/v1/sessions')).body as { sessions: { id: string }[] };
  sessionId = sessions[0]?.id ?? '';
});
afterAll(() => server.stop());

interface Asked {
  readonly contract: RouteContract;
  /** What stands for the parameters, in the group unless said otherwise. */
  readonly path: () => string;
  readonly body?: () => unknown;
  /** Status by who asks; outsiders get `outside`. */
  readonly inside: Readonly<Record<'owner' | 'admin' | 'member', number>>;
}

const everyone = (status: number) => ({ owner: status, admin: status, member: status });
const text = () => ({ text: 'changed' });

const calls: readonly Asked[] = [
  { contract: rest.getChannel, path: () => `/channels/${group}`, inside: everyone(200) },
  { contract: rest.listMembers, path: () => `/channels/${group}/members`, inside: everyone(200) },
  { contract: rest.listReceipts, path: () => `/channels/${group}/receipts`, inside: everyone(200) },
  { contract: rest.listMessages, path: () => `/channels/${group}/messages`, inside: everyone(200) },
  {
    contract: rest.sendMessage,
    path: () => `/channels/${group}/messages`,
    body: () => ({ clientId: crypto.randomUUID(), text: 'hi' }),
    inside: everyone(201),
  },
  {
    contract: rest.updateChannel,
    path: () => `/channels/${group}`,
    body: () => ({ name: 'new' }),
    inside: { owner: 200, admin: 200, member: 403 },
  },
  {
    contract: rest.addMembers,
    path: () => `/channels/${group}/members`,
    body: () => ({ userIds: [newcomer.id] }),
    inside: { owner: 200, admin: 200, member: 403 },
  },
  {
    contract: rest.editMessage,
    path: () => `/channels/${group}/messages/${seq}`,
    body: text,
    inside: { owner: 200, admin: 403, member: 403 },
  },
  {
    contract: rest.deleteMessage,
    path: () => `/channels/${group}/messages/${seq}`,
    inside: { owner: 200, admin: 200, member: 403 },
  },
  {
    contract: rest.removeMember,
    path: () => `/channels/${group}/members/${people.member.id}`,
    inside: { owner: 204, admin: 204, member: 204 },
  },
];

const declared = (contract: RouteContract): Set<string> =>
  new Set<FaultCode>([...contract.faults, 'invalid_request', 'invalid_text', 'unauthenticated']);

describe('calls', () => {
  it('are all here: each with an id of something that belongs to somebody', () => {
    const withIds = Object.values(rest as Record<string, unknown>)
      .filter((it): it is RouteContract => typeof it === 'object' && it !== null && 'path' in it && 'method' in it)
      .filter(({ path }) => path.includes('{'));
    // A block is one’s own whoever it is of: what others may read of it is tested beside it.
    const ofOthers = [rest.blockUser.name, rest.unblockUser.name];
    const tested = [...calls.map(({ contract }) => contract.name), rest.endSession.name, ...ofOthers];
    expect(withIds.map(({ name }) => name).sort()).toEqual(tested.sort());
  });

  describe.each(calls.map((call) => [call.contract.name, call] as const))(
    '%s',
    (_, { body, contract, inside, path }) => {
      it.each(who)('asked by the %s', async (asker) => {
        // What a member may do changes it.
        if (!outsiders.includes(asker)) await makeGroup();
        const answer = await people[asker].call(contract.method, `/api/v1${path()}`, body?.());
        const code = (answer.body as { code?: string } | undefined)?.code;
        if (!outsiders.includes(asker)) {
          expect(answer.status).toBe(inside[asker as 'owner']);
          if (answer.status >= 400) expect(code).toBe('forbidden');
        } else {
          expect([answer.status, code]).toEqual([404, 'channel_not_found']);
          expect(JSON.stringify(answer.body)).not.toContain(secret);
          // To the byte what is answered of a channel that never was.
          const nowhere = path().replace(String(group), '999999999');
          expect((await people[asker].call(contract.method, `/api/v1${nowhere}`, body?.())).body).toEqual(answer.body);
        }
        if (code !== undefined) expect(declared(contract)).toContain(code);
      });

      it('asked by nobody', async () => {
        const answer = await server.call(contract.method, `/api/v1${path()}`, body?.());
        expect([answer.status, (answer.body as { code: string }).code]).toEqual([401, 'unauthenticated']);
      });

      it.each(['direct', 'self'] as const)('of a channel of kind %s that is not one’s own', async (kind) => {
        const elsewhere = path().replace(String(group), String(kind === 'self' ? self : direct));
        const answer = await people.stranger.call(contract.method, `/api/v1${elsewhere}`, body?.());
        expect((answer.body as { code: string }).code).toBe('channel_not_found');
        expect(JSON.stringify(answer.body)).not.toContain(secret);
      });
    },
  );

  it.each(who.slice(1))('sessions.end of somebody else’s session, asked by the %s', async (asker) => {
    const answer = await people[asker].call('DELETE', `/api/v1/sessions/${sessionId}`);
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([404, 'not_found']);
    expect((await ana.call('GET', '/api/v1/users/me')).status).toBe(200);
  });

  it('list nothing of what is not one’s own', async () => {
    await makeGroup();
    for (const asker of outsiders) {
      const answers = await Promise.all(
        ['channels', 'sessions', 'users/me'].map((path) => people[asker].call('GET', `/api/v1/${path}`)),
      );
      expect(JSON.stringify(answers.map(({ body }) => body as unknown))).not.toContain(secret);
    }
  });
});

describe('ops', () => {
  /** Every op of the contract that names a channel; `own` is who may, beside the owner who wrote the message. */
  const asked: Readonly<Record<string, { data: () => Record<string, unknown>; refused: readonly Who[] }>> = {
    [ops.messageSend.name]: { data: () => ({ clientId: crypto.randomUUID(), text: 'hi' }), refused: [] },
    [ops.messageEdit.name]: { data: () => ({ seq, text: 'changed' }), refused: ['admin', 'member'] },
    [ops.messageDelete.name]: { data: () => ({ seq }), refused: ['member'] },
    [ops.reactionAdd.name]: { data: () => ({ seq, emoji: '👍' }), refused: [] },
    [ops.reactionRemove.name]: { data: () => ({ seq, emoji: '👍' }), refused: [] },
    [ops.readMark.name]: { data: () => ({ seq }), refused: [] },
    [ops.typingStart.name]: { data: () => ({}), refused: [] },
  };

  const joined = async (asker: Who): Promise<TestSocket> => {
    const socket = await people[asker].socket();
    await socket.hello({ token: people[asker].accessToken });
    return socket;
  };

  it('are all here', () => {
    const named = Object.values(ops as Record<string, unknown>)
      .filter((it): it is typeof ops.readMark => typeof it === 'object' && it !== null && 'reply' in it)
      .filter(({ data }) => 'channelId' in data.shape);
    expect(named.map(({ name }) => name).sort()).toEqual(Object.keys(asked).sort());
  });

  it.each(Object.entries(asked))('%s', async (op, { data, refused }) => {
    for (const asker of who) {
      await makeGroup();
      const socket = await joined(asker);
      const reply = await socket.request(op, { channelId: group, ...data() });
      const expected = outsiders.includes(asker)
        ? 'channel_not_found'
        : refused.includes(asker)
          ? 'forbidden'
          : undefined;
      expect([asker, reply.error?.code]).toEqual([asker, expected]);
      expect(JSON.stringify([socket.replies, outsiders.includes(asker) ? socket.events : []])).not.toContain(secret);
      for (const channelId of [direct, self])
        if (asker === 'stranger')
          expect((await socket.request(op, { channelId, ...data() })).error).toEqual({
            code: 'channel_not_found',
            message: faults.channel_not_found.message,
          });
      await socket.close();
    }
  });

  it('sync and hello hand over nothing of what is not one’s own, whatever the cursors claim', async () => {
    await makeGroup();
    for (const asker of outsiders) {
      const cursors = { [group]: 0, [direct]: 1, [self]: 0 };
      const socket = await people[asker].socket();
      await socket.hello({ token: people[asker].accessToken, cursors });
      await socket.ok('sync', { cursors });
      await socket.until('ready again', () => socket.events.filter(({ event }) => event === 'ready')[1]);
      expect(JSON.stringify(socket.events)).not.toContain(secret);
      const removed = socket.events
        .filter(({ event }) => event === 'channel.removed')
        .map(({ data }) => data.channelId);
      expect(new Set(removed)).toEqual(new Set([group, direct, self]));
      await socket.close();
    }
  });
});

describe('what is named beside the channel', () => {
  const send = async (by: TestUser, body: Record<string, unknown>) => {
    const answer = await by.call('POST', `/api/v1/channels/${group}/messages`, {
      clientId: crypto.randomUUID(),
      text: 'x',
      ...body,
    });
    return { status: answer.status, ...(answer.body as { seq?: number; code?: string }) };
  };

  it('is looked for in this channel alone: a seq of another is not there', async () => {
    await makeGroup();
    const { seq: there = 0 } = await send(ana, {});
    expect((await send(ana, { replyTo: there + 1 })).code).toBe('message_not_found');
    const elsewhere = await ana.call('PATCH', `/api/v1/channels/${direct}/messages/${there + 100}`, { text: 'x' });
    expect((elsewhere.body as { code: string }).code).toBe('message_not_found');
  });

  it('is a message, and no other entry', async () => {
    await makeGroup();
    // 1 is that the owner joined.
    const answer = await ana.call('PATCH', `/api/v1/channels/${group}/messages/1`, { text: 'x' });
    expect((answer.body as { code: string }).code).toBe('message_not_found');
    expect((await send(ana, { replyTo: 1 })).code).toBe('message_not_found');
  });

  it('counts for each sender: the clientId of somebody else is free', async () => {
    await makeGroup();
    const clientId = crypto.randomUUID();
    const [one, other] = [await send(ana, { clientId }), await send(people.member, { clientId, text: 'y' })];
    expect([one.status, other.status]).toEqual([201, 201]);
    expect(other.seq).not.toBe(one.seq);
  });

  it('tells nobody of a message that the sender once sent elsewhere, but the sender', async () => {
    await makeGroup();
    const clientId = crypto.randomUUID();
    await send(ana, { clientId, text: secret });
    const answer = await ana.call('POST', `/api/v1/channels/${direct}/messages`, { clientId, text: secret });
    expect((answer.body as { code: string }).code).toBe('client_id_reused');
  });
});
