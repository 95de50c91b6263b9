import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import postgres from 'postgres';
import { expect, it, vi } from 'vitest';
import { findRunningPostgres, startEmbeddedPostgres } from './index.ts';
import { newCluster, newDataDir, PASSWORD } from './new-folder.test.fixture.ts';
import { processIdentity } from './process-identity.ts';
import { guardOf, spawnServer, untilGone } from './spawn-server.test.fixture.ts';

// Each test starts whole databases, some of them several.
vi.setConfig({ testTimeout: 90_000 });

it('refuses a second server on the folder, names the first and leaves its database running', async () => {
  const dataDir = await newCluster();
  const first = await startEmbeddedPostgres({ dataDir, password: PASSWORD });
  const sql = postgres({ ...first.connection, max: 1 });
  const [before] = await sql`select pg_backend_pid() as pid`;
  const second = spawnServer(dataDir, PASSWORD);
  expect(await second.event('failed')).toMatchObject({
    code: 'postgres_in_use',
    message: expect.stringContaining(String(process.pid)) as string,
  });
  await expect(startEmbeddedPostgres({ dataDir, password: PASSWORD })).rejects.toMatchObject({
    code: 'postgres_in_use',
  });
  const [after] = await sql`select pg_backend_pid() as pid`;
  expect(after).toEqual(before);
  await sql.end();
  await first.stop();
  expect(await readdir(`${dataDir}.run`)).toEqual([]);
});

it('refuses it also to a process of a lower pid', async () => {
  const dataDir = await newCluster();
  const first = spawnServer(dataDir, PASSWORD);
  await first.event('started');
  await expect(startEmbeddedPostgres({ dataDir, password: PASSWORD })).rejects.toMatchObject({
    code: 'postgres_in_use',
    message: expect.stringContaining(String(first.pid)) as string,
  });
  first.child.kill('SIGINT');
  expect(await first.event('answered')).toBe(true);
  await first.kill('SIGTERM');
});

it('lets exactly one of many that start at once have the folder', async () => {
  const dataDir = await newDataDir();
  const servers = [1, 2, 3, 4].map(() => spawnServer(dataDir, PASSWORD));
  const outcomes = await Promise.all(
    servers.map((server) => Promise.race([server.event('started'), server.event('failed')])),
  );
  const codes = outcomes.map((outcome) => ('code' in outcome ? outcome.code : 'started')).sort();
  expect(codes).toEqual(['postgres_in_use', 'postgres_in_use', 'postgres_in_use', 'started']);
  const winner = servers[outcomes.findIndex((outcome) => 'pid' in outcome)];
  await winner?.kill('SIGTERM');
});

it('is not kept out by the claim of a dead process whose pid lives on in another one', async () => {
  const dataDir = await newCluster();
  await mkdir(`${dataDir}.run`);
  await writeFile(path.join(`${dataDir}.run`, `owner.${process.ppid}.1-00000000`), 'owned');
  await (await startEmbeddedPostgres({ dataDir, password: PASSWORD })).stop();
  expect(await readdir(`${dataDir}.run`)).toEqual([]);
});

it.runIf(process.platform === 'linux')('ends a PostgreSQL that outlived both its server and its guard', async () => {
  const dataDir = await newCluster();
  const dead = spawnServer(dataDir, PASSWORD);
  const { pid } = await dead.event('started');
  const left = await findRunningPostgres(dataDir);
  expect(left?.pid).toBe(pid);
  const guard = await guardOf(pid);
  for (const shell of guard) process.kill(shell, 'SIGSTOP');
  await dead.kill('SIGKILL');
  for (const shell of guard) process.kill(shell, 'SIGKILL');
  for (const shell of guard) await untilGone(shell);
  expect(await processIdentity(pid)).toBeDefined();
  const log: string[] = [];
  const next = await startEmbeddedPostgres({ dataDir, password: PASSWORD, onLog: (line) => log.push(line) });
  expect(await processIdentity(pid)).toBeUndefined();
  expect(log.filter((line) => line.includes('not properly shut down'))).toEqual([]);
  await next.stop();
});
