import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findRunningPostgres, startEmbeddedPostgres } from './index.ts';
import { readLockFile } from './lock-file.ts';
import { newDataDir } from './new-folder.test.fixture.ts';
import { startTestPostgres, type TestPostgres } from './testing.ts';

// Each test starts whole databases, some of them several.
vi.setConfig({ testTimeout: 90_000 });

const password = `it's a "secret" $1 \\ çé`;

describe('a new cluster', () => {
  let server: TestPostgres;
  let sql: Sql;
  beforeAll(async () => {
    server = await startTestPostgres({ password });
    sql = postgres({ ...server.connection, max: 1 });
  });
  afterAll(async () => {
    await sql.end();
    await server.stop();
  });

  const show = async (name: string): Promise<string> => {
    const [row] = await sql<{ value: string }[]>`select current_setting(${name}) as value`;
    return row?.value ?? '';
  };

  it('is PostgreSQL 18 in UTF-8 with checksums and a locale that is the same everywhere', async () => {
    expect(await show('server_version')).toMatch(/^18\./);
    expect(await show('data_checksums')).toBe('on');
    const [database] = await sql`
      select pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, datlocale as locale
      from pg_database where datname = current_database()`;
    expect(database).toEqual({ encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8' });
    expect(await show('timezone')).toBe('UTC');
  });

  it('writes what it acknowledges', async () => {
    for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) expect(await show(name)).toBe('on');
  });

  it('lets nobody in without the password', async () => {
    const rules = await sql<{ auth_method: string }[]>`select auth_method from pg_hba_file_rules`;
    expect(new Set(rules.map((rule) => rule.auth_method))).toEqual(new Set(['scram-sha-256']));
    const stranger = postgres({ ...server.connection, password: 'guess', max: 1 });
    await expect(stranger`select 1`).rejects.toMatchObject({ code: '28P01' });
    await stranger.end();
  });

  it('leaves the password in no file and no command line', async () => {
    const folder = path.dirname(server.dataDir);
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const bytes = await readFile(path.join(entry.parentPath, entry.name)).catch(() => Buffer.alloc(0));
      expect(bytes.includes(password), entry.name).toBe(false);
    }
    expect(await readFile(path.join(server.dataDir, 'postmaster.opts'), 'utf8')).not.toContain(password);
  });

  it('keeps its folders private and leaves nothing else beside them', async () => {
    const folder = path.dirname(server.dataDir);
    expect((await readdir(folder)).sort()).toEqual(['postgres', 'postgres.run']);
    for (const name of ['postgres', 'postgres.run'])
      expect((await stat(path.join(folder, name))).mode & 0o777).toBe(0o700);
  });

  it('listens on a socket only, and can be found from outside', async () => {
    expect(await show('listen_addresses')).toBe('');
    const { password: _, ...connection } = server.connection;
    expect(connection.path).toBe(path.join(`${server.dataDir}.run`, '.s.PGSQL.5432'));
    expect(await findRunningPostgres(server.dataDir)).toEqual({ pid: server.pid, connection });
    expect((await readLockFile(server.dataDir))?.pid).toBe(server.pid);
  });
});

describe('a folder', () => {
  it.each([`Ana's "chat", {a} $HOME * ;`, 'às 9 家族 👨‍👩‍👧 مرحبا', ' -- '])('may be named %j', async (name) => {
    const dataDir = path.join(path.dirname(await newDataDir()), name, 'pg data');
    const server = await startEmbeddedPostgres({ dataDir, password });
    expect(server.connection.path).toContain(name);
    await server.stop();
    expect(await findRunningPostgres(dataDir)).toBeUndefined();
  });

  it('whose path is too long for a socket gets a port of the loopback address, below those of outgoing connections', async () => {
    const dataDir = path.join(await newDataDir(), 'x'.repeat(100), 'postgres');
    const server = await startEmbeddedPostgres({ dataDir, password });
    const { host, port, path: socket } = server.connection;
    expect({ host, socket }).toEqual({ host: '127.0.0.1', socket: undefined });
    expect(port).toBeLessThan(32_768);
    const sql = postgres({ ...server.connection, max: 1 });
    const [row] =
      await sql`select current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets`;
    expect(row).toEqual({ addresses: '127.0.0.1', sockets: '' });
    await sql.end();
    expect(await findRunningPostgres(dataDir)).toMatchObject({ connection: { host: '127.0.0.1', port } });
    const stranger = postgres({ ...server.connection, password: 'guess', max: 1 });
    await expect(stranger`select 1`).rejects.toMatchObject({ code: '28P01' });
    await stranger.end();
    await server.stop();
  });

  it('of another major version is refused with both versions', async () => {
    const dataDir = await newDataDir();
    await mkdir(dataDir, { recursive: true });
    await writeFile(path.join(dataDir, 'PG_VERSION'), '17\n');
    await expect(startEmbeddedPostgres({ dataDir, password })).rejects.toMatchObject({
      code: 'postgres_other_major',
      message: expect.stringMatching(/PostgreSQL 17.*PostgreSQL 18/) as string,
      help: expect.stringContaining('mv ') as string,
    });
  });

  it('that holds something else is refused and left alone', async () => {
    const dataDir = await newDataDir();
    await mkdir(dataDir);
    await writeFile(path.join(dataDir, 'photo.jpg'), 'x');
    await expect(startEmbeddedPostgres({ dataDir, password })).rejects.toMatchObject({
      code: 'postgres_not_a_cluster',
    });
    expect(await readdir(dataDir)).toEqual(['photo.jpg']);
  });
});

it('starts again without recovery after a stop, and keeps what was written', async () => {
  const dataDir = await newDataDir();
  const log: string[] = [];
  const onLog = (line: string): void => void log.push(line);
  const first = await startEmbeddedPostgres({ dataDir, password, onLog });
  const writer = postgres({ ...first.connection, max: 1 });
  await writer`create table said as select 'olá' as text`;
  // Stopping does not wait for those who are still connected.
  await first.stop();
  await writer.end();
  expect(log.at(-1)).toContain('database system is shut down');
  log.length = 0;
  const second = await startEmbeddedPostgres({ dataDir, password, onLog });
  expect(log.filter((line) => /recover|not properly shut down|redo/.test(line))).toEqual([]);
  const reader = postgres({ ...second.connection, max: 1 });
  expect([...(await reader`select text from said`)]).toEqual([{ text: 'olá' }]);
  await reader.end();
  await second.stop();
});

it('refuses a password that the cluster does not know, and stops again', async () => {
  const dataDir = await newDataDir();
  await (await startEmbeddedPostgres({ dataDir, password })).stop();
  await expect(startEmbeddedPostgres({ dataDir, password: 'other' })).rejects.toMatchObject({
    code: 'postgres_password_wrong',
  });
  expect(await findRunningPostgres(dataDir)).toBeUndefined();
  await expect(startEmbeddedPostgres({ dataDir, password: 'two\nlines' })).rejects.toMatchObject({
    code: 'postgres_password_wrong',
  });
});
