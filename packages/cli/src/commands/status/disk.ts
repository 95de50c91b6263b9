import { opendir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { projectPaths } from '../../project/paths.ts';

export interface DiskFacts {
  /** Of the database's files; missing where this user may not look. */
  readonly dataBytes?: number;
  readonly logBytes?: number;
  /** Left for this user on the file system of the folder. */
  readonly freeBytes: number;
}

/** Bytes on the disk of all that is in the folder; files may go meanwhile. Undefined where this user may not look. */
const sizeOf = async (folder: string): Promise<number | undefined> => {
  let bytes = 0;
  try {
    for await (const entry of await opendir(folder, { recursive: true })) {
      const facts = entry.isFile() ? await stat(join(entry.parentPath, entry.name)).catch(() => undefined) : undefined;
      bytes += (facts?.blocks ?? 0) * 512;
    }
    return bytes;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? bytes : undefined;
  }
};

export const readDisk = async (dir: string): Promise<DiskFacts> => {
  const { data, logs } = projectPaths(dir);
  const [dataBytes, logBytes, { bavail, bsize }] = await Promise.all([sizeOf(data), sizeOf(logs), statfs(dir)]);
  return {
    ...(dataBytes === undefined ? {} : { dataBytes }),
    ...(logBytes === undefined ? {} : { logBytes }),
    freeBytes: bavail * bsize,
  };
};
