import type postgres from 'postgres';

/** OIDs of the array types that statements take (pg_type.dat of PostgreSQL; they never change). */
const oids = { int: 1007, bigint: 1016, text: 1009, uuid: 2951 };

type Item = string | number | null;

const item = (value: Item): string => {
  if (value === null) return 'null';
  return typeof value === 'number' ? String(value) : `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
};

/** A list as PostgreSQL reads it (its manual, 8.15.6). */
const arrayLiteral = (values: readonly Item[]): string => `{${values.map(item).join(',')}}`;

/**
 * Lists as parameters. The driver would ask the database for the types of arrays on each new connection; when that is
 * lost meanwhile, the question fails where nobody can catch it. Arrays are sent only, never read.
 */
export const arrayTypes = Object.fromEntries(
  Object.entries(oids).map(([name, oid]) => [
    `${name}s`,
    { to: oid, from: [], serialize: arrayLiteral, parse: (text: string) => text },
  ]),
) as Record<string, postgres.PostgresType>;
