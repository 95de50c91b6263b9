import type { Link } from '../kernel/database/pool.ts';
import { quoted } from './catalog.ts';
import type { ModuleObjects } from './module-objects.ts';
import { refuseDependents } from './refuse-dependents.ts';
import { findCounterparts, routineNames, routinesIn } from './routines.ts';

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

/**
 * Puts what is in the schema `from` in the place of what has the same names in `to`, and removes `from`. What of `old` is
 * in `to` goes, too, and nothing else. The search path of the transaction is empty from then on.
 *
 * @returns the tables of `old` that went and are not in `from`
 * @throws StartFault database_in_use where something that stays depends on what is to go
 */
export const replaceSchema = async (
  link: Link,
  { from, old, to }: { readonly from: string; readonly to: string; readonly old: ModuleObjects },
): Promise<string[]> => {
  const run = (text: string): Promise<unknown> => link.run((sql) => sql.unsafe(text));
  // Names that PostgreSQL prints are whole then.
  await run(`set local search_path to ''`);
  const tables = (await tablesOf(link, from)).map(({ name }) => name);
  const routines = await routinesIn(link, from);
  const gone = old.tables.filter((name) => !tables.includes(name));
  const oldTables = [...tables, ...gone];
  const oldRoutines = [...new Set([...(await findCounterparts(link, { from, to })), ...old.routines])];
  await refuseDependents(link, { schema: to, tables: oldTables, routines: oldRoutines });
  const within = (schema: string, name: string): string => `${quoted(schema)}.${quoted(name)}`;
  // A routine may take rows of a table, and triggers, checks and defaults of that table call a routine.
  for (const name of await routineNames(link, oldRoutines)) await run(`drop routine if exists ${name} cascade`);
  if (oldTables.length > 0) await run(`drop table if exists ${oldTables.map((name) => within(to, name)).join(', ')}`);
  for (const name of tables) await run(`alter table ${within(from, name)} set schema ${quoted(to)}`);
  for (const name of await routineNames(link, routines)) await run(`alter routine ${name} set schema ${quoted(to)}`);
  await run(`drop schema ${quoted(from)}`);
  return gone;
};
