import { defaultLimits } from '@messox/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/index.ts';
import { openPool, type Sql } from '../database/pool.ts';
import { type CatchUpReads, catchUpReads } from './catch-up-reads.ts';

let server: TestServer;
let people: TestUser[];
let channelId: number;
let reads: CatchUpReads;
let sql: Sql;

beforeAll(async () => {
  server = await startTestServer();
  people = await Promise.all(Array.from({ length: 5 }, () => server.user()));
  const [ana] = people;
  const memberIds = people.slice(1).map(({ id }) => id);
  const made = await ana?.call('POST', '/api/v1/channels', { kind: 'group', name: 'group', memberIds });
  channelId = (made?.body as unknown as { id: number }).id;
  for (let turn = 0; turn < 20; turn += 1)
    await ana?.call('POST', `/api/v1/channels/${channelId}/messages`, {
      clientId: crypto.randomUUID(),
      text: `${turn}`,
    });
  sql = openPool(server.database.connection, { connections: 4, name: 'messox test' });
  reads = catchUpReads({
    sql,
    limits: { ...defaultLimits, catchUpBatch: 30 },
    describe: { user: async () => undefined, channels: async () => new Map() },
  });
});
afterAll(async () => {
  await sql.end();
  await server.stop();
});

const range = (after: number, upTo: number) => ({ channelId, after, upTo });

it('gives each who asks the entries of its own ranges, in order', async () => {
  const asked = [
    [range(0, 5)],
    [range(3, 8), range(10, 12)],
    [range(0, 5)],
    [range(15, 16), { channelId: 999_999, after: 0, upTo: 9 }],
    [range(19, 20), range(2, 4)],
  ];
  const answers = await Promise.all(asked.map((ranges) => reads.entries(ranges)));
  expect(answers.map((entries) => entries.map(({ seq }) => seq))).toEqual([
    [1, 2, 3, 4, 5],
    [4, 5, 6, 7, 8, 11, 12],
    [1, 2, 3, 4, 5],
    [16],
    [20, 3, 4],
  ]);
});

it('reads once what several missed, so that its frame is made once', async () => {
  const [one, two] = await Promise.all([reads.entries([range(4, 9)]), reads.entries([range(4, 9)])]);
  expect(one).toHaveLength(5);
  for (const [index, entry] of one.entries()) expect(two[index]).toBe(entry);
});

it('gives each user the channels of that user', async () => {
  const ids = [...people.map(({ id }) => id), 999_999, people[0]?.id ?? 0];
  const answers = await Promise.all(ids.map((id) => reads.memberships(id)));
  expect(answers.map((memberships) => memberships.map(({ kind }) => kind).sort())).toEqual([
    ...people.map(() => ['group', 'self']),
    [],
    ['group', 'self'],
  ]);
  const selfs = answers.flat().flatMap(({ channelId: id, kind }) => (kind === 'self' ? [id] : []));
  expect(new Set(selfs).size).toBe(people.length);
});
