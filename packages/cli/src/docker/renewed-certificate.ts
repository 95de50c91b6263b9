import { lstat, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Settings } from '../project/schema.ts';

/** Files of the admin's certificate and key, absolute; none where nginx has its certificate from elsewhere, or has none. */
export const certificateFiles = (dir: string, { certificate, key, mode }: Settings['deploy']['tls']): string[] =>
  mode === 'files' ? [certificate, key].filter((path) => path !== undefined).map((path) => resolve(dir, path)) : [];

/**
 * When a file became what it is, in Unix ms. A file that is put in its place keeps the time at which it was written, and not
 * that of its change (`mv`, `cp -p`); certbot's are links, which it makes anew.
 */
const placedAt = async (path: string): Promise<number> =>
  Math.max((await lstat(path)).ctimeMs, (await stat(path)).ctimeMs);

/**
 * Whether a certificate or key was put there after the container of nginx started. Such a container goes on seeing the old
 * file, also after a reload: Docker mounts the file and not its name. `hidden` where this user may not look.
 */
export const certificateAge = async (
  files: readonly string[],
  startedAt: string,
): Promise<'current' | 'renewed' | 'hidden'> => {
  try {
    const times = await Promise.all(files.map(placedAt));
    return Math.max(0, ...times) > Date.parse(startedAt) ? 'renewed' : 'current';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return 'hidden';
    throw error;
  }
};
