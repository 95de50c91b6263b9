import { expect, it, onTestFinished } from 'vitest';
import { openLink } from '../kernel/database/pool.ts';
import { testDatabase } from '../testing/index.ts';
import { guestBook } from './guest-book.test.fixture.ts';
import { replaceSchema } from './replace.ts';

it('puts routines of a module in the place of those there, whatever they take', async () => {
  const database = await testDatabase();
  onTestFinished(() => database.drop());
  const { connection, sql } = database;
  await sql.unsafe(`
    create type mood as enum ('good');
    ${guestBook}
    create function guest_book_first(other mood) returns text language sql as 'select 1';
    insert into guest_book_entries values (1, 'old')`);
  const routines = (): Promise<unknown> =>
    sql`select oid::regprocedure::text from pg_proc where pronamespace = 'public'::regnamespace order by 1`;
  const before = await routines();
  const link = openLink(connection, 'test');
  onTestFinished(() => link.end());
  const run = (text: string): Promise<unknown> => link.run((one) => one.unsafe(text));
  await run(`begin; create schema scratch; set local search_path to scratch; ${guestBook}`);
  await run(`insert into guest_book_entries values (1, 'new')`);
  expect(await replaceSchema(link, { from: 'scratch', to: 'public', old: { tables: [], routines: [] } })).toEqual([]);
  await run('commit');
  expect(await routines()).toEqual(before);
  expect(await sql`select guest_book_first(e, array[e]) as text from guest_book_entries e`).toEqual([{ text: 'new' }]);
  expect(await sql`select from pg_namespace where nspname = 'scratch'`).toEqual([]);
});
