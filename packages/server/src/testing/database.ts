import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import postgres, { type Sql } from 'postgres';
import type { EmbeddedPostgresConnection } from '../embedded-postgres/index.ts';
import { CLUSTER_VARIABLE } from './cluster-variable.ts';

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
  const cluster = await askForCluster();
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

async function askForCluster(): Promise<EmbeddedPostgresConnection> {
  const socket = process.env[CLUSTER_VARIABLE];
  if (socket === undefined) {
    throw new Error(
      'There is no PostgreSQL for tests: name packages/server/src/testing/global-setup.ts in globalSetup of vitest.config.ts.',
    );
  }
  const answer = JSON.parse(await text(connect(socket))) as
    { connection: EmbeddedPostgresConnection } | { error: string };
  if ('error' in answer) throw new Error(`The PostgreSQL for tests did not start: ${answer.error}`);
  return answer.connection;
}
