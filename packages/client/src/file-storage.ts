import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientStorage } from './storage.ts';

/**
 * Keeps each key as a file in `folder`, readable by its owner only. A write is on the disk before it is done, and a crash
 * leaves the old value or the new one.
 */
export const fileStorage = (folder: string): ClientStorage => {
  const pathOf = (key: string): string => join(folder, `${encodeURIComponent(key)}.json`);
  const turns = new Map<string, Promise<void>>();
  const write = async (path: string, value: string | undefined): Promise<void> => {
    if (value === undefined) return rm(path, { force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(`${path}.new`, 'w', 0o600);
    try {
      await file.writeFile(value);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
  };
  return {
    get: async (key) => {
      try {
        return await readFile(pathOf(key), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    // One after the other: two writers of one file would share its `.new`.
    set: (key, value) => {
      const path = pathOf(key);
      const turn = (turns.get(key) ?? Promise.resolve()).then(() => write(path, value));
      turns.set(
        key,
        turn.catch(() => undefined),
      );
      return turn;
    },
  };
};
