import { OWNER_DATABASE, OWNER_ROLE } from './cluster.ts';
import { socketPath } from './endpoint.ts';
import { resolveFolders } from './folder.ts';
import { asFolderError } from './launch.ts';
import { readLockFile } from './lock-file.ts';
import { isPostgresOf } from './process-identity.ts';

/** How postgres.js reaches the database: `path` is the socket, else `host` and `port`. */
export interface EmbeddedPostgresConnection {
  path?: string;
  host?: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

/** A PostgreSQL that runs on the folder, started by any process. The password is the caller's to know. */
export interface RunningPostgres {
  pid: number;
  connection: Omit<EmbeddedPostgresConnection, 'password'>;
}

/** Finds the PostgreSQL that runs on the folder, for a command beside a running server. `undefined` when none does. */
export async function findRunningPostgres(dataDir: string): Promise<RunningPostgres | undefined> {
  try {
    const folders = await resolveFolders(dataDir);
    const lock = await readLockFile(folders.dataDir);
    if (lock?.port === undefined || !(await isPostgresOf(lock.pid, folders.dataDir))) return undefined;
    const { pid, port, socketFolder, host } = lock;
    const place = socketFolder === undefined ? { host: host ?? '127.0.0.1' } : { path: socketPath(socketFolder, port) };
    return { pid, connection: { ...place, port, user: OWNER_ROLE, database: OWNER_DATABASE } };
  } catch (error) {
    throw asFolderError(error, dataDir);
  }
}
