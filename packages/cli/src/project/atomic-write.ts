import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

const existing = (path: string): { path: string; stats?: Stats } => {
  try {
    const real = realpathSync(path);
    return { path: real, stats: statSync(real) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { path };
    throw error;
  }
};

const syncFolder = (path: string): void => {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};

const writeAll = (path: string, bytes: Buffer, mode: number): void => {
  const file = openSync(path, 'wx', mode);
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/** Makes a file that must not exist yet (EEXIST); a write that fails leaves nothing behind. */
export const createFile = (path: string, content: string, { mode }: { mode: number }): void => {
  try {
    writeAll(path, Buffer.from(content), mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') rmSync(path, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
};

/**
 * Replaces or makes a file so that a reader, or a power cut, sees the old content or the new one and nothing between.
 * A file that exists keeps its mode and owner; a new one gets `mode`. It never gives way to a signal in the middle.
 */
export const atomicWrite = (path: string, content: string, { mode }: { mode: number }): void => {
  const { path: target, stats } = existing(path);
  const folder = dirname(target);
  const temporary = join(folder, `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeAll(temporary, Buffer.from(content), stats ? stats.mode & 0o777 : mode);
    if (stats) {
      chmodSync(temporary, stats.mode & 0o777);
      if (process.getuid?.() === 0) chownSync(temporary, stats.uid, stats.gid);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(folder);
};
