import { expect, it, onTestFinished } from 'vitest';
import { openLink } from '../kernel/database/pool.ts';
import { testDatabase } from '../testing/index.ts';
import { replaceSchema } from './replace.ts';

const guestBook = `
  create table guest_book_entries (id int, text text);
  create function guest_book_first(entry guest_book_entries, all_of guest_book_entries[]) returns text
    language sql as 'select $1.text';
  create function guest_book_fits(entry guest_book_entries) returns boolean language sql as 'select true';
  alter table guest_book_entries add check (guest_book_fits(guest_book_entries));
  create procedure guest_book_sweep(inout swept int, variadic ids int[]) language sql as 'select 1';
  create function guest_book_next(state int, entry guest_book_entries) returns int language sql as 'select 1';
  create aggregate guest_book_sum(guest_book_entries) (sfunc = guest_book_next, stype = int, initcond = '0');
  create aggregate guest_book_none(*) (sfunc = int8inc, stype = int8, initcond = '0');`;

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
