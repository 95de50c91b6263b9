import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { migrate, loadMigrations } from '../kernel/database/migrations.ts';
import { type DatabaseAddress, openLink, openPool } from '../kernel/database/pool.ts';
import { migrationSources } from '../kernel/migration-sources.ts';
import { coreModules } from '../modules/index.ts';
import { startTestServer, testDatabase, type TestDatabase } from '../testing/index.ts';
import { copyIn, copyOut } from './copy.ts';
import { findLostTables } from './find-lost-tables.ts';
import { guestBook } from './guest-book.test.fixture.ts';
import { planMigrations } from './plan-migrations.ts';
import { renewEpoch, restoreDatabase, type Restored, type RowsChunk } from './restore.ts';
import { type SnapshotFacts, withSnapshot } from './snapshot.ts';

const never = new AbortController().signal;

interface Dump {
  readonly facts: SnapshotFacts;
  readonly rows: Readonly<Record<string, string>>;
}

const dump = (address: DatabaseAddress): Promise<Dump> =>
  withSnapshot(address, never, async ({ facts, rows }) => {
    const read: Record<string, string> = {};
    for (const table of facts.tables) {
      const chunks: Buffer[] = [];
      for await (const chunk of rows(table)) chunks.push(chunk);
      read[table.name] = Buffer.concat(chunks).toString();
    }
    return { facts, rows: read };
  });

const restore = (
  address: DatabaseAddress,
  { facts, rows }: Dump,
  options: { replace?: boolean; signal?: AbortSignal; chunks?: AsyncIterable<RowsChunk> } = {},
): Promise<Restored> => {
  const chunks = async function* (): AsyncGenerator<RowsChunk> {
    // In pieces that end within rows.
    for (const [table, text] of Object.entries(rows))
      for (let at = 0, bytes = Buffer.from(text); at < bytes.length; at += 97)
        yield { table, rows: bytes.subarray(at, at + 97) };
  };
  const counts = Object.fromEntries(
    Object.entries(rows).map(([name, text]) => [name, text.split('\n').length - 1] as const),
  );
  return restoreDatabase(address, { facts, counts, chunks: chunks(), replace: false, signal: never, ...options });
};

const database = async (): Promise<TestDatabase> => {
  const made = await testDatabase();
  onTestFinished(() => made.drop());
  return made;
};

const migrated = async (): Promise<TestDatabase> => {
  const made = await database();
  const pool = openPool(made.connection, { connections: 1, name: 'test' });
  await migrate(pool, await loadMigrations(migrationSources(coreModules)));
  await pool.end();
  return made;
};

/** What the epoch and the list of migrations are not part of. */
const content = ({ rows }: Dump): Readonly<Record<string, string>> => ({ ...rows, server_state: '' });

const hard = [
  'tab\there',
  'line\nbreak\r\n',
  'back\\slash \\n \\. \\N',
  '\\.',
  '\u0001\u007f \u2028 👩‍👩‍👧 ﷽ \ud7ff\ue000',
  ' ',
  '"quoted", \'so\'',
];

/** A server with people who wrote all that is hard to write. */
const source = await startTestServer();
afterAll(() => source.stop());
const [ana, bruno] = [await source.user('ana'), await source.user('bruno')];
const group = await ana.call('POST', '/api/v1/channels', { kind: 'group', name: 'all\tof us', memberIds: [bruno.id] });
const rowsOfHard = hard.map((text, index) => ({ seq: 1_000 + index, text }));
await source.sql`
  insert into messages (channel_id, seq, sender_id, client_id, sent_at, text, meta)
  select 1, r.seq, ${ana.id}, gen_random_uuid(), now(), r.text, jsonb_build_object('t', r.text)
  from jsonb_to_recordset(${source.sql.json(rowsOfHard)}) as r(seq bigint, text text)`;

describe('a backup that is restored', () => {
  it('has every byte, and a new epoch', async () => {
    expect(group.status).toBeLessThan(300);
    const taken = await dump(source.database.connection);
    expect(taken.rows.messages?.split('\n').length).toBe(hard.length + 1);
    const target = await database();
    const { epoch, leftOut, migrated: applied, tables } = await restore(target.connection, taken);
    expect({ leftOut, applied }).toEqual({ leftOut: [], applied: [] });
    expect(epoch).not.toBe(taken.facts.epoch);
    expect(tables.find(({ name }) => name === 'users')?.rows).toBe(2);
    const again = await dump(target.connection);
    expect(content(again)).toEqual(content(taken));
    expect(again.facts).toEqual({ ...taken.facts, epoch });
    const texts = await target.sql`select text from messages where seq >= 1000 order by seq`;
    expect(texts.map(({ text }) => text as string)).toEqual(hard);
  });

  it('has the keys, indexes, functions and numbers that a new database has', async () => {
    const target = await database();
    await restore(target.connection, await dump(source.database.connection));
    const shape = async ({ sql }: TestDatabase): Promise<unknown> => [
      await sql`select conname, pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2`,
      await sql`select indexdef from pg_indexes where schemaname = 'public' order by 1`,
      await sql`select proname, prosrc, pg_get_function_identity_arguments(oid) from pg_proc where pronamespace = 'public'::regnamespace order by 1`,
      await sql`select relname, reloptions from pg_class where relnamespace = 'public'::regnamespace order by 1`,
      await sql`select nspname from pg_namespace where nspname !~ '^pg_' order by 1`,
    ];
    expect(await shape(target)).toEqual(await shape(await migrated()));
    const server = await startTestServer({ database: target });
    const carla = await server.user('carla');
    expect(carla.id).toBe(bruno.id + 1);
    await server.stopServer();
  });

  it('is brought up to date where it is older', async () => {
    const taken = await dump(source.database.connection);
    const old = await database();
    await restore(old.connection, taken);
    // As it was before the newest migration of blocks and of accounts.
    await old.sql`drop table blocks`;
    await old.sql`alter table users drop column presence`;
    await old.sql`delete from messox_migrations where module = 'blocks' or (module = 'accounts' and number = 2)`;
    const older = await dump(old.connection);
    expect(older.facts.tables.map(({ name }) => name)).not.toContain('blocks');
    const target = await database();
    const { migrated: applied } = await restore(target.connection, older);
    expect(applied.map(({ module, number }) => `${module} ${number}`)).toEqual(
      expect.arrayContaining(['blocks 1', 'accounts 2']),
    );
    expect(content(await dump(target.connection))).toEqual({ ...content(taken), blocks: '' });
  });

  it('leaves out tables that are of somebody else, and says so', async () => {
    const taken = await dump(source.database.connection);
    const stranger = { name: 'reports', columns: ['id'] };
    const facts = { ...taken.facts, tables: [...taken.facts.tables, stranger] };
    const target = await database();
    const { leftOut } = await restore(target.connection, { facts, rows: { ...taken.rows, reports: '1\n' } });
    expect(leftOut).toEqual(['reports']);
  });

  it('takes the place of what is there only when it is told to', async () => {
    const taken = await dump(source.database.connection);
    const target = await startTestServer();
    onTestFinished(() => target.database.drop());
    await target.user('other');
    await expect(restore(target.database.connection, taken, { replace: true })).rejects.toMatchObject({
      code: 'database_in_use',
    });
    await target.stopServer();
    const before = await dump(target.database.connection);
    await expect(restore(target.database.connection, taken)).rejects.toMatchObject({ code: 'database_not_empty' });
    expect(await dump(target.database.connection)).toEqual(before);
    await restore(target.database.connection, taken, { replace: true });
    expect(content(await dump(target.database.connection))).toEqual(content(taken));
  });

  it('takes the place of tables of modules that it does not know, whatever they refer to', async () => {
    const taken = await dump(source.database.connection);
    const target = await migrated();
    await target.sql.unsafe(`
      create function guest_book_count() returns int language sql as 'select 1';
      create table guest_book_entries (id int default guest_book_count(), user_id bigint references users (id));
      create table guests_of_others (id int);
      insert into guests_of_others values (1);
      insert into guest_book_entries values (1, null);
      insert into messox_migrations (module, number, name, checksum) values ('guest-book', 1, 'entries', '')`);
    expect(await findLostTables(target.connection, taken.facts)).toEqual(['guest_book_entries']);
    await expect(restore(target.connection, taken)).rejects.toMatchObject({
      code: 'database_not_empty',
      message: expect.stringContaining('guest_book_entries') as string,
    });
    const { dropped } = await restore(target.connection, taken, { replace: true });
    expect(dropped).toEqual(['guest_book_entries']);
    const { facts, rows } = await dump(target.connection);
    expect(facts.migrations).toEqual(taken.facts.migrations);
    // What no module has made stays.
    expect(content({ facts, rows })).toEqual({ ...content(taken), guests_of_others: '1\n' });
    expect(await target.sql`select from pg_proc where proname = 'guest_book_count'`).toEqual([]);
    expect(await findLostTables(target.connection, taken.facts)).toEqual([]);
    expect(await findLostTables((await database()).connection, taken.facts)).toEqual([]);
  });

  it('takes the place of routines that take rows of tables, of procedures and of aggregates', async () => {
    const taken = await dump(source.database.connection);
    const target = await migrated();
    await target.sql.unsafe(`${guestBook}
      create function message_hash(message messages) returns text language sql as 'select 1';
      insert into messox_migrations (module, number, name, checksum) values ('guest-book', 1, 'entries', '')`);
    await expect(restore(target.connection, taken, { replace: true })).rejects.toMatchObject({
      code: 'database_in_use',
      message: expect.stringContaining('function public.message_hash(public.messages)') as string,
    });
    await target.sql`drop function message_hash(messages)`;
    const { dropped } = await restore(target.connection, taken, { replace: true });
    expect(dropped).toEqual(['guest_book_entries']);
    expect(await target.sql`select from pg_proc where proname like 'guest_book%'`).toEqual([]);
    expect(content(await dump(target.connection))).toEqual(content(taken));
  });

  it('drops nothing of others for it, and names what is in its way', async () => {
    const taken = await dump(source.database.connection);
    const target = await migrated();
    await target.sql.unsafe(`
      create function guest_book_count() returns int language sql as 'select 1';
      create table reports_of_mine (id int default guest_book_count());
      create view counts_of_mine as select guest_book_count() as n, id from users;
      insert into messox_migrations (module, number, name, checksum) values ('guest-book', 1, 'entries', '')`);
    const before = await dump(target.connection);
    await expect(restore(target.connection, taken, { replace: true })).rejects.toMatchObject({
      code: 'database_in_use',
      message: expect.stringMatching(/column id of table .*reports_of_mine.*view .*counts_of_mine/) as string,
    });
    expect(await dump(target.connection)).toEqual(before);
    expect(await target.sql`select n from counts_of_mine`).toEqual([]);
    await target.sql.unsafe('drop view counts_of_mine; alter table reports_of_mine alter column id drop default');
    await restore(target.connection, taken, { replace: true });
    expect(await target.sql`select id from reports_of_mine`).toEqual([]);
  });

  it('does not touch tables of another program, even when it is told to replace', async () => {
    const target = await database();
    await target.sql`create table users (mine text)`;
    const taken = await dump(source.database.connection);
    await expect(restore(target.connection, taken, { replace: true })).rejects.toMatchObject({
      code: 'database_not_empty',
    });
    expect(await target.sql`select * from users`).toEqual([]);
  });

  it('changes nothing when it ends in the middle, for whatever reason', async () => {
    const taken = await dump(source.database.connection);
    const target = await startTestServer();
    onTestFinished(() => target.database.drop());
    await target.user('other');
    await target.stopServer();
    const before = await dump(target.database.connection);
    const broken = async function* (): AsyncGenerator<RowsChunk> {
      yield { table: 'users', rows: Buffer.from(taken.rows.users ?? '') };
      throw new Error('the archive is broken');
    };
    const fails = (options: Parameters<typeof restore>[2], rows: Record<string, string> = {}): Promise<unknown> =>
      restore(
        target.database.connection,
        { ...taken, rows: { ...taken.rows, ...rows } },
        { replace: true, ...options },
      ).then(
        () => 'it was restored',
        (error: unknown) => (error as Error).message,
      );
    expect(await fails({ chunks: broken() })).toBe('the archive is broken');
    // PostgreSQL finds this when it has all rows of the table, and this when the table is checked against another one.
    expect(await fails({}, { users: `${taken.rows.users ?? ''}${taken.rows.users ?? ''}` })).toContain('duplicate key');
    expect(await fails({}, { users: '' })).toContain('foreign key');
    const controller = new AbortController();
    const aborted = async function* (): AsyncGenerator<RowsChunk> {
      yield { table: 'users', rows: Buffer.from(taken.rows.users ?? '') };
      controller.abort();
      yield { table: 'users', rows: Buffer.from(taken.rows.users ?? '') };
    };
    expect(await fails({ chunks: aborted(), signal: controller.signal })).toBe('Interrupted');
    const short = { ...taken.rows, members: '' };
    const counts = { ...Object.fromEntries(Object.keys(short).map((name) => [name, 0])), users: 2 };
    const chunks = async function* (): AsyncGenerator<RowsChunk> {
      yield { table: 'users', rows: Buffer.from(taken.rows.users ?? '') };
      yield { table: 'channels', rows: Buffer.from(taken.rows.channels ?? '') };
    };
    const miscounted = { facts: taken.facts, counts, chunks: chunks(), replace: true, signal: never };
    await expect(restoreDatabase(target.database.connection, miscounted)).rejects.toThrow('channels has');
    expect(await dump(target.database.connection)).toEqual(before);
    expect(await target.sql`select nspname from pg_namespace where nspname like 'messox_restore%'`).toEqual([]);
  });
});

describe('what a backup was made with', () => {
  it('is not restored by an older version, nor where a migration is another', async () => {
    const known = await loadMigrations(migrationSources(coreModules));
    const { facts } = await dump(source.database.connection);
    expect(planMigrations(known, facts.migrations).after).toEqual([]);
    const last = known.findLast(({ number }) => number > 1);
    expect(() => planMigrations(known.slice(0, -1), facts.migrations)).toThrow(
      expect.objectContaining({ code: 'module_missing' }) as Error,
    );
    expect(() =>
      planMigrations(
        known.filter((migration) => migration !== last),
        facts.migrations,
      ),
    ).toThrow(expect.objectContaining({ code: 'backup_newer' }) as Error);
    const [first, ...others] = known;
    if (!first) throw new Error('There are no migrations.');
    expect(() => planMigrations([{ ...first, checksum: 'another' }, ...others], facts.migrations)).toThrow(
      expect.objectContaining({ code: 'migration_edited' }) as Error,
    );
  });
});

describe('a snapshot', () => {
  it('is one moment, whatever is written meanwhile', async () => {
    const target = await migrated();
    const count = await withSnapshot(target.connection, never, async ({ facts, rows }) => {
      await target.sql`insert into blocks (user_id, blocked_id)
        select a.id, b.id from users a, users b where false`;
      await target.sql`insert into job_turns (kind, next_at) values ('later', now())`;
      let text = '';
      for (const table of facts.tables.filter(({ name }) => name === 'job_turns'))
        for await (const chunk of rows(table)) text += chunk.toString();
      return text;
    });
    expect(count).not.toContain('later');
    expect((await dump(target.connection)).rows.job_turns).toContain('later');
  });

  it('holds off what would empty a table beneath it', async () => {
    const target = await migrated();
    await target.sql`insert into job_turns (kind, next_at) values ('first', now())`;
    let emptied: Promise<unknown> | undefined;
    const text = await withSnapshot(target.connection, never, async ({ facts, rows }) => {
      emptied = target.sql`truncate job_turns`.execute();
      await expect
        .poll(
          async () =>
            (
              await target.sql`select from pg_stat_activity where wait_event_type = 'Lock' and query like 'truncate job_turns%'`
            ).length,
        )
        .toBe(1);
      let read = '';
      for (const table of facts.tables.filter(({ name }) => name === 'job_turns'))
        for await (const chunk of rows(table)) read += chunk.toString();
      return read;
    });
    await emptied;
    expect(text).toContain('first');
  });

  it('needs a server in the database', async () => {
    await expect(dump((await database()).connection)).rejects.toMatchObject({ code: 'database_missing' });
  });
});

describe('a new epoch', () => {
  it('is another one, and waits for nobody who knows the old one', async () => {
    const server = await startTestServer();
    onTestFinished(() => server.database.drop());
    const { connection } = server.database;
    await expect(renewEpoch(connection)).rejects.toMatchObject({ code: 'database_in_use' });
    await server.stopServer();
    const { facts } = await dump(connection);
    const epoch = await renewEpoch(connection);
    expect(epoch).not.toBe(facts.epoch);
    expect((await dump(connection)).facts.epoch).toBe(epoch);
    await expect(renewEpoch((await database()).connection)).rejects.toMatchObject({ code: 'database_missing' });
  });
});

describe('COPY', () => {
  it('goes on with the next statement whatever the size of the last', async () => {
    const { connection } = await database();
    const link = openLink(connection, 'test');
    onTestFinished(() => link.end());
    for (const rows of [0, 1, 100, 1_000, 3_000, 10_000]) {
      let bytes = 0;
      for await (const chunk of copyOut(
        link,
        `copy (select repeat('x', 40) from generate_series(1, ${rows})) to stdout`,
      ))
        bytes += chunk.length;
      expect(bytes).toBe(rows * 41);
      expect(await link.run((sql) => sql`select 1 as one`)).toEqual([{ one: 1 }]);
    }
  });

  it('waits for whoever reads slowly, and tells of a connection that is lost', async () => {
    const { connection, sql } = await database();
    const link = openLink(connection, 'test slow');
    onTestFinished(() => link.end());
    const rows = copyOut(link, `copy (select repeat('x', 1000) from generate_series(1, 100000)) to stdout`);
    await rows.next();
    await expect
      .poll(
        async () =>
          (await sql`select from pg_stat_activity where application_name = 'test slow' and wait_event = 'ClientWrite'`)
            .length,
      )
      .toBe(1);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'test slow'`;
    const rest = (async () => {
      for await (const chunk of rows) expect(chunk.length).toBeGreaterThan(0);
    })();
    await expect(rest).rejects.toThrow();
  });

  it('tells of a wrong row that is the last one, and of a connection that is lost', async () => {
    const { connection, sql } = await database();
    await sql`create table numbers (n int primary key)`;
    const link = openLink(connection, 'test in');
    onTestFinished(() => link.end());
    const one = await copyIn(link, 'copy numbers from stdin');
    await one.write(Buffer.from('1\n1\n'));
    await expect(one.end()).rejects.toThrow('duplicate key');
    const two = await copyIn(link, 'copy numbers from stdin');
    await two.write(Buffer.from('1\n2\n'));
    await two.end();
    expect(await link.run((it) => it`select count(*)::int as n from numbers`)).toEqual([{ n: 2 }]);
    const three = await copyIn(link, 'copy numbers from stdin');
    await three.write(Buffer.from('3\n'));
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'test in'`;
    await expect(three.end()).rejects.toThrow();
    expect(await sql`select count(*)::int as n from numbers`).toEqual([{ n: 2 }]);
  });
});
