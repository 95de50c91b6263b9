import postgres from 'postgres';
import { OWNER_DATABASE } from './cluster.ts';
import { EmbeddedPostgresError } from './error.ts';
import type { EmbeddedPostgresConnection } from './running.ts';

const INVALID_PASSWORD = '28P01';

/** Shows that PostgreSQL answers and that the password is the one of this cluster, and makes the database when it is missing. */
export async function ensureDatabase(connection: EmbeddedPostgresConnection): Promise<void> {
  const sql = postgres({ ...connection, database: 'postgres', max: 1 });
  try {
    const found = await sql`select from pg_database where datname = ${OWNER_DATABASE}`;
    if (found.length === 0) await sql`create database ${sql(OWNER_DATABASE)}`;
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.code === INVALID_PASSWORD) throw passwordWrong(error);
    throw error;
  } finally {
    await sql.end();
  }
}

function passwordWrong(cause: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'postgres_password_wrong',
    'The embedded database does not take the password from the secrets.',
    'Put back the password that the database was made with.',
    { cause },
  );
}
