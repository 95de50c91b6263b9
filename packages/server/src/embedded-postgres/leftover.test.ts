import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import postgres from 'postgres';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startEmbeddedPostgres } from './index.ts';
import { newCluster, newDataDir, PASSWORD } from './new-folder.test.fixture.ts';
import { processIdentity } from './process-identity.ts';
import { spawnServer, untilGone } from './spawn-server.test.fixture.ts';

// Each test starts whole databases, some of them several.
vi.setConfig({ testTimeout: 90_000 });

/** A cluster whose PostgreSQL and server were killed, with its locks as they lay. */
async function killedCluster(): Promise<{ dataDir: string; locks: { file: string; text: string }[] }> {
  const dataDir = await newCluster();
  const server = spawnServer(dataDir, PASSWORD);
  const { pid } = await server.event('started');
  const files = [path.join(dataDir, 'postmaster.pid'), path.join(`${dataDir}.run`, '.s.PGSQL.5432.lock')];
  const locks = await Promise.all(files.map(async (file) => ({ file, text: await readFile(file, 'utf8') })));
  process.kill(pid, 'SIGKILL');
  await server.kill('SIGKILL');
  return { dataDir, locks };
}

/** A living process that is no PostgreSQL, of the user that PostgreSQL runs as. */
async function stranger(
  dataDir: string,
  args: readonly string[] = ['600'],
  argv0 = 'sleep',
): Promise<ChildProcess & { pid: number }> {
  const { uid, gid } = await stat(dataDir);
  const child = spawn('sleep', args, { uid, gid, argv0, cwd: '/' });
  onTestFinished(() => void child.kill());
  if (child.pid === undefined) throw new Error('sleep did not start.');
  return Object.assign(child, { pid: child.pid });
}

async function startAndStop(dataDir: string): Promise<string[]> {
  const log: string[] = [];
  const server = await startEmbeddedPostgres({ dataDir, password: PASSWORD, onLog: (line) => log.push(line) });
  await server.stop();
  return log;
}

it('starts over the locks of a killed PostgreSQL', async () => {
  const { dataDir } = await killedCluster();
  expect((await startAndStop(dataDir)).join('\n')).toContain('database system was interrupted');
});

it('starts over locks whose pid lives on in an unrelated process of the same user, and leaves that alone', async () => {
  const { dataDir, locks } = await killedCluster();
  const { pid } = await stranger(dataDir);
  for (const { file, text } of locks) await writeFile(file, text.replace(/^\d+/, String(pid)));
  await startAndStop(dataDir);
  expect(await processIdentity(pid)).toBeDefined();
});

it('starts over locks of a process that is dead but that nobody has waited for, as in a container without an init', async () => {
  const { dataDir, locks } = await killedCluster();
  const { uid, gid } = await stat(dataDir);
  const parent = spawn('/bin/sh', ['-c', 'sleep 0 & echo $!; exec sleep 600'], { uid, gid });
  onTestFinished(() => void parent.kill());
  const zombie = Number(String((await once(parent.stdout, 'data'))[0]));
  await untilGone(zombie);
  for (const { file, text } of locks) await writeFile(file, text.replace(/^\d+/, String(zombie)));
  await startAndStop(dataDir);
  expect(() => process.kill(zombie, 0)).not.toThrow();
});

it('starts over locks whose pid lives on in a PostgreSQL of another folder', async () => {
  const { dataDir, locks } = await killedCluster();
  const { pid } = await stranger(dataDir, ['600'], '/usr/lib/postgresql/bin/postgres');
  for (const { file, text } of locks) await writeFile(file, text.replace(/^\d+/, String(pid)));
  await startAndStop(dataDir);
  expect(await processIdentity(pid)).toBeDefined();
});

it.each([
  ['empty', ''],
  ['damaged', '\0\0\0\0'],
])('starts over a lock that a power cut left %s', async (_, text) => {
  const { dataDir, locks } = await killedCluster();
  for (const { file } of locks) await writeFile(file, text);
  await startAndStop(dataDir);
});

it('refuses a folder on which an admin runs a PostgreSQL by hand', async () => {
  const { dataDir, locks } = await killedCluster();
  const { uid, gid } = await stat(dataDir);
  // Stands in for it: the same name, working in the folder, without our mark.
  const byHand = spawn('sleep', ['600'], { uid, gid, argv0: 'postgres', cwd: dataDir });
  onTestFinished(() => void byHand.kill());
  const [lock] = locks;
  if (lock !== undefined) await writeFile(lock.file, lock.text.replace(/^\d+/, String(byHand.pid)));
  await expect(startEmbeddedPostgres({ dataDir, password: PASSWORD })).rejects.toMatchObject({
    code: 'postgres_in_use',
    message: expect.stringContaining(String(byHand.pid)) as string,
  });
  expect(byHand.exitCode).toBeNull();
});

it('refuses a folder that a container it cannot see into uses, and changes nothing', async () => {
  const dataDir = await newCluster();
  const other = await startEmbeddedPostgres({ dataDir, password: PASSWORD });
  const lock = path.join(dataDir, 'postmaster.pid');
  const text = await readFile(lock, 'utf8');
  // In another container the pid names nobody, or somebody else.
  await writeFile(lock, text.replace(/^\d+/, '2147483645'));
  const foreign = await readFile(lock, 'utf8');
  const second = spawnServer(dataDir, PASSWORD);
  expect(await second.event('failed')).toMatchObject({
    code: 'postgres_in_use',
    help: expect.stringContaining('container') as string,
  });
  expect(await readFile(lock, 'utf8')).toBe(foreign);
  await writeFile(lock, text);
  await other.stop();
});

it.runIf(process.platform === 'linux')(
  'ends a session that outlived its killed postmaster before it starts',
  async () => {
    const dataDir = await newCluster();
    const server = spawnServer(dataDir, PASSWORD);
    const { pid } = await server.event('started');
    const found = { path: path.join(`${dataDir}.run`, '.s.PGSQL.5432'), user: 'messox', database: 'messox' };
    const sql = postgres({ ...found, password: PASSWORD, max: 2, onnotice: () => undefined });
    const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    const busy = row?.pid ?? 0;
    const looping = sql`do $$ begin loop end loop; end $$`.catch(() => undefined);
    await sql`select pg_sleep(0)`;
    process.kill(pid, 'SIGKILL');
    await server.kill('SIGKILL');
    await untilGone(pid);
    expect(await processIdentity(busy)).toBeDefined();
    await startAndStop(dataDir);
    expect(await processIdentity(busy)).toBeUndefined();
    await looping;
    await sql.end({ timeout: 0 });
  },
);

it('removes what an initdb that was killed half way left, and makes the cluster anew', async () => {
  const dataDir = await newDataDir();
  const server = spawnServer(dataDir, PASSWORD);
  const half = path.join(path.dirname(dataDir), 'postgres.init-');
  await expect.poll(async () => (await findHalf(half)).length, { interval: 5, timeout: 20_000 }).toBe(1);
  await server.kill('SIGKILL');
  await expect(stat(dataDir)).rejects.toMatchObject({ code: 'ENOENT' });
  await startAndStop(dataDir);
  expect(await findHalf(half)).toEqual([]);
});

async function findHalf(prefix: string): Promise<string[]> {
  const names = await readdir(path.dirname(prefix));
  return names.filter((name) => name.startsWith(path.basename(prefix)));
}
