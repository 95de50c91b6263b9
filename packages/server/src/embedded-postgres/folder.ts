import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { EmbeddedPostgresError, errnoOf } from './error.ts';

/** The two folders of one embedded PostgreSQL. */
export interface Folders {
  /** The cluster, by its real path: two names of one folder are one cluster. */
  dataDir: string;
  /** Beside it: the socket, the claims, links to libraries. */
  runDir: string;
}

/** Names the folders without making any. */
export async function resolveFolders(dataDir: string): Promise<Folders> {
  checkPath(dataDir);
  const real = await realpath(dataDir).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
    return path.resolve(dataDir);
  });
  return { dataDir: real, runDir: `${real}.run` };
}

/** The same for a start: the folder that holds both exists afterwards. */
export async function makeFolders(dataDir: string): Promise<Folders> {
  checkPath(dataDir);
  const parent = path.dirname(path.resolve(dataDir));
  await makeFolder(parent);
  return resolveFolders(path.join(await realpath(parent), path.basename(dataDir)));
}

function checkPath(dataDir: string): void {
  // eslint-disable-next-line no-control-regex -- postmaster.pid has one line for each path
  if (path.isAbsolute(dataDir) && !/[\x00-\x1f]/.test(dataDir)) return;
  throw new EmbeddedPostgresError(
    'postgres_unreachable_folder',
    `${JSON.stringify(dataDir)} cannot be the folder of the database.`,
    'Give an absolute path without control characters.',
  );
}

/** Not `mkdir` with `recursive`, which in Node 20 never returns where a file system denies that it has a folder (such as /proc). */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return;
    const parent = path.dirname(folder);
    if (errnoOf(error) !== 'ENOENT' || parent === folder) throw error;
    await makeFolder(parent);
    await mkdir(folder);
  }
}
