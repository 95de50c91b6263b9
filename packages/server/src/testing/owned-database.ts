import postgres from 'postgres';
import type { EmbeddedPostgresConnection } from '../embedded-postgres/index.ts';

/** A database of the server at `admin` that belongs to a user who has no other right. */
export const ownedDatabase = async (admin: EmbeddedPostgresConnection): Promise<EmbeddedPostgresConnection> => {
  const sql = postgres({ ...admin, max: 1 });
  try {
    await sql`create role plain login password 'plain'`;
    await sql`create database chat owner plain`;
    return { ...admin, user: 'plain', password: 'plain', database: 'chat' };
  } finally {
    await sql.end();
  }
};
