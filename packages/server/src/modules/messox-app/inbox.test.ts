import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Gate, openPool, type Entry, type Sql } from '../../kernel/module.ts';
import { startTestServer, type TestServer, type TestSocket } from '../../testing/index.ts';
import { Inbox, type InboxOptions } from './inbox.ts';

let server: TestServer;
let sql: Sql;
let ana: TestSocket;
let channelId: number;
/** The channel's entries 3, 4, … are messages of these texts. */
const texts = Array.from({ length: 25 }, (_, index) => `n ${index + 3}`);
const head = texts.length + 2;

beforeAll(async () => {
  server = await startTestServer();
  sql = openPool(server.database.connection, { connections: 2, name: 'test' });
  const [user, other] = [await server.user(), await server.user()];
  const made = await user.call('POST', '/api/v1/channels', { kind: 'direct', userId: other.id });
  channelId = (made.body as { id: number }).id;
  ana = await user.socket();
  await ana.hello({ token: user.accessToken, cursors: { [channelId]: 2 } });
  for (const text of texts) await ana.send(channelId, text);
  await ana.event('timeline.entry', ({ seq }) => seq === head);
});
afterAll(async () => {
  await sql.end();
  await server.stop();
});

let written: string[];
let marks: number[];
let failure: unknown;
let caughtUp: Promise<void>;
let inbox: Inbox;

const open = (options: Partial<InboxOptions> = {}): void => {
  written = [];
  marks = [];
  failure = undefined;
  caughtUp = new Promise((resolve) => {
    inbox = new Inbox({
      sql,
      gate: new Gate(1),
      page: 10,
      write: ({ text }) => void written.push(text),
      onWritten: (_, seq) => void marks.push(seq),
      onCaughtUp: resolve,
      drained: async () => undefined,
      closed: () => false,
      onFailed: (error) => (failure = error),
      ...options,
    });
  });
};
beforeEach(() => open());

/** An entry of the channel as the feed hands it over. */
const entry = (seq: number): Entry => {
  const json = ana.entries(channelId).find((it) => it.seq === seq);
  return { channelId, seq, kind: 'message', json: JSON.stringify(json) };
};
const upTo = (seq: number): string[] => texts.slice(0, seq - 2);

it('reads what was missed page by page', async () => {
  inbox.begin([{ channelId, seq: 0, head }]);
  await caughtUp;
  expect(written).toEqual(texts);
  expect(marks.at(-1)).toBe(head);
});

it('hands over at once what follows', () => {
  inbox.begin([{ channelId, seq: 10, head: 10 }]);
  for (const seq of [11, 12, 13]) inbox.take(entry(seq));
  expect(written).toEqual(['n 11', 'n 12', 'n 13']);
  expect(marks).toEqual([11, 12, 13]);
});

it('hands over what arrived while it was not known yet what was missed', async () => {
  for (const seq of [21, 22, 23]) inbox.take(entry(seq));
  // Read before 21 was committed.
  inbox.begin([{ channelId, seq: 15, head: 20 }]);
  await caughtUp;
  expect(written.slice(0, 8)).toEqual(texts.slice(13, 21));
});

it('hands over in order and once what arrives during the reading', async () => {
  let next = 12;
  open({
    drained: async () => {
      if (next <= head) inbox.take(entry(next));
      next += 1;
    },
  });
  inbox.begin([{ channelId, seq: 0, head: 11 }]);
  await caughtUp;
  expect(written).toEqual(texts);
});

it('takes an older entry for what it is, and reads up to one that does not follow', async () => {
  inbox.begin([{ channelId, seq: 10, head: 10 }]);
  inbox.take(entry(9));
  inbox.take(entry(10));
  expect(written).toEqual([]);
  inbox.take(entry(head));
  await caughtUp;
  expect(written).toEqual(texts.slice(8));
});

it('begins a channel that was added at its beginning, and knows nothing of others', async () => {
  inbox.take(entry(5));
  inbox.add(channelId);
  inbox.begin([]);
  await caughtUp;
  expect(written.slice(0, 3)).toEqual(upTo(5));
  written.length = 0;
  inbox.take({ ...entry(20), channelId: channelId + 1_000 });
  expect(written).toEqual([]);
});

it('stops when the connection is closed', async () => {
  open({ closed: () => written.length >= 4 });
  inbox.begin([{ channelId, seq: 0, head }]);
  await caughtUp;
  expect(written).toEqual(upTo(6));
  // Nothing is said to be written that was not.
  expect(marks.every((seq) => seq <= 6)).toBe(true);
});

it('says when the database fails', async () => {
  const failed = new Promise<unknown>((resolve) => open({ sql: failing, onFailed: resolve }));
  inbox.begin([{ channelId, seq: 0, head }]);
  expect(await failed).toBeInstanceOf(Error);
  expect(failure).toBeUndefined();
});

const failing = (async () => {
  throw new Error('away');
}) as unknown as Sql;
