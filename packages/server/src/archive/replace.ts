import type { Link } from '../kernel/database/pool.ts';
import { quoted } from './catalog.ts';
import type { FunctionFacts, ModuleObjects } from './module-objects.ts';

interface Named {
  readonly name: string;
}

const tablesOf = (link: Link, schema: string): Promise<Named[]> =>
  link.run(
    (sql) => sql<Named[]>`
      select relname::text as name from pg_class
      where relnamespace = (select oid from pg_namespace where nspname = ${schema})
        and relkind in ('r', 'p') and not relispartition
      order by 1`,
  );

const functionsOf = (link: Link, schema: string): Promise<FunctionFacts[]> =>
  link.run(
    (sql) => sql<FunctionFacts[]>`
      select proname::text as name, pg_get_function_identity_arguments(oid) as args from pg_proc
      where pronamespace = (select oid from pg_namespace where nspname = ${schema})
      order by 1, 2`,
  );

const signature = ({ args, name }: FunctionFacts): string => `${quoted(name)}(${args})`;

/**
 * Puts what is in the schema `from` in the place of what has the same names in `to`, and removes `from`. What of `old` is
 * in `to` goes, too.
 *
 * @returns the tables of `old` that went and are not in `from`
 */
export const replaceSchema = async (
  link: Link,
  { from, old, to }: { readonly from: string; readonly to: string; readonly old: ModuleObjects },
): Promise<string[]> => {
  const run = (text: string): Promise<unknown> => link.run((sql) => sql.unsafe(text));
  const tables = (await tablesOf(link, from)).map(({ name }) => quoted(name));
  const functions = (await functionsOf(link, from)).map(signature);
  const gone = old.tables.filter((name) => !tables.includes(quoted(name)));
  const oldTables = [...tables, ...gone.map(quoted)];
  const oldFunctions = new Set([...functions, ...old.functions.map(signature)]);
  const within = (schema: string, names: readonly string[]): string[] =>
    names.map((name) => `${quoted(schema)}.${name}`);
  // A function may be written in terms of a table, triggers and defaults of tables in terms of a function, and tables refer to one another.
  for (const name of within(to, [...oldFunctions])) await run(`drop function if exists ${name} cascade`);
  if (oldTables.length > 0) await run(`drop table if exists ${within(to, oldTables).join(', ')}`);
  for (const name of within(from, tables)) await run(`alter table ${name} set schema ${quoted(to)}`);
  for (const name of within(from, functions)) await run(`alter function ${name} set schema ${quoted(to)}`);
  await run(`drop schema ${quoted(from)}`);
  return gone;
};
