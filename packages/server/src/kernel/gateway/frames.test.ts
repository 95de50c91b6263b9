import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  clientFrame,
  closeCodeOf,
  type FrameParts,
  rawSocket,
  serverFrames,
  startTestServer,
  type TestServer,
  type TestSocket,
  type TestUser,
} from '../../testing/index.ts';

let server: TestServer;
let ana: TestUser;
beforeAll(async () => {
  server = await startTestServer();
  ana = await server.user('ana');
});
afterAll(() => server.stop());

/** Sends frames on a new socket and returns the code with which it was closed. */
const closedAfter = async (...frames: Buffer[]): Promise<number> => {
  const connection = await rawSocket(server.port);
  for (const frame of frames) connection.socket.write(frame);
  return closeCodeOf(await connection.closed);
};

const request = (fields: Record<string, unknown>): string => JSON.stringify({ id: 1, op: 'ping', ...fields });
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

describe('a frame that is no request', () => {
  it.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['no JSON', 'hello?'],
    ['two values', `${request({})}${request({})}`],
    ['a byte order mark', `\ufeff${request({})}`],
    ['NaN', '{"id":NaN,"op":"ping"}'],
    ['null', 'null'],
    ['a number', '7'],
    ['a list', '[]'],
    ['a list of requests', `[${request({})}]`],
    ['no id', '{"op":"ping"}'],
    ['null for an id', request({ id: null })],
    ['a broken id', request({ id: 1.5 })],
    ['an id beyond 2^53', '{"id":9007199254740993,"op":"ping"}'],
    ['an infinite id', '{"id":1e400,"op":"ping"}'],
    ['a list for an id', request({ id: [1] })],
    ['a long id', request({ id: 'x'.repeat(101) })],
    ['no op', '{"id":1}'],
    ['a number for an op', request({ op: 7 })],
    ['a long op', request({ op: 'x'.repeat(101) })],
    ['fields of the prototype', '{"__proto__":{"id":1,"op":"ping"}}'],
    ['33 levels', request({ data: 1 }).replace('"data":1', `"data":${nested(32)}`)],
    ['30,000 levels', `{"id":1,"op":"ping","data":${'{"a":'.repeat(10_000)}`],
  ])('(%s) closes with 4400', async (_, payload) => expect(await closedAfter(clientFrame(payload))).toBe(4400));

  it('closes with 4400 after hello, too', async () => {
    const socket = await ana.socket();
    await socket.hello({ token: ana.accessToken });
    socket.socket.send('what?');
    expect(await socket.closed).toBe(4400);
  });
});

describe('a frame that breaks the protocol beneath', () => {
  it.each<[string, number, string | Buffer, FrameParts]>([
    ['binary', 4400, request({}), { opcode: 2 }],
    ['text that is not UTF-8', 4400, Buffer.from([0x22, 0xff, 0x22]), {}],
    ['a surrogate in UTF-8', 4400, Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), {}],
    ['more than 64 KiB', 4413, 'x'.repeat(65_537), {}],
    ['an announced gigabyte', 4413, '', { length: 2 ** 30 }],
    ['an announced length beyond 2^53', 1009, '', { length: 2 ** 54 }],
    ['unmasked', 1002, request({}), { masked: false }],
    ['compressed, which was not agreed', 1002, request({}), { reserved: 4 }],
    ['with a reserved bit', 1002, request({}), { reserved: 1 }],
    ['of an unknown kind', 1002, '', { opcode: 3 }],
    ['of an unknown kind of control', 1002, '', { opcode: 11 }],
    ['a continuation of nothing', 1002, 'x', { opcode: 0 }],
    ['a ping in pieces', 1002, 'x', { opcode: 9, fin: false }],
    ['a ping that is too long', 1002, 'x'.repeat(126), { opcode: 9 }],
    ['a close with half a code', 1002, 'x', { opcode: 8 }],
    ['a close with a code that is none', 1002, Buffer.from([0x03, 0xee]), { opcode: 8 }],
  ])('(%s) closes with %i', async (_, code, payload, parts) => {
    const closed = await closedAfter(clientFrame(payload, parts));
    expect(closed).toBe(code === 1009 ? 4413 : code);
  });

  it('(a second beginning within a message) closes with 1002', async () =>
    expect(await closedAfter(clientFrame('{', { fin: false }), clientFrame('}'))).toBe(1002));

  it('(pieces that are too large together) closes with 4413', async () => {
    const part = 'x'.repeat(40_000);
    expect(await closedAfter(clientFrame(part, { fin: false }), clientFrame(part, { opcode: 0 }))).toBe(4413);
  });

  it('is told to the client, which then hears nothing more', async () => {
    const connection = await rawSocket(server.port);
    connection.socket.write(clientFrame(request({})));
    await expect.poll(() => serverFrames(connection.text()).length).toBe(1);
    connection.socket.write(Buffer.concat([clientFrame('', { opcode: 3 }), clientFrame(request({}))]));
    expect(serverFrames(await connection.closed).map(({ opcode }) => opcode)).toEqual([1, 8]);
  });
});

describe('a message in pieces', () => {
  const pieces = (text: string, count: number): Buffer[] =>
    Array.from({ length: count }, (_, index) =>
      clientFrame(index === 0 ? text : '', { opcode: index === 0 ? 1 : 0, fin: index === count - 1 }),
    );

  it('is put together', async () => {
    const connection = await rawSocket(server.port);
    const text = request({ id: 'é'.repeat(40) });
    const bytes = Buffer.from(text);
    const parts = Array.from({ length: 60 }, (_, index) =>
      bytes.subarray((bytes.length * index) / 60, (bytes.length * (index + 1)) / 60),
    );
    for (const [index, part] of parts.entries()) {
      connection.socket.write(clientFrame(part, { opcode: index === 0 ? 1 : 0, fin: index === 59 }));
      // Control frames may come between.
      if (index === 30) connection.socket.write(clientFrame('still there?', { opcode: 9 }));
    }
    await expect.poll(() => serverFrames(connection.text()).length).toBe(2);
    expect(serverFrames(connection.text()).map(({ payload }) => payload.toString())).toEqual([
      'still there?',
      expect.stringContaining('"id":"éééé') as string,
    ]);
    connection.socket.destroy();
  });

  it('may have 64, and no more', async () => {
    const connection = await rawSocket(server.port);
    for (const piece of pieces(request({}), 64)) connection.socket.write(piece);
    await expect.poll(() => serverFrames(connection.text()).length).toBe(1);
    for (const piece of pieces(request({}), 65)) connection.socket.write(piece);
    expect(closeCodeOf(await connection.closed)).toBe(4429);
  });

  it('without an end is not gathered for ever', async () => {
    const connection = await rawSocket(server.port);
    connection.socket.write(clientFrame('', { fin: false }));
    const flood = Buffer.concat(Array.from({ length: 1_000 }, () => clientFrame('', { opcode: 0, fin: false })));
    for (let turn = 0; turn < 140; turn += 1) connection.socket.write(flood);
    expect(closeCodeOf(await connection.closed)).toBe(4429);
  });
});

describe('control frames', () => {
  it('are answered', async () => {
    const connection = await rawSocket(server.port);
    connection.socket.write(clientFrame('are you there?', { opcode: 9 }));
    await expect.poll(() => serverFrames(connection.text())).toMatchObject([{ opcode: 10 }]);
    connection.socket.destroy();
  });

  it.each([
    ['pings', 9],
    ['pongs that nobody asked for', 10],
  ])('100,000 %s close with 4429, and are not answered one by one', async (_, opcode) => {
    const connection = await rawSocket(server.port);
    const many = Buffer.concat(Array.from({ length: 1_000 }, () => clientFrame('x', { opcode })));
    for (let turn = 0; turn < 100; turn += 1) connection.socket.write(many);
    const answer = await connection.closed;
    expect(closeCodeOf(answer)).toBe(4429);
    expect(serverFrames(answer).length).toBeLessThan(50);
  });
});

describe('requests', () => {
  let socket: TestSocket;
  beforeAll(async () => {
    socket = await ana.socket();
  });
  afterAll(() => socket.close());
  const answerTo = async (fields: Record<string, unknown>) => {
    const id = fields.id as string | number;
    socket.socket.send(JSON.stringify({ op: 'ping', ...fields }));
    return socket.until('reply', () => socket.replies.find((reply) => reply.id === id));
  };

  it('are refused before hello, whatever they ask', async () => {
    for (const op of ['ping', 'sync', 'message.send', 'nonsense'])
      expect((await socket.request(op, { channelId: 'x' })).error?.code).toBe('hello_required');
  });

  it('may try hello again after one that failed', async () => {
    for (const token of [undefined, '', 'x', `${ana.accessToken}x`, ana.refreshToken])
      expect((await socket.request('hello', { token })).error?.code).toBe('unauthenticated');
    expect((await socket.request('hello', { token: 7 })).error?.code).toBe('invalid_request');
    expect((await socket.request('hello', { token: ana.accessToken, client: { name: 'a\0' } })).error?.code).toBe(
      'invalid_text',
    );
    expect(await socket.hello({ token: ana.accessToken, client: { name: 'test', version: '1' } })).toMatchObject({
      user: { id: ana.id, username: 'ana' },
      heartbeatMs: 30_000,
      limits: { frameBytes: 65_536 },
    });
  });

  it('say hello once', async () =>
    expect((await socket.request('hello', { token: ana.accessToken })).error?.code).toBe('hello_repeated'));

  it.each([
    '',
    'nonsense',
    'HELLO',
    'hello ',
    'message',
    '__proto__',
    'constructor',
    'toString',
    'timeline.entry',
    'a\0b',
  ])('to %j are unknown', async (op) => expect((await socket.request(op, {})).error?.code).toBe('unknown_op'));

  it.each(['', 'a', '"\\', '\u2028', '\0', '\ud800', '💬', '1', 0, -1, Number.MAX_SAFE_INTEGER])(
    'get their id back as it was: %j',
    async (id) => expect(await answerTo({ id })).toMatchObject({ id, ok: true }),
  );

  it('take minus zero for zero', async () => {
    socket.socket.send('{"id":-0,"op":"ping","data":{}}');
    expect(await socket.until('reply', () => socket.replies.find(({ id }) => Object.is(id, 0)))).toMatchObject({
      ok: true,
    });
  });

  it('need no data where nothing is asked for', async () => {
    expect(await answerTo({ id: 'no data' })).toMatchObject({ ok: true });
    expect(await answerTo({ id: 'null', data: null })).toMatchObject({ ok: true });
    expect(await answerTo({ id: 'more', data: { what: 'ever', __proto__: 1 } })).toMatchObject({ ok: true });
  });

  it.each([{ data: 'x' }, { data: 7 }, { data: true }, { data: [] }, { data: [{}] }])(
    'take no list or value: %j',
    async ({ data }) => expect((await socket.request('ping', data)).error?.code).toBe('invalid_request'),
  );

  it.each<[string, unknown]>([
    ['a word', { cursors: { abc: 1 } }],
    ['zero', { cursors: { 0: 1 } }],
    ['minus one', { cursors: { '-1': 1 } }],
    ['zeros in front', { cursors: { '007': 1 } }],
    ['a broken id', { cursors: { '1.5': 1 } }],
    ['an exponent', { cursors: { '1e3': 1 } }],
    ['16 digits that are no safe number', { cursors: { '9007199254740993': 1 } }],
    ['17 digits', { cursors: { '12345678901234567': 1 } }],
    ['a broken seq', { cursors: { 1: 1.5 } }],
    ['a negative seq', { cursors: { 1: -1 } }],
    ['a text for a seq', { cursors: { 1: '1' } }],
    ['null for a seq', { cursors: { 1: null } }],
    ['a seq beyond 2^53', { cursors: { 1: 2 ** 53 } }],
    ['a list', { cursors: [1, 2] }],
    ['nothing', {}],
    ['5,001 channels', { cursors: Object.fromEntries(Array.from({ length: 5_001 }, (_, n) => [n + 1, 0])) }],
  ])('name a channel wrongly: %s', async (_, data) =>
    expect((await socket.request('sync', data)).error?.code).toBe('invalid_request'),
  );

  it('sync 5,000 channels that are not there', async () => {
    const before = socket.events.length;
    await socket.ok('sync', {
      cursors: Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [1_000_000 + n, 0])),
    });
    await socket.until('ready', () => socket.events.slice(before).find(({ event }) => event === 'ready'));
    expect(socket.events.slice(before).filter(({ event }) => event === 'channel.removed')).toHaveLength(5_000);
  });
});
