import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EmbeddedPostgresError, errnoOf } from './error.ts';
import { processIdentity } from './process-identity.ts';

/** The right of this process to the folder, as a file `owner.<pid>.<identity>` beside the cluster. */
export interface Claim {
  release(): Promise<void>;
}

const CLAIM = /^owner\.(?<pid>\d+)\.(?<identity>.+)$/;
const RECHECK_MS = 20;
/** A rival that was halted in the middle of its start does not give way. */
const PATIENCE_MS = 10_000;

/**
 * Claims the folder for this process; throws `postgres_in_use` when another one that lives has it. A claim carries its process in its
 * name, so that a dead one can be removed without ever removing the claim of somebody else. Each process writes its own claim first and
 * looks for others then: of two that start at once at least one sees the other, and the one with the lower pid goes on.
 */
export async function claimFolder(runDir: string, dataDir: string): Promise<Claim> {
  const identity = await processIdentity(process.pid);
  const mine = `owner.${process.pid}.${identity ?? 'unknown'}`;
  const file = path.join(runDir, mine);
  const claim = { release: () => rm(file, { force: true }) };
  await writeFile(file, 'starting', { flag: 'wx' }).catch((error: unknown) => {
    if (errnoOf(error) === 'EEXIST') throw inUse(dataDir, process.pid);
    throw error;
  });
  try {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const rival = await findRival(runDir, mine, dataDir);
      if (rival === undefined) break;
      if (performance.now() > until) throw inUse(dataDir, rival);
      await pause(RECHECK_MS);
    }
    await writeFile(file, 'owned');
    return claim;
  } catch (error) {
    await claim.release();
    throw error;
  }
}

/** The pid of a process that has begun to claim and will give way; throws when one has the folder or goes first. */
async function findRival(runDir: string, mine: string, dataDir: string): Promise<number | undefined> {
  let rival: number | undefined;
  for (const name of await readdir(runDir)) {
    const { pid: digits, identity } = CLAIM.exec(name)?.groups ?? {};
    if (digits === undefined || name === mine) continue;
    const pid = Number(digits);
    const file = path.join(runDir, name);
    if ((await processIdentity(pid)) !== identity) {
      await rm(file, { force: true });
      continue;
    }
    const state = await readFile(file, 'utf8').catch(() => undefined);
    if (state === 'owned' || (state !== undefined && pid < process.pid)) throw inUse(dataDir, pid);
    if (state !== undefined) rival = pid;
  }
  return rival;
}

export function inUse(dataDir: string, pid: number, by = 'messox'): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'postgres_in_use',
    `The database in ${dataDir} is in use by ${by} (process ${pid}).`,
    `Stop that one first (\`messox down\`, or kill ${pid}), or give this server another folder.`,
  );
}
