import type { Link } from '../kernel/database/pool.ts';
import { kernelNames } from '../kernel/migration-sources.ts';
import { coreModules } from '../modules/index.ts';

/** A function by its name and the types of its arguments, which tell it from others of that name. */
export interface FunctionFacts {
  readonly name: string;
  readonly args: string;
}

/** What migrations of modules that do not come with messox have made in a database. */
export interface ModuleObjects {
  readonly tables: readonly string[];
  readonly functions: readonly FunctionFacts[];
}

/**
 * Tables and functions with the name of a module whose migrations ran in the schema that the connection works in, be the
 * module here or not. Those of the modules that come along have no such names.
 */
export const readModuleObjects = async (link: Link): Promise<ModuleObjects> => {
  const own = [...kernelNames, ...coreModules.map(({ name }) => name)].join(',');
  const [{ there } = { there: false }] = await link.run(
    (sql) => sql<{ there: boolean }[]>`select to_regclass('messox_migrations') is not null as there`,
  );
  if (!there) return { tables: [], functions: [] };
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
  const functions = await link.run(
    (sql) => sql<FunctionFacts[]>`
      select distinct p.proname::text as name, pg_get_function_identity_arguments(p.oid) as args
      from pg_proc p, unnest(string_to_array(${list}, ',')) prefix
      where p.pronamespace = current_schema()::regnamespace
        and (p.proname = prefix or starts_with(p.proname::text, prefix || '_'))
      order by 1, 2`,
  );
  return { tables: tables.map(({ name }) => name), functions };
};
