import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../../testing/index.ts';
import { openPool, type Sql } from './pool.ts';

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await testDatabase();
  sql = openPool(database.connection, { connections: 1, name: 'messox test' });
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

it.each([
  { texts: [] },
  { texts: ['a', '', ' ', 'null', 'NULL', null] },
  { texts: ['"', '\\', '\\"', '\\\\', "'", '{', '}', ',', '{"a","b"}'] },
  { texts: ['a\nb', '\t', '\u0001', '\u2028', 'é', '💬', '👨‍👩‍👧', '\ufeff'] },
  { texts: ['x'.repeat(100_000)] },
])('texts arrive as they are: $texts.length', async ({ texts }) => {
  const rows = await sql<
    { text: string | null }[]
  >`select text from unnest(${texts as string[]}::text[]) with ordinality as t (text, n) order by n`;
  expect(rows.map(({ text }) => text)).toEqual(texts);
});

it('numbers and UUIDs arrive as they are', async () => {
  const uuids = ['00000000-0000-0000-0000-000000000000', crypto.randomUUID()];
  const [big, small] = [
    [0, -1, Number.MAX_SAFE_INTEGER],
    [1, -2_147_483_648],
  ];
  expect(await sql`select unnest(${big}::bigint[]) as n`).toEqual(big.map((n) => ({ n })));
  expect(await sql`select unnest(${small}::int[]) as n`).toEqual(small.map((n) => ({ n })));
  expect(await sql`select unnest(${uuids}::uuid[]) as id`).toEqual(uuids.map((id) => ({ id })));
  expect(await sql`select unnest(${[1, null]}::bigint[]) as n`).toEqual([{ n: 1 }, { n: null }]);
});
