import type { Link } from '../kernel/database/pool.ts';

/** Functions, procedures and aggregates of a schema, by their OIDs. */
export const routinesIn = async (link: Link, schema: string): Promise<string[]> => {
  const rows = await link.run(
    (sql) => sql<{ oid: string }[]>`
      select oid::text from pg_proc where pronamespace = (select oid from pg_namespace where nspname = ${schema})
      order by proname, oid`,
  );
  return rows.map(({ oid }) => oid);
};

/**
 * Those of `to` that have the name and the arguments of one of `from`. The row of a table counts as that of the table of
 * the same name in the other schema.
 */
export const findCounterparts = async (
  link: Link,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<string[]> => {
  const rows = await link.run(
    (sql) => sql<{ oid: string }[]>`
      with place as (
        select (select oid from pg_namespace where nspname = ${from}) as source,
          (select oid from pg_namespace where nspname = ${to}) as target
      )
      select there.oid::text from place
      join pg_proc here on here.pronamespace = source
      join pg_proc there on there.pronamespace = target
        and there.proname = here.proname and there.pronargs = here.pronargs
      where not exists (
        select from unnest(here.proargtypes::oid[], there.proargtypes::oid[]) as pair (mine, other)
        join pg_type a on a.oid = mine join pg_type b on b.oid = other
        where a.oid <> b.oid
          and (a.typname, nullif(a.typnamespace, source)) is distinct from (b.typname, nullif(b.typnamespace, target))
      )
      order by there.proname, there.oid`,
  );
  return rows.map(({ oid }) => oid);
};

/** What `drop routine` and `alter routine` take for them: whole names with an empty search path. */
export const routineNames = async (link: Link, oids: readonly string[]): Promise<string[]> => {
  const rows = await link.run(
    (sql) => sql<{ name: string }[]>`
      select oid::regprocedure::text as name from pg_proc where oid = any(string_to_array(${oids.join(',')}, ',')::oid[])
      order by proname, oid`,
  );
  return rows.map(({ name }) => name);
};
