import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestSocket, type TestUser } from '../../testing/index.ts';

let server: TestServer;
let ana: TestUser;
let socket: TestSocket;
let channelId: number;
beforeAll(async () => {
  server = await startTestServer({ limits: { reactionsPerMessage: 3 } });
  ana = await server.user('ana');
  const { channels } = (await ana.call('GET', '/api/v1/channels')).body as { channels: { id: number }[] };
  channelId = channels[0]?.id ?? 0;
  socket = await ana.socket();
  await socket.hello({ token: ana.accessToken });
});
afterAll(async () => {
  await socket.close();
  await server.stop();
});

const send = (data: Record<string, unknown>) =>
  socket.request('message.send', { channelId, clientId: crypto.randomUUID(), text: 'x', ...data });

/** A message as it arrived live, and as history has it. */
const bothOf = async (seq: unknown): Promise<[Record<string, unknown>, Record<string, unknown> | undefined]> => {
  const { data } = await socket.event('timeline.entry', (it) => it.seq === seq);
  const page = (await ana.call('GET', `/api/v1/channels/${channelId}/messages?after=${Number(seq) - 1}&limit=1`)).body;
  return [data, (page as { messages: Record<string, unknown>[] }).messages[0]];
};

const family = '👨‍👩‍👧‍👦';

describe('the length of a text', () => {
  it.each([
    ['10,000 letters', 'x'.repeat(10_000)],
    ['10,000 emoji, which are 40,000 bytes', '💬'.repeat(10_000)],
    ['1,428 families of 7 code points', family.repeat(1_428)],
    ['10,000 combining marks', '\u0301'.repeat(10_000)],
  ])('may be %s', async (_, text) => {
    const { data } = await send({ text });
    expect((await bothOf(data?.seq)).map((it) => it?.text)).toEqual([text, text]);
  });

  it.each([
    ['10,001 letters', 'x'.repeat(10_001)],
    ['10,001 emoji', '💬'.repeat(10_001)],
    ['1,429 families', family.repeat(1_429)],
    ['nothing', ''],
  ])('may not be %s', async (_, text) => expect((await send({ text })).error?.code).toBe('invalid_request'));
});

describe('what belongs to a message for programs', () => {
  it.each<[string, Record<string, unknown>]>([
    ['nothing', {}],
    ['every kind of value', { a: 'é', b: 1, c: -1.5, d: true, e: null, f: [1, [2]], g: { h: {} } }],
    [
      'names of the language',
      JSON.parse('{"constructor":{"prototype":1},"toString":2,"hasOwnProperty":3}') as Record<string, unknown>,
    ],
    ['keys that sort as numbers', { 10: 'a', 2: 'b', x: 'c' }],
    ['an empty key', { '': 1 }],
    ['text that looks like an escape', { 'a\\u0000': '\\u0000 \\ud800' }],
    ['large and small numbers', { a: Number.MAX_SAFE_INTEGER, b: -Number.MAX_SAFE_INTEGER, c: 1e-7, d: 0.1 + 0.2 }],
    ['4,096 bytes', { a: 'x'.repeat(4_088) }],
  ])('may be %s, and is the same live and later', async (_, meta) => {
    const { data, error } = await send({ meta });
    expect(error).toBeUndefined();
    const [live, later] = await bothOf(data?.seq);
    expect([live.meta, later?.meta]).toEqual([meta, meta]);
  });

  it.each<[string, unknown, string]>([
    ['4,097 bytes', { a: 'x'.repeat(4_089) }, 'invalid_request'],
    ['few characters of many bytes', { a: '💬'.repeat(1_025) }, 'invalid_request'],
    ['a list', [1], 'invalid_request'],
    ['a text', 'x', 'invalid_request'],
    ['NUL', { a: 'x\0' }, 'invalid_text'],
    ['NUL in a key', { 'x\0': 1 }, 'invalid_text'],
    ['a lone surrogate deep inside', { a: [{ b: '\ud800x' }] }, 'invalid_text'],
    ['a lone surrogate in a key', { '\udc00': 1 }, 'invalid_text'],
    ['an integer beyond 2^53, which would be changed', { a: 2 ** 53 }, 'invalid_request'],
    ['such an integer deep inside', { a: [{ b: -(2 ** 60) }] }, 'invalid_request'],
  ])('may not be %s', async (_, meta, code) => expect((await send({ meta })).error?.code).toBe(code));

  it('may not hold a number that JSON can write and nobody can read', async () => {
    socket.socket.send(
      `{"id":"big","op":"message.send","data":{"channelId":${channelId},"clientId":"${crypto.randomUUID()}","text":"x","meta":{"a":1e400}}}`,
    );
    expect(await socket.until('reply', () => socket.replies.find(({ id }) => id === 'big'))).toMatchObject({
      error: { code: 'invalid_request' },
    });
  });

  it('has no prototype to change', async () => {
    socket.socket.send(
      `{"id":"proto","op":"message.send","data":{"channelId":${channelId},"clientId":"${crypto.randomUUID()}","text":"x","meta":{"__proto__":{"admin":true},"a":1}}}`,
    );
    const { data } = await socket.until('reply', () => socket.replies.find(({ id }) => id === 'proto'));
    const [live, later] = await bothOf(data?.seq);
    // Dropped like any field that is unknown.
    expect([live.meta, later?.meta]).toEqual([{ a: 1 }, { a: 1 }]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('may be 29 levels deep in a frame of 32', async () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });
    expect((await send({ meta: nested(30) })).ok).toBe(true);
  });
});

describe('a reaction', () => {
  const react = (emoji: unknown, seq: unknown, op = 'reaction.add') => socket.request(op, { channelId, seq, emoji });

  it.each(['👍', family, '🏴󠁧󠁢󠁷󠁬󠁳󠁿', '__proto__', 'constructor', '1', 'é', '"', '\\'])('may be %s', async (emoji) => {
    const seq = (await send({})).data?.seq;
    expect((await react(emoji, seq)).ok).toBe(true);
    const [, message] = await bothOf(seq);
    expect(message?.reactions).toEqual([{ emoji, userIds: [ana.id] }]);
    const entry = await socket.event('timeline.entry', (it) => it.kind === 'reaction.added' && it.targetSeq === seq);
    expect(entry.data).toMatchObject({ emoji, senderId: ana.id });
    expect((await react(emoji, seq, 'reaction.remove')).ok).toBe(true);
    expect((await bothOf(seq))[1]).not.toHaveProperty('reactions');
  });

  it.each<[string, unknown, string]>([
    ['nothing', '', 'invalid_request'],
    ['17 characters', 'x'.repeat(17), 'invalid_request'],
    ['a number', 1, 'invalid_request'],
    ['NUL', '\0', 'invalid_text'],
    ['half an emoji', '\ud83d', 'invalid_text'],
  ])('may not be %s', async (_, emoji, code) => expect((await react(emoji, 1)).error?.code).toBe(code));

  it('is one of so many different ones', async () => {
    const seq = (await send({})).data?.seq;
    for (const emoji of ['1', '2', '3']) expect((await react(emoji, seq)).ok).toBe(true);
    expect((await react('4', seq)).error?.code).toBe('too_many_reactions');
    // One that is there already is no further one.
    expect((await react('3', seq)).ok).toBe(true);
    await react('3', seq, 'reaction.remove');
    expect((await react('4', seq)).ok).toBe(true);
  });

  it('is never more than so many, however many come at once', async () => {
    const seq = (await send({})).data?.seq;
    const replies = await Promise.all(Array.from({ length: 10 }, (_, index) => react(`r${index}`, seq)));
    expect(replies.filter(({ ok }) => ok)).toHaveLength(3);
  });
});

describe('a message that was deleted', () => {
  it('can be deleted again, and nothing else', async () => {
    const seq = (await send({ text: 'gone soon', meta: { a: 1 } })).data?.seq;
    await socket.ok('reaction.add', { channelId, seq, emoji: '👍' });
    await socket.ok('message.edit', { channelId, seq, text: 'gone sooner' });
    await socket.ok('message.delete', { channelId, seq });
    expect(await socket.ok('message.delete', { channelId, seq })).toEqual({ channelId, seq });
    for (const [op, more] of [
      ['message.edit', { text: 'back' }],
      ['reaction.add', { emoji: '👍' }],
    ] as const)
      expect((await socket.request(op, { channelId, seq, ...more })).error?.code).toBe('message_deleted');
    expect((await socket.request('reaction.remove', { channelId, seq, emoji: '👍' })).ok).toBe(true);
    const [, message] = await bothOf(seq);
    expect(message).toEqual({
      channelId,
      seq,
      kind: 'message',
      senderId: ana.id,
      text: '',
      clientId: expect.any(String) as string,
      sentAt: expect.any(String) as string,
      deletedAt: expect.any(String) as string,
    });
  });

  it('is nowhere in the database any more, nor is what it was edited to', async () => {
    const words = 'words that are taken back';
    const seq = (await send({ text: words, meta: { words } })).data?.seq;
    await socket.ok('message.edit', { channelId, seq, text: `${words}!` });
    await socket.ok('message.delete', { channelId, seq });
    const rows =
      await server.sql`select m.*, e.body from messages m left join channel_events e on e.channel_id = m.channel_id where m.channel_id = ${channelId}`;
    expect(JSON.stringify(rows)).not.toContain(words);
  });

  it('wins or loses against an edit at the same moment, and never is half of both', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      const seq = (await send({ text: 'first' })).data?.seq;
      const [edit] = await Promise.all([
        socket.request('message.edit', { channelId, seq, text: 'edited' }),
        socket.request('message.delete', { channelId, seq }),
      ]);
      if (!edit.ok) expect(edit.error?.code).toBe('message_deleted');
      const [, message] = await bothOf(seq);
      expect(message).toMatchObject({ text: '', deletedAt: expect.any(String) as string });
      expect(message).not.toHaveProperty('editedAt');
    }
  });
});

describe('a page of history', () => {
  it.each([
    'limit=0',
    'limit=101',
    'limit=-1',
    'limit=1.5',
    'limit=1e1',
    'limit=x',
    'limit=',
    'before=0',
    'before=-1',
    'before=1.5',
    'before=9007199254740993',
    'before=99999999999999999999',
    'after=-1',
    'after=NaN',
    'before=5&after=1',
  ])('is not given for %s', async (query) => {
    const answer = await ana.call('GET', `/api/v1/channels/${channelId}/messages?${query}`);
    expect([answer.status, (answer.body as { code: string }).code]).toEqual([400, 'invalid_request']);
  });

  it.each([
    '',
    'limit=100',
    'before=1',
    'after=0',
    'before=9007199254740991',
    'after=9007199254740991',
    'limit=1&limit=x',
    'what=ever',
  ])('is given for %j', async (query) =>
    expect((await ana.call('GET', `/api/v1/channels/${channelId}/messages?${query}`)).status).toBe(200),
  );
});

describe('more sends than may wait', () => {
  it('are refused as overloaded, and the others are stored', async () => {
    const few = await startTestServer({ database: server.database, limits: { timelineQueue: 5 } });
    const own = await few.login(ana);
    const there = await own.socket();
    await there.hello({ token: own.accessToken });
    const holder = await server.sql.reserve();
    await holder`begin`;
    await holder`select from channels where id = ${channelId} for update`;
    const replies = Array.from({ length: 50 }, (_, n) =>
      there.request('message.send', { channelId, clientId: crypto.randomUUID(), text: `${n}` }),
    );
    await there.until('a refusal', () => there.replies.find(({ error }) => error));
    await holder`commit`;
    holder.release();
    const settled = await Promise.all(replies);
    const refused = settled.filter(({ ok }) => !ok);
    for (const { error } of refused)
      expect(error).toMatchObject({ code: 'overloaded', details: { retryAfterMs: 1_000 } });
    expect(settled.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(5);
    expect(refused.length).toBeGreaterThan(0);
    await there.close();
    await few.stopServer();
  });
});
