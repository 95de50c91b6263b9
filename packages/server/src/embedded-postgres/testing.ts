import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './start.ts';

/** A PostgreSQL for tests; `stop()` also removes its folder. */
export interface TestPostgres extends EmbeddedPostgres {
  dataDir: string;
}

/** Starts a PostgreSQL of its own. Most tests want a database of the shared one: `testDatabase()`. */
export async function startTestPostgres(options: Partial<EmbeddedPostgresOptions> = {}): Promise<TestPostgres> {
  const folder = await testFolder();
  const dataDir = path.join(folder, 'postgres');
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const server = await startEmbeddedPostgres({ dataDir, password: randomBytes(16).toString('hex'), ...options });
    return { ...server, dataDir, stop: () => server.stop().then(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A temporary folder that every user can pass, as `/srv` or a home that is open to others. */
export async function testFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'messox-test-'));
  await chmod(folder, 0o711);
  return folder;
}
