import { execFile } from 'node:child_process';
import { chown, lchown, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresError, errnoOf } from './error.ts';

const run = promisify(execFile);

/** Whom PostgreSQL runs as, when that is somebody else than this process. */
export interface Account {
  uid: number;
  gid: number;
}

/** The system user that root makes for PostgreSQL, which refuses to run as root. */
const ACCOUNT_NAME = 'messox';
/** Where no user can be made (no tool for it, a read-only /etc): accounts without rights that systems bring along. */
const FALLBACK_NAMES = ['postgres', '_postgres', 'nobody'];
const CREATE_COMMANDS = [
  ['useradd', '--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent', '--shell', '/bin/false'],
  ['adduser', '-S', '-D', '-H', '-s', '/bin/false'],
] as const;
const CREATE_TRIES = 5;
const CREATE_RETRY_MS = 100;

/** `undefined` is this process's own user. Root runs a cluster as whom it belongs to, and a new one as the system user. */
export async function chooseAccount(dataDir: string, runDir: string): Promise<Account | undefined> {
  const owner = await stat(dataDir).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  const uid = process.geteuid?.() ?? 0;
  if (uid !== 0) {
    if (owner !== undefined && owner.uid !== uid) throw wrongOwner(dataDir, runDir, owner.uid, uid);
    return undefined;
  }
  if (owner !== undefined && owner.uid !== 0)
    return (await findAccount(String(owner.uid))) ?? { uid: owner.uid, gid: owner.gid };
  return (await findAccount(ACCOUNT_NAME)) ?? (await createAccount()) ?? (await findFallback());
}

function wrongOwner(dataDir: string, runDir: string, owner: number, uid: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'postgres_wrong_owner',
    `The database folder ${dataDir} belongs to the user with id ${owner}, but this process runs as ${uid}.`,
    `Start messox as that user or as root, or hand the folders over while it is stopped: sudo chown -R ${uid} '${dataDir}' '${runDir}'`,
  );
}

async function findAccount(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    const account = { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    return account.uid === 0 ? undefined : account;
  } catch {
    return undefined;
  }
}

async function createAccount(): Promise<Account | undefined> {
  for (const [command, ...options] of CREATE_COMMANDS) {
    for (let tries = 0; tries < CREATE_TRIES; tries++) {
      const error = await run(command, [...options, ACCOUNT_NAME]).catch((reason: unknown) => reason);
      const account = await findAccount(ACCOUNT_NAME);
      if (account !== undefined) return account;
      if (errnoOf(error) === 'ENOENT') break;
      // Another process holds the lock of /etc/passwd, perhaps to make the same user.
      await pause(CREATE_RETRY_MS);
    }
  }
  return undefined;
}

async function findFallback(): Promise<Account> {
  for (const name of FALLBACK_NAMES) {
    const account = await findAccount(name);
    if (account !== undefined) return account;
  }
  throw new EmbeddedPostgresError(
    'postgres_start_failed',
    `PostgreSQL does not run as root, and the user ${ACCOUNT_NAME} could not be made.`,
    `Make it: useradd --system --no-create-home ${ACCOUNT_NAME} (or start messox as an ordinary user)`,
  );
}

/** Hands a folder that still belongs to root to the account, with everything in it; links are not followed. */
export async function handOver(folder: string, { uid, gid }: Account): Promise<void> {
  if ((await stat(folder)).uid === uid) return;
  for (const entry of await readdir(folder, { recursive: true })) await lchown(path.join(folder, entry), uid, gid);
  // Last, so that a start that was cut short does it again.
  await chown(folder, uid, gid);
}
