import { expect, it } from 'vitest';
import { testDatabase } from './database.ts';

it('gives each caller an empty database of its own', async () => {
  const [ana, bob] = await Promise.all([testDatabase(), testDatabase()]);
  await ana.sql`create table only_here (id int)`;
  const tables = await bob.sql`select tablename from pg_tables where schemaname = 'public'`;
  expect([...tables]).toEqual([]);
  expect(ana.connection.database).not.toBe(bob.connection.database);
  await Promise.all([ana.drop(), bob.drop()]);
});

it('drops a database that somebody is still connected to', async () => {
  const database = await testDatabase();
  const other = await testDatabase();
  await database.sql`select 1`;
  await database.drop();
  const left = await other.sql`select datname from pg_database where datname = ${database.connection.database}`;
  expect([...left]).toEqual([]);
  await other.drop();
});
