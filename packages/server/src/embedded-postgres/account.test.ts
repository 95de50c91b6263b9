import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { startEmbeddedPostgres } from './index.ts';
import { chooseLaunch } from './launch.ts';
import { newCluster, PASSWORD } from './new-folder.test.fixture.ts';
import { spawnServer } from './spawn-server.test.fixture.ts';

// Each test starts whole databases, some of them several.
vi.setConfig({ testTimeout: 90_000 });

const run = promisify(execFile);
const NOBODY = 65_534;

/** What belongs to others than this user, below the folder. */
async function foreign(folder: string, uid: number): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true });
  const owners = await Promise.all(
    entries.map(async (entry) => ({ entry, uid: (await stat(path.join(folder, entry))).uid })),
  );
  return owners.filter((file) => file.uid !== uid).map((file) => file.entry);
}

/** A server's process of somebody without rights, who reaches the sources though only root may enter a folder above them. */
async function spawnAsNobody(dataDir: string) {
  const { ids, prefix } = await chooseLaunch({ uid: NOBODY, gid: NOBODY }, [import.meta.filename]);
  return spawnServer(dataDir, PASSWORD, { ...ids, prefix });
}

describe.runIf(process.geteuid?.() === 0)('a cluster', () => {
  it('that an ordinary user made is run by root as that user, who can start it again', async () => {
    const dataDir = await newCluster();
    await run('chown', ['-R', String(NOBODY), dataDir]);
    await (await startEmbeddedPostgres({ dataDir, password: PASSWORD })).stop();
    expect(await foreign(dataDir, NOBODY)).toEqual([]);
    expect((await stat(`${dataDir}.run`)).uid).toBe(NOBODY);
    const ordinary = await spawnAsNobody(dataDir);
    await ordinary.event('started');
    await ordinary.kill('SIGTERM');
  });

  it('whose files belong to root, as after a copy, is handed to the unprivileged user', async () => {
    const dataDir = await newCluster();
    await run('chown', ['-R', '0:0', dataDir]);
    await (await startEmbeddedPostgres({ dataDir, password: PASSWORD })).stop();
    expect((await stat(dataDir)).uid).not.toBe(0);
    expect(await foreign(dataDir, (await stat(dataDir)).uid)).toEqual([]);
  });

  it('that root made is refused to an ordinary user with the command that hands it over', async () => {
    const dataDir = await newCluster();
    const { uid } = await stat(dataDir);
    const failed = await (await spawnAsNobody(dataDir)).event('failed');
    expect(failed.code).toBe('postgres_wrong_owner');
    expect(failed.message).toContain(`id ${uid}`);
    expect(failed.help).toContain(`chown -R ${NOBODY} '${dataDir}' '${dataDir}.run'`);
  });
});
