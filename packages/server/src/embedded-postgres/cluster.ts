import { chmod, chown, mkdir, mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError, errnoOf } from './error.ts';
import { spawnGuarded } from './guard.ts';
import type { Launch } from './launch.ts';
import { throwIfUnsupported } from './unsupported.ts';
import { watch } from './watch.ts';

/** The one role, which owns everything. */
export const OWNER_ROLE = 'messox';
export const OWNER_DATABASE = 'messox';

/** Whether the folder holds a cluster that this PostgreSQL can open; throws when it holds anything else. */
export async function holdsCluster(dataDir: string, major: number): Promise<boolean> {
  const entries = await readdir(dataDir).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  if (entries.length === 0) return false;
  const made = await readFile(path.join(dataDir, 'PG_VERSION'), 'utf8').catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
    return undefined;
  });
  if (made === undefined) {
    throw new EmbeddedPostgresError(
      'postgres_not_a_cluster',
      `${dataDir} is not empty and is no PostgreSQL cluster (it has no PG_VERSION).`,
      'Use an empty folder, or move away what is in this one.',
    );
  }
  if (made.trim() === String(major)) return true;
  throw new EmbeddedPostgresError(
    'postgres_other_major',
    `The database in ${dataDir} was made by PostgreSQL ${made.trim()}, but this messox brings PostgreSQL ${major}.`,
    `Start it with the release of messox that brings PostgreSQL ${made.trim()}, or move the folder away to begin with an empty database: mv '${dataDir}' '${dataDir}.${made.trim()}'`,
  );
}

/** Makes the cluster in a folder beside its own and moves it there when it is complete, so that there never is half a cluster. */
export async function createCluster(
  dataDir: string,
  binaries: Binaries,
  launch: Launch,
  account: Account | undefined,
  password: string,
): Promise<void> {
  const parent = path.dirname(dataDir);
  const prefix = `${path.basename(dataDir)}.init-`;
  for (const name of await readdir(parent)) {
    if (name.startsWith(prefix)) await rm(path.join(parent, name), { recursive: true, force: true, maxRetries: 3 });
  }
  const unfinished = await mkdtemp(path.join(parent, prefix));
  try {
    if (account !== undefined) await chown(unfinished, account.uid, account.gid);
    await runInitdb(unfinished, binaries, launch, password);
    await moveInto(unfinished, dataDir);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
}

async function runInitdb(folder: string, binaries: Binaries, launch: Launch, password: string): Promise<void> {
  const options = [
    `--pgdata=${folder}`,
    `--username=${OWNER_ROLE}`,
    // The guard pipes the password; it is in no file and in no argument.
    '--pwfile=/dev/stdin',
    '--auth=scram-sha-256',
    // Sorts the same on every machine and release, unlike the locales of the C library.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--encoding=UTF8',
    '--data-checksums',
    '--no-instructions',
  ];
  const running = watch(spawnGuarded(launch, [binaries.initdb, ...options], password), () => undefined);
  const ended = await running.ended;
  running.release();
  if (ended.status === 0) return;
  throwIfUnsupported(ended, running.log);
  throw new EmbeddedPostgresError(
    'postgres_start_failed',
    `A new database could not be made in ${path.dirname(folder)}:\n${running.log.tail()}`,
    'Mend what the last lines name (often a full disk or a folder without write permission), then start again.',
  );
}

async function moveInto(unfinished: string, dataDir: string): Promise<void> {
  await rename(unfinished, dataDir).catch((error: unknown) => {
    if (errnoOf(error) !== 'EBUSY' && errnoOf(error) !== 'EXDEV') throw error;
    throw new EmbeddedPostgresError(
      'postgres_start_failed',
      `${dataDir} is a mount point, so a new database cannot be moved there in one step.`,
      `Mount the volume on ${path.dirname(dataDir)} instead.`,
      { cause: error },
    );
  });
  // The new name itself survives a power cut only when the folder that holds it is written.
  const parent = await open(path.dirname(dataDir));
  await parent.sync().finally(() => parent.close());
}

/** Makes a private folder for the socket and the claims, owned by whom PostgreSQL runs as. */
export async function makeRunDir(runDir: string, account: Account | undefined): Promise<void> {
  await mkdir(runDir, { recursive: true });
  await chmod(runDir, 0o700);
  if (account !== undefined) await chown(runDir, account.uid, account.gid);
}
