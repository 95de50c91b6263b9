import type { Link } from '../kernel/database/pool.ts';
import { StartFault } from '../kernel/fault.ts';

export interface Leaving {
  readonly schema: string;
  /** By name. */
  readonly tables: readonly string[];
  /** By OID. */
  readonly routines: readonly string[];
}

/** How many are named; whoever drops these finds the rest with the next try. */
const mostNamed = 10;

/**
 * Refuses where something else would go with these tables and routines. What belongs to one of them, such as an index or
 * a trigger, is theirs: PostgreSQL drops it with them (`a`, `i`, `P` and `S` in pg_depend).
 *
 * @throws StartFault database_in_use
 */
export const refuseDependents = async (link: Link, { routines, schema, tables }: Leaving): Promise<void> => {
  const others = await link.run(
    (sql) => sql<{ what: string }[]>`
      with recursive leaving (classid, objid) as (
        select 'pg_class'::regclass::oid, c.oid from pg_class c
        where c.relnamespace = (select oid from pg_namespace where nspname = ${schema}) and c.relkind in ('r', 'p')
          and c.relname = any(string_to_array(${tables.join(',')}, ','))
        union
        select 'pg_proc'::regclass::oid, p.oid from pg_proc p
        where p.oid = any(string_to_array(${routines.join(',')}, ',')::oid[])
        union
        select d.classid, d.objid from pg_depend d
        join leaving l on d.refclassid = l.classid and d.refobjid = l.objid
        where d.deptype in ('a', 'i', 'P', 'S')
      )
      select distinct pg_describe_object(d.classid, d.objid, d.objsubid) as what
      from pg_depend d join leaving l on d.refclassid = l.classid and d.refobjid = l.objid
      where d.deptype = 'n' and not exists (
        select from leaving other where other.classid = d.classid and other.objid = d.objid
      )
      order by 1 limit ${mostNamed}`,
  );
  if (others.length === 0) return;
  throw new StartFault(
    'database_in_use',
    `Something else in the database depends on the tables and functions of messox: ${others.map(({ what }) => what).join(', ')}.`,
    'Drop what depends on them (\\d in psql shows it), and make it again afterwards.',
  );
};
