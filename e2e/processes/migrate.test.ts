import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

it('messox-server loads the modules of a folder: --check says so, and --migrate makes their tables', async () => {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'messox-modules-'));
  onTestFinished(async () => {
    await rm(folder, { recursive: true });
    await database.drop();
  });
  const write = async (name: string, needs: string): Promise<void> => {
    await mkdir(join(folder, name, 'migrations'), { recursive: true });
    await writeFile(
      join(folder, name, 'index.mjs'),
      `import { defineModule } from '@messox/server/module';\n${needs === '' ? '' : `import need from '../${needs}/index.mjs';\n`}
export default defineModule({ name: '${name}', contract: 1, needs: {${needs === '' ? '' : 'need'}}, setup() {} });\n`,
    );
    const references = needs === '' ? '' : `references ${needs}_things (id)`;
    await writeFile(
      join(folder, name, 'migrations', '0001-things.sql'),
      `create table ${name}_things (id int primary key ${references})`,
    );
  };
  await write('later', '');
  // Comes first by its name, and after the other by its need.
  await write('earlier', 'later');
  const environment = { MESSOX_DATABASE_URL: databaseUrl(database.connection) };
  expect(await migrate(['--check', '--modules', folder], {})).toMatchObject({ exitCode: 0 });
  expect(await migrate(['--migrate', '--modules', folder], environment)).toMatchObject({ exitCode: 0 });
  expect(await database.sql`select from earlier_things`).toHaveLength(0);
  await writeFile(join(folder, 'later', 'index.mjs'), 'export default 1;');
  expect(await migrate(['--migrate', '--modules', folder], environment)).toMatchObject({
    exitCode: 2,
    last: { code: 'module_invalid' },
  });
  expect(await migrate(['--check', '--migrate'], {})).toMatchObject({ exitCode: 2, last: { code: 'invalid_usage' } });
});
