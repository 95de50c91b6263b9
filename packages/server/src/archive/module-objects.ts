import type { Link } from '../kernel/database/pool.ts';
import { kernelNames } from '../kernel/migration-sources.ts';
import { coreModuleNames } from '../modules/known.ts';

/** What migrations of modules that do not come with messox have made in a database. */
export interface ModuleObjects {
  readonly tables: readonly string[];
  /** Functions, procedures and aggregates, by their OIDs. */
  readonly routines: readonly string[];
}

/**
 * Tables and functions with the name of a module whose migrations ran in the schema that the connection works in, be the
 * module here or not. Those of the modules that come along have no such names.
 */
export const readModuleObjects = async (link: Link): Promise<ModuleObjects> => {
  const own = [...kernelNames, ...coreModuleNames].join(',');
  const [{ there } = { there: false }] = await link.run(
    (sql) => sql<{ there: boolean }[]>`select to_regclass('messox_migrations') is not null as there`,
  );
  if (!there) return { tables: [], routines: [] };
  const prefixes = await link.run(
    (sql) => sql<{ prefix: string }[]>`
      select distinct replace(module, '-', '_') as prefix from messox_migrations
      where module <> all (string_to_array(${own}, ',')) order by 1`,
  );
  const list = prefixes.map(({ prefix }) => prefix).join(',');
  const tables = await link.run(
    (sql) => sql<{ name: string }[]>`
      select distinct c.relname::text as name
      from pg_class c, unnest(string_to_array(${list}, ',')) prefix
      where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        and (c.relname = prefix or starts_with(c.relname::text, prefix || '_'))
      order by 1`,
  );
  const routines = await link.run(
    (sql) => sql<{ oid: string }[]>`
      select distinct p.oid::text as oid
      from pg_proc p, unnest(string_to_array(${list}, ',')) prefix
      where p.pronamespace = current_schema()::regnamespace
        and (p.proname = prefix or starts_with(p.proname::text, prefix || '_'))`,
  );
  return { tables: tables.map(({ name }) => name), routines: routines.map(({ oid }) => oid) };
};
