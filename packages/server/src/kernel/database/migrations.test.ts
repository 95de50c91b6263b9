import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, testDatabase, type TestDatabase } from '../../testing/index.ts';
import { StartFault } from '../fault.ts';
import { loadMigrations, type Migration, migrate, migrationStatus } from './migrations.ts';
import { openPool, type Sql } from './pool.ts';

let database: TestDatabase;
let root: string;
let sql: Sql;
beforeAll(async () => {
  database = await testDatabase();
  root = await mkdtemp(path.join(tmpdir(), 'messox-migrations-'));
  sql = openPool(database.connection, { connections: 2, name: 'messox test' });
});
beforeEach(() => database.sql`drop schema public cascade`.then(() => database.sql`create schema public`));
afterAll(async () => {
  await sql.end();
  await database.drop();
  await rm(root, { recursive: true });
});

const first = 'create table notes (id int primary key);\ninsert into notes values (1);\n';
const second = 'alter table notes add column text text;\ninsert into notes values (2);\n';

/** The migrations of a module whose folder has these files. */
const load = async (files: Record<string, string>, module = 'notes'): Promise<Migration[]> => {
  const folder = path.join(root, module);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
  return loadMigrations([{ module, folder: pathToFileURL(`${folder}/`) }]);
};

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.then(
    () => undefined,
    (failed: unknown) => failed,
  );
  if (!(error instanceof StartFault)) throw new Error(`It ended with ${String(error)}`);
  return error.code;
};

const states = async (known: readonly Migration[]): Promise<string[]> =>
  (await migrationStatus(sql, known)).map(({ module, name, number, state }) => `${module} ${number} ${name} ${state}`);
const notes = async (): Promise<number[]> =>
  (await sql<{ id: number }[]>`select id from notes order by id`).map(({ id }) => id);

describe('migrations', () => {
  it('run in order, each once, and say when', async () => {
    const known = await load({ '0001-first.sql': first });
    expect(await states(known)).toEqual(['notes 1 first pending']);
    expect((await migrate(sql, known)).map(({ name }) => name)).toEqual(['first']);
    expect(await migrate(sql, known)).toEqual([]);
    const more = await load({ '0001-first.sql': first, '0002-second.sql': second });
    expect(await states(more)).toEqual(['notes 1 first applied', 'notes 2 second pending']);
    expect((await migrate(sql, more)).map(({ name }) => name)).toEqual(['second']);
    expect(await notes()).toEqual([1, 2]);
    const [status] = await migrationStatus(sql, more);
    expect(Date.now() - Date.parse(status?.appliedAt ?? '')).toBeLessThan(60_000);
  });

  it('of several modules have numbers of their own, and those of one that is not loaded concern nobody', async () => {
    const [a, b] = [
      await load({ '0001-first.sql': first }, 'a'),
      await load({ '0001-other.sql': 'create table other ();' }, 'b'),
    ];
    await migrate(sql, [...a, ...b]);
    expect(await states(b)).toEqual(['b 1 other applied']);
    expect(await migrate(sql, a)).toEqual([]);
  });

  it('are the same when a checkout changed their line ends', async () => {
    await migrate(sql, await load({ '0001-first.sql': first }));
    expect(await migrate(sql, await load({ '0001-first.sql': first.replaceAll('\n', '\r\n') }))).toEqual([]);
  });

  it('hold any SQL: several statements, functions, semicolons and umlauts in texts', async () => {
    const content = `
      create function shout(text) returns text language plpgsql as $$ begin return upper($1) || ';'; end $$;
      -- a comment; with a semicolon
      create table said as select shout('é; ß') as text;`;
    await migrate(sql, await load({ '0001-functions.sql': content }));
    expect(await sql`select text from said`).toEqual(
      [{ text: 'É; SS;' }].map(() => ({ text: expect.stringMatching(/^É; .*;$/) as string })),
    );
  });

  it('are not cut by the time limit that other statements have', async () => {
    const hasty = openPool(database.connection, { connections: 1, name: 'messox test' });
    await migrate(
      hasty,
      await load({
        '0001-slow.sql':
          "create table limits as select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock;",
      }),
    );
    expect(await hasty`select * from limits`).toEqual([{ statement: '0', lock: '0' }]);
    expect(await hasty`select current_setting('statement_timeout') as statement`).toEqual([{ statement: '30s' }]);
    await hasty.end();
  });
});

describe('a migration of a newer program that only added to the tables', () => {
  it("is in nobody's way: the older one starts, and the newer one finds it done", async () => {
    const newer = { '0001-first.sql': first, '0002-second.sql': second };
    await migrate(sql, await load(newer));
    const older = await load({ '0001-first.sql': first });
    expect(await states(older)).toEqual(['notes 1 first applied', 'notes 2 second ahead']);
    expect(await migrate(sql, older)).toEqual([]);
    expect(await migrate(sql, await load(newer))).toEqual([]);
    expect(await notes()).toEqual([1, 2]);
  });
});

describe('a migration that cannot run', () => {
  it('was edited after it ran', async () => {
    await migrate(sql, await load({ '0001-first.sql': first }));
    const edited = await load({ '0001-first.sql': `${first}-- better\n`, '0002-second.sql': second });
    expect(await states(edited)).toEqual(['notes 1 first edited', 'notes 2 second pending']);
    const fault: unknown = await migrate(sql, edited).catch((error: unknown) => error);
    expect(fault).toMatchObject({
      code: 'migration_edited',
      message: 'The migration notes 0001-first was changed after it ran on this database.',
      help: expect.stringContaining('messox migrate new') as string,
    });
    expect(await notes()).toEqual([1]);
  });

  it('is of a newer program, and took away what this one may need', async () => {
    const contract = 'alter table notes drop column text;\n';
    await migrate(
      sql,
      await load({ '0001-first.sql': first, '0002-second.sql': second, '0003-contract-no-text.sql': contract }),
    );
    const older = await load({ '0001-first.sql': first });
    expect(await states(older)).toEqual([
      'notes 1 first applied',
      'notes 2 second ahead',
      'notes 3 contract-no-text newer',
    ]);
    expect(await codeOf(migrate(sql, older))).toBe('database_newer');
    expect(await migrate(sql, older).catch(String)).toContain('notes 0003-contract-no-text');
  });

  it.each([
    ['has no number', { 'first.sql': first }],
    ['has a short number', { '1-first.sql': first }],
    ['begins with two', { '0002-first.sql': first }],
    ['leaves a number out', { '0001-first.sql': first, '0003-third.sql': second }],
    ['has a number twice', { '0001-first.sql': first, '0001-second.sql': second }],
    ['has capital letters', { '0001-First.sql': first }],
    ['has no name', { '0001-.sql': first }],
  ])('%s', async (_, files) => expect(await codeOf(load(files as Record<string, string>))).toBe('migration_misnamed'));

  it('may lie beside what is no migration', async () =>
    expect(await load({ '0001-first.sql': first, 'README.md': '# Notes', '0001-first.sql.orig': 'x' })).toHaveLength(
      1,
    ));

  it('fails half-way: nothing of it stays, what ran before it does, and it can be mended', async () => {
    const bad = 'insert into notes values (7);\ncreate table more ();\ninsert into notes values (1);\n';
    const known = await load({
      '0001-first.sql': first,
      '0002-bad.sql': bad,
      '0003-third.sql': 'create table third ();',
    });
    const fault: unknown = await migrate(sql, known).catch((error: unknown) => error);
    expect(fault).toMatchObject({
      code: 'migration_failed',
      message: expect.stringMatching(/^The migration notes 0002-bad failed: duplicate key/) as string,
    });
    expect(await notes()).toEqual([1]);
    expect(await states(known)).toEqual(['notes 1 first applied', 'notes 2 bad pending', 'notes 3 third pending']);
    expect(await sql`select to_regclass('more') as more, to_regclass('third') as third`).toEqual([
      { more: null, third: null },
    ]);
    const mended = await load({
      '0001-first.sql': first,
      '0002-bad.sql': second,
      '0003-third.sql': 'create table third ();',
    });
    expect(await migrate(sql, mended)).toHaveLength(2);
  });

  it('leaves the connection as it was, and no lock behind', async () => {
    await migrate(sql, await load({ '0001-bad.sql': 'create table;' })).catch(() => undefined);
    const [row] =
      await sql`select count(*)::int as locks from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`;
    expect(row).toEqual({ locks: 0 });
    expect(await migrate(sql, await load({ '0001-first.sql': first }))).toHaveLength(1);
  });
});

describe('many processes that start at once', () => {
  it('run each migration once, and all find it done', async () => {
    const known = await load({ '0001-first.sql': `select pg_sleep(0.2);\n${first}`, '0002-second.sql': second });
    const pools = Array.from({ length: 6 }, () =>
      openPool(database.connection, { connections: 1, name: 'messox test' }),
    );
    const ran = await Promise.all(pools.map((pool) => migrate(pool, known)));
    expect(ran.flat().map(({ number }) => number)).toEqual([1, 2]);
    expect(await notes()).toEqual([1, 2]);
    await Promise.all(pools.map((pool) => pool.end()));
  });

  it('are whole servers, too', async () => {
    const servers = await Promise.all([1, 2, 3].map(() => startTestServer({ database })));
    for (const server of servers) expect((await server.call('GET', '/readyz')).status).toBe(200);
    const [ana] = await Promise.all(servers.map((server, index) => server.user(`user${index}`)));
    expect((await servers[2]?.call('GET', '/api/v1/users/me', undefined, ana?.accessToken))?.status).toBe(200);
    await Promise.all(servers.map((server) => server.stopServer()));
  });
});
