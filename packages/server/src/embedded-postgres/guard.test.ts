import { expect, it, vi } from 'vitest';
import { startEmbeddedPostgres } from './index.ts';
import { newCluster, PASSWORD } from './new-folder.test.fixture.ts';
import { processIdentity } from './process-identity.ts';
import { guardOf, spawnServer, untilGone } from './spawn-server.test.fixture.ts';

// Each test starts whole databases, some of them several.
vi.setConfig({ testTimeout: 90_000 });

const onLinux = process.platform === 'linux';

it('ends PostgreSQL cleanly when the server is killed', async () => {
  const dataDir = await newCluster();
  const server = spawnServer(dataDir, PASSWORD);
  const { pid } = await server.event('started');
  await server.kill('SIGKILL');
  await untilGone(pid);
  const log: string[] = [];
  await (await startEmbeddedPostgres({ dataDir, password: PASSWORD, onLog: (line) => log.push(line) })).stop();
  expect(log.filter((line) => line.includes('not properly shut down'))).toEqual([]);
});

it('leaves PostgreSQL to the server on a Ctrl-C, which a terminal sends to the whole process group', async () => {
  const server = spawnServer(await newCluster(), PASSWORD, { detached: true });
  await server.event('started');
  process.kill(-server.pid, 'SIGINT');
  expect(await server.event('answered')).toBe(true);
  await server.kill('SIGTERM');
  expect(await server.event('stopped')).toBe(true);
});

it.runIf(onLinux)('is not ended by signals of its own, and does its duty after them', async () => {
  const server = spawnServer(await newCluster(), PASSWORD);
  const { pid } = await server.event('started');
  const guard = await guardOf(pid);
  expect(guard).toHaveLength(2);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'] as const) {
    for (const shell of guard) process.kill(shell, signal);
  }
  server.child.kill('SIGINT');
  expect(await server.event('answered')).toBe(true);
  for (const shell of guard) expect(await processIdentity(shell)).toBeDefined();
  await server.kill('SIGKILL');
  for (const process of [pid, ...guard]) await untilGone(process);
});

it.runIf(onLinux)('takes PostgreSQL along when the guard is killed, and says so', async () => {
  const server = spawnServer(await newCluster(), PASSWORD);
  const { pid } = await server.event('started');
  for (const shell of await guardOf(pid)) process.kill(shell, 'SIGKILL');
  expect(await server.event('exit')).toContain('database system is shut down');
  await untilGone(pid);
});

it('says when PostgreSQL ends by itself', async () => {
  const server = spawnServer(await newCluster(), PASSWORD);
  process.kill((await server.event('started')).pid, 'SIGQUIT');
  expect(await server.event('exit')).toContain('received immediate shutdown request');
});
