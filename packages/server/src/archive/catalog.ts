import type { Link } from '../kernel/database/pool.ts';

/** A table with what COPY writes of it: generated columns are made anew. */
export interface TableFacts {
  readonly name: string;
  readonly columns: readonly string[];
}

/** The sequence behind a column. */
export interface SequenceFacts {
  readonly table: string;
  readonly column: string;
  /** A 64-bit number as text. */
  readonly lastValue: string;
  readonly isCalled: boolean;
}

/** Quotes a name for SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The ordinary tables of the schema that the connection works in, without those of extensions, in the order of their names. */
export const readTables = (link: Link): Promise<TableFacts[]> =>
  link.run(
    (sql) => sql<{ name: string; columns: string[] }[]>`
      select c.relname::text as name, json_agg(a.attname order by a.attnum) as columns
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = (select oid from pg_namespace where nspname = current_schema())
        and c.relkind in ('r', 'p') and not c.relispartition
        and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        and not exists (
          select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
        )
      group by c.relname order by c.relname`,
  );

/** Where every sequence of these tables stands. */
export const readSequences = async (link: Link, tables: readonly string[]): Promise<SequenceFacts[]> => {
  const owned = await link.run(
    (sql) => sql<{ table: string; column: string; sequence: string }[]>`
      select t.relname::text as table, a.attname::text as column, s.relname::text as sequence
      from pg_depend d
      join pg_class s on s.oid = d.objid and s.relkind = 'S'
      join pg_class t on t.oid = d.refobjid
      join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
      where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
        and t.relnamespace = (select oid from pg_namespace where nspname = current_schema())
        and s.relnamespace = t.relnamespace and t.relname = any(string_to_array(${tables.join(',')}, ','))
      order by 1, 2`,
  );
  const facts: SequenceFacts[] = [];
  for (const { column, sequence, table } of owned) {
    const [state] = await link.run(
      (sql) => sql<{ value: string; called: boolean }[]>`
        select last_value::text as value, is_called as called from ${sql(sequence)}`,
    );
    if (state) facts.push({ table, column, lastValue: state.value, isCalled: state.called });
  }
  return facts;
};
