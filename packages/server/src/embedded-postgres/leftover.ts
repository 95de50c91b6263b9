import { readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { socketPath } from './endpoint.ts';
import { EmbeddedPostgresError } from './error.ts';
import { FAST_SHUTDOWN_S, IMMEDIATE_SHUTDOWN_S } from './guard.ts';
import { disownLockFile, readLockFile, removeLockFile } from './lock-file.ts';
import { inUse } from './owner.ts';
import { isPostgresOf, isStartedByMessox, processIdentity } from './process-identity.ts';

const KILL_S = 5;
/** Sessions notice by themselves that their postmaster is gone, unless they are in the middle of a long statement. */
const ORPHAN_GRACE_S = 2;
const POLL_MS = 20;

/**
 * Clears what an unclean end left behind, once the folder is claimed: a PostgreSQL that outlived its server is ended (never two on one
 * folder), and locks that name a process which is no PostgreSQL of this folder are made stale.
 */
export async function clearLeftover(dataDir: string, runDir: string): Promise<void> {
  const lock = await readLockFile(dataDir);
  if (lock !== undefined && (await isPostgresOf(lock.pid, dataDir))) {
    if (!(await isStartedByMessox(lock.pid))) throw inUse(dataDir, lock.pid, 'a PostgreSQL that messox did not start');
    await endPostmaster(lock.pid, dataDir);
  }
  for (const pid of await findOrphans(dataDir)) await endOrphan(pid, dataDir);
  const remains = await readLockFile(dataDir);
  if (remains?.pid === 0) await removeLockFile(dataDir);
  else if (remains !== undefined) await disownLockFile(dataDir);
  await removeSockets(runDir);
}

/** Ends a postmaster: first as `stop()` does, with every session ended and everything written, then harder. */
export async function endPostmaster(pid: number, dataDir: string): Promise<void> {
  const steps = [
    ['SIGINT', FAST_SHUTDOWN_S],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_S],
    ['SIGKILL', KILL_S],
  ] as const;
  for (const [signal, seconds] of steps) if (await endBy(pid, signal, seconds)) return;
  throw inUse(dataDir, pid, 'a PostgreSQL that cannot be ended');
}

async function endOrphan(pid: number, dataDir: string): Promise<void> {
  const steps = [
    [0, ORPHAN_GRACE_S],
    ['SIGQUIT', IMMEDIATE_SHUTDOWN_S],
    ['SIGKILL', KILL_S],
  ] as const;
  for (const [signal, seconds] of steps) if (await endBy(pid, signal, seconds)) return;
  throw inUse(dataDir, pid, 'a session of an earlier PostgreSQL that cannot be ended');
}

/** Whether the process is gone within that time after the signal. */
async function endBy(pid: number, signal: NodeJS.Signals | 0, seconds: number): Promise<boolean> {
  const identity = await processIdentity(pid);
  if (identity === undefined) return true;
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended, or is another user's: the polls below tell.
  }
  const until = performance.now() + seconds * 1_000;
  while (performance.now() < until) {
    if ((await processIdentity(pid)) !== identity) return true;
    await pause(POLL_MS);
  }
  return false;
}

/** On Linux only: elsewhere PostgreSQL itself refuses to start while its old shared memory is in use. */
async function findOrphans(dataDir: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const orphans: number[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (Number.isInteger(pid) && (await isPostgresOf(pid, dataDir))) orphans.push(pid);
  }
  return orphans;
}

/** The run folder is private and the cluster is stopped, so every socket and its lock are dead. */
async function removeSockets(runDir: string): Promise<void> {
  for (const name of await readdir(runDir)) {
    if (name.startsWith('.s.PGSQL.')) await rm(path.join(runDir, name), { force: true });
  }
}

/**
 * Two containers that share a folder do not see each other's processes, and either would take the other's locks for stale. The socket
 * still tells: a PostgreSQL that answers there without a process is one of another container.
 */
export async function refuseIfElsewhere(dataDir: string): Promise<void> {
  const lock = await readLockFile(dataDir);
  if (lock?.port === undefined || lock.socketFolder === undefined || (await isPostgresOf(lock.pid, dataDir))) return;
  const socket = socketPath(lock.socketFolder, lock.port);
  if (!(await answers(socket))) return;
  throw new EmbeddedPostgresError(
    'postgres_in_use',
    `A PostgreSQL that this system cannot see answers on ${socket}: another container uses ${dataDir}.`,
    'Stop that container first, or give this server another folder.',
  );
}

async function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socket);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}
