import { chmod, readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { startEmbeddedPostgres } from './index.ts';
import { newCluster, newDataDir, PASSWORD } from './new-folder.test.fixture.ts';
import { spawnServer } from './spawn-server.test.fixture.ts';

// Each test starts whole databases, some of them several.
vi.setConfig({ testTimeout: 90_000 });

it('shows what PostgreSQL said when it cannot start, and starts when that is mended', async () => {
  const dataDir = await newCluster();
  const file = path.join(dataDir, 'global', 'pg_control');
  await chmod(file, 0);
  await expect(startEmbeddedPostgres({ dataDir, password: PASSWORD })).rejects.toMatchObject({
    code: 'postgres_start_failed',
    message: expect.stringMatching(/pg_control.*Permission denied/) as string,
  });
  await chmod(file, 0o600);
  await (await startEmbeddedPostgres({ dataDir, password: PASSWORD })).stop();
});

it('shows what initdb said when the disk is full, leaves nothing half made, and starts when there is room', async () => {
  const dataDir = await newDataDir();
  // A limit on the size of files stands in for the end of a disk: writes fail half way.
  const prefix = ['/bin/sh', '-c', 'ulimit -f 2000; exec "$@"', 'sh'];
  const failed = await spawnServer(dataDir, PASSWORD, { prefix }).event('failed');
  expect(failed.code).toBe('postgres_start_failed');
  expect(failed.message).toMatch(/could not (write|extend|create)/);
  expect(await readdir(path.dirname(dataDir))).toEqual(['postgres.run']);
  await (await startEmbeddedPostgres({ dataDir, password: PASSWORD })).stop();
});
