import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeCgroups } from './cgroups.ts';

// Paths of sockets are short.
const prefix = 'mx-lab-';

const ownerOf = (folder: string): string => join(folder, 'owner');

/** Whether the lab that made the folder is still there. */
const isOwned = (folder: string): boolean => {
  try {
    return readFileSync(`/proc/${readFileSync(ownerOf(folder), 'utf8')}/cmdline`, 'utf8').includes('lab');
  } catch {
    return false;
  }
};

/** Once nothing of the lab runs any more. */
export const removeFolder = async (folder: string): Promise<void> => {
  await removeCgroups(folder);
  // What was just killed may still write.
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
};

/** A folder for all files of a lab. What a lab left that was killed with `kill -9` is removed. */
export const makeFolder = async (): Promise<string> => {
  const place = await realpath(tmpdir());
  for (const name of readdirSync(place).filter((it) => it.startsWith(prefix)))
    if (!isOwned(join(place, name))) await removeFolder(join(place, name));
  const folder = await mkdtemp(join(place, prefix));
  await writeFile(ownerOf(folder), String(process.pid));
  return folder;
};
