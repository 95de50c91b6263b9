import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from './error.ts';

/** What a running PostgreSQL writes of itself in postmaster.pid (miscadmin.h of PostgreSQL names the lines). */
export interface LockFile {
  pid: number;
  port: number | undefined;
  socketFolder: string | undefined;
  host: string | undefined;
}

/** `undefined` when there is none; `pid` is 0 when the file is empty or damaged, as a power cut may leave it. */
export async function readLockFile(dataDir: string): Promise<LockFile | undefined> {
  const text = await readFile(lockFilePath(dataDir), 'utf8').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const [pid = '', , , port = '', socketFolder = '', host = ''] = text.split('\n');
  return {
    // A single-user PostgreSQL writes its pid with a minus sign.
    pid: Math.abs(Number.parseInt(pid, 10)) || 0,
    port: Number.parseInt(port, 10) || undefined,
    socketFolder: socketFolder === '' ? undefined : socketFolder,
    host: host === '' ? undefined : host,
  };
}

/** No system gives out this pid. */
const PID_OF_NOBODY = 2_147_483_646;

/**
 * Makes a lock stale that no PostgreSQL holds any more: PostgreSQL itself refuses to start when the pid in it belongs to any process of
 * its user, also to one that is dead but not yet waited for. The other lines stay, since from the key of its shared memory in them
 * PostgreSQL learns of sessions that outlived their postmaster.
 */
export async function disownLockFile(dataDir: string): Promise<void> {
  const file = lockFilePath(dataDir);
  const [, ...rest] = (await readFile(file, 'utf8')).split('\n');
  await writeFile(file, [String(PID_OF_NOBODY), ...rest].join('\n'));
}

export async function removeLockFile(dataDir: string): Promise<void> {
  await rm(lockFilePath(dataDir), { force: true });
}

function lockFilePath(dataDir: string): string {
  return path.join(dataDir, 'postmaster.pid');
}
