import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, type WriteStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CliError } from '../errors/cli-error.ts';

/** @throws CliError backup_exists */
const refuseExisting = (path: string): void => {
  if (!existsSync(path)) return;
  throw new CliError('backup_exists', `There is a file ${path} already`, {
    fixes: ['Choose another name: a backup never takes the place of another one.'],
  });
};

/** Has all of a file or folder written to the disk. */
const sync = async (path: string): Promise<void> => {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
};

/**
 * Lends `work` a file, readable for its owner alone, that has its name only when it is whole and on the disk. One that
 * fails is removed.
 *
 * @throws CliError backup_exists
 */
export const writeWhole = async <T>(path: string, work: (sink: WriteStream) => Promise<T>): Promise<T> => {
  refuseExisting(path);
  const partial = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`);
  // Before there is any work: a folder that takes no file is told at once.
  const file = await open(partial, 'wx', 0o600);
  try {
    const result = await work(file.createWriteStream());
    await sync(partial);
    refuseExisting(path);
    await rename(partial, path);
    await sync(dirname(path));
    return result;
  } catch (error) {
    await file.close();
    await rm(partial, { force: true });
    throw error;
  }
};

const openArchive = async (path: string): Promise<FileHandle> => {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new CliError('backup_missing', `There is no backup ${path}`, {
      detail: `Looked for ${resolve(path)}.`,
      fixes: [
        'Name the file by its path: `messox backup` without a name writes into the folder backups of the server.',
      ],
      cause: error,
    });
  }
};

/** Opens an archive; `-` is what comes in from stdin, which is put into a temporary file, since it is read twice. @throws CliError backup_missing */
export const withArchive = async <T>(
  path: string,
  signal: AbortSignal,
  work: (file: FileHandle) => Promise<T>,
): Promise<T> => {
  if (path !== '-') {
    const file = await openArchive(path);
    try {
      return await work(file);
    } finally {
      await file.close();
    }
  }
  const folder = await mkdtemp(join(tmpdir(), 'messox-restore-'));
  try {
    const spool = join(folder, 'archive');
    await pipeline(process.stdin, createWriteStream(spool, { mode: 0o600, flags: 'wx' }), { signal });
    return await withArchive(spool, signal, work);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
