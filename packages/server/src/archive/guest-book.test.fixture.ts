/** What a module of one's own may have: a table, and routines of each kind that take rows of it. */
export const guestBook = `
  create table guest_book_entries (id int, text text);
  create function guest_book_first(entry guest_book_entries, all_of guest_book_entries[]) returns text
    language sql as 'select $1.text';
  create function guest_book_fits(entry guest_book_entries) returns boolean language sql as 'select true';
  alter table guest_book_entries add check (guest_book_fits(guest_book_entries));
  create procedure guest_book_sweep(inout swept int, variadic ids int[]) language sql as 'select 1';
  create function guest_book_next(state int, entry guest_book_entries) returns int language sql as 'select 1';
  create aggregate guest_book_sum(guest_book_entries) (sfunc = guest_book_next, stype = int, initcond = '0');
  create aggregate guest_book_none(*) (sfunc = int8inc, stype = int8, initcond = '0');`;
