import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import postgres from 'postgres';
import { afterEach, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../embedded-postgres/index.ts';
import { testFolder } from '../testing/index.ts';
import { spawnSource } from '../testing/spawn-source.test.fixture.ts';

const patience = { timeout: 60_000 };
const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** What the migration waits for in its middle, as long as a test holds it. */
const brake = 4_711;
const migrations = {
  '0001-notes.sql': 'create table notes (id int primary key);\ninsert into notes values (1);\n',
  '0002-copies.sql': `
    create table copies (id int primary key);
    insert into copies select generate_series(1, 1000);
    alter table notes add column copied boolean not null default false;
    select pg_advisory_xact_lock(${brake});
    insert into copies values (1001);
    update notes set copied = true;`,
};

/** A PostgreSQL of its own that can be ended as it comes, and a folder with the migrations. */
const setUp = async () => {
  const root = await testFolder();
  const folder = path.join(root, 'migrations');
  await mkdir(folder);
  for (const [name, sql] of Object.entries(migrations)) await writeFile(path.join(folder, name), sql);
  const options = { dataDir: path.join(root, 'postgres'), password: 'of a test' };
  const launch = async () => {
    let onExit = (): void => undefined;
    const exited = new Promise<void>((resolve) => (onExit = resolve));
    const running = await startEmbeddedPostgres({ ...options, onExit });
    undo.push(() => running.stop());
    const admin = postgres({ ...running.connection, max: 2, fetch_types: false, onnotice: () => undefined });
    undo.push(() => admin.end({ timeout: 1 }).catch(() => undefined));
    return { admin, exited, connection: running.connection, pid: running.pid };
  };
  undo.push(() => rm(root, { recursive: true, force: true }));
  return { folder, launch };
};

type Running = Awaited<ReturnType<Awaited<ReturnType<typeof setUp>>['launch']>>;

/** Holds the brake, on a connection of its own. Resolves with what lets it go. */
const hold = async ({ connection }: Running): Promise<() => Promise<void>> => {
  const holder = postgres({ ...connection, max: 1, fetch_types: false, onnotice: () => undefined });
  const release = () => holder.end({ timeout: 1 }).catch(() => undefined);
  undo.push(release);
  await holder`select pg_advisory_lock(${brake})`;
  return release;
};

const spawnProcess = ({ connection }: Running, folder: string) => {
  const file = new URL('./migrating-process.test.fixture.ts', import.meta.url);
  const child = spawnSource(file, [JSON.stringify({ database: connection, folder })]);
  const ended = once(child, 'exit');
  const log: string[] = [];
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => log.push(line));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  undo.push(kill);
  const said = (text: string) =>
    expect.poll(() => log.some((line) => line.includes(`"msg":"${text}`)), { ...patience, message: log.join('\n') });
  return { kill, signal: (name: NodeJS.Signals) => child.kill(name), said };
};

/** The backend that stands in the middle of the migration. */
const braked = async ({ admin }: Running): Promise<number | undefined> => {
  const [row] = await admin<{ pid: number }[]>`
    select pid from pg_locks where locktype = 'advisory' and not granted and objid = ${brake}`;
  return row?.pid;
};

/** Who waits for the brake, or for whoever waits for it. */
const waiting = async ({ admin }: Running): Promise<number> =>
  (await admin`select from pg_locks where locktype = 'advisory' and not granted`).length;

const state = async ({ admin }: Running) => {
  const applied = await admin<{ name: string }[]>`
    select name from messox_migrations where module = 'slow' order by number`;
  const columns = await admin<{ name: string }[]>`
    select column_name as name from information_schema.columns where table_name = 'notes' order by 1`;
  const [copies] = await admin<{ exists: boolean }[]>`select to_regclass('copies') is not null as exists`;
  return {
    applied: applied.map(({ name }) => name),
    columns: columns.map(({ name }) => name),
    copies: copies?.exists === true ? (await admin`select from copies`).length : undefined,
  };
};

const untouched = { applied: ['notes'], columns: ['id'], copies: undefined };
const done = { applied: ['notes', 'copies'], columns: ['copied', 'id'], copies: 1_001 };

it('PostgreSQL that crashes in the middle of a migration has nothing of it, and both that were starting finish it', async () => {
  const { folder, launch } = await setUp();
  const first = await launch();
  await hold(first);
  const processes = [spawnProcess(first, folder), spawnProcess(first, folder)];
  await expect.poll(() => waiting(first), patience).toBe(2);
  process.kill(first.pid, 'SIGQUIT');
  await first.exited;
  for (const { said } of processes) await said('the database cannot be reached yet').toBe(true);
  for (const { signal } of processes) signal('SIGSTOP');
  const second = await launch();
  expect(await state(second)).toEqual(untouched);
  for (const { signal } of processes) signal('SIGCONT');
  for (const { said } of processes) await said('ready').toBe(true);
  expect(await state(second)).toEqual(done);
}, 120_000);

it('a process that is killed in the middle of a migration leaves nothing of it, and keeps the next from it for a moment only', async () => {
  const { folder, launch } = await setUp();
  const running = await launch();
  const release = await hold(running);
  const killed = spawnProcess(running, folder);
  await expect.poll(() => braked(running), patience).toBeDefined();
  const orphan = await braked(running);
  const next = spawnProcess(running, folder);
  await expect.poll(() => waiting(running), patience).toBe(2);
  await killed.kill();
  // What the dead process had begun would go on for as long as it takes; its end is noticed before.
  await expect.poll(() => braked(running), patience).not.toBe(orphan);
  await expect.poll(() => braked(running), patience).toBeDefined();
  expect(await state(running)).toEqual(untouched);
  await release();
  await next.said('ready').toBe(true);
  expect(await state(running)).toEqual(done);
}, 120_000);
