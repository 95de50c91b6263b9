import { text } from 'node:stream/consumers';
import { testDatabase } from '@messox/server/testing';
import { expect, it, onTestFinished } from 'vitest';
import { databaseUrl } from './environment.ts';
import { spawnServer } from './messox-server.ts';

const migrate = async (args: readonly string[], environment: Readonly<Record<string, string>>) => {
  const child = spawnServer(args, environment);
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  if (!child.stdout) throw new Error('It has no output');
  const lines = (await text(child.stdout)).trim().split('\n');
  return { exitCode: await ended, last: JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
};

it('messox-server --migrate makes the tables, needs the database alone, and finds nothing to do again', async () => {
  const database = await testDatabase();
  onTestFinished(() => database.drop());
  const environment = { MESSOX_DATABASE_URL: databaseUrl(database.connection) };
  const first = await migrate(['--migrate'], environment);
  expect(first).toMatchObject({ exitCode: 0, last: { msg: 'the database is up to date' } });
  expect(first.last.applied).toBeGreaterThan(5);
  expect(await database.sql`select epoch from server_state`).toHaveLength(1);
  expect(await migrate(['--migrate'], environment)).toMatchObject({ exitCode: 0, last: { applied: 0 } });
});

it('refuses a role beside --migrate, and a database URL that is missing', async () => {
  expect(await migrate(['--migrate', '--role', 'api'], {})).toMatchObject({
    exitCode: 2,
    last: { code: 'invalid_usage' },
  });
  expect(await migrate(['--migrate'], {})).toMatchObject({ exitCode: 2, last: { code: 'secrets_missing' } });
});
