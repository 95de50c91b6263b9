import { randomBytes } from 'node:crypto';
import postgres, { type Sql } from 'postgres';
import type { EmbeddedPostgresConnection } from '../embedded-postgres/index.ts';
import { askRun } from './ask-run.ts';

/** A new, empty database for one test or one test file. */
export interface TestDatabase {
  /** For a server under test: what its own pool takes. */
  connection: EmbeddedPostgresConnection;
  /** For the test itself. Ended by `drop()`. */
  sql: Sql;
  /** Removes the database, whoever is still connected. */
  drop(): Promise<void>;
}

/** Makes a database in the PostgreSQL of this test run (see `global-setup.ts`). */
export async function testDatabase(): Promise<TestDatabase> {
  const cluster = await askRun<EmbeddedPostgresConnection>('postgres');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdmin(cluster, (admin) => admin`create database ${admin(name)} template template0`);
  const connection = { ...cluster, database: name };
  const sql = postgres({ ...connection, max: 4, onnotice: () => undefined });
  const drop = async (): Promise<void> => {
    await sql.end();
    await asAdmin(cluster, (admin) => admin`drop database ${admin(name)} with (force)`);
  };
  return { connection, sql, drop };
}

async function asAdmin(
  cluster: EmbeddedPostgresConnection,
  query: (admin: Sql) => PromiseLike<unknown>,
): Promise<void> {
  const admin = postgres({ ...cluster, max: 1 });
  try {
    await query(admin);
  } finally {
    await admin.end();
  }
}
