import { randomBytes } from 'node:crypto';
import {
  accessSync,
  constants,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { CliError } from '../errors/cli-error.ts';
import { localTime } from '../output/local-time.ts';
import { cliVersion } from '../version.ts';
import { projectPaths } from './paths.ts';
import { processIdentity } from './process-identity.ts';

const ownerSchema = z.object({
  pid: z.int().positive(),
  identity: z.string(),
  host: z.string(),
  user: z.string(),
  command: z.string(),
  startedAt: z.iso.datetime(),
  version: z.string(),
});
type Owner = z.infer<typeof ownerSchema>;

/** A process that died while it took over a stale lock; nobody needs longer for it. */
const takeoverMs = 10_000;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
};

const self = (command: string): Owner => ({
  pid: process.pid,
  identity: processIdentity(process.pid) ?? '',
  host: hostname(),
  user: userName(),
  command,
  startedAt: new Date().toISOString(),
  version: cliVersion(),
});

/** Undefined when nobody has the lock, `lost` when nobody can tell any more who had it. */
const readOwner = (lock: string): Owner | 'lost' | undefined => {
  let source: string;
  try {
    source = readFileSync(join(lock, 'owner.json'), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return ownerSchema.parse(JSON.parse(source));
  } catch {
    return 'lost';
  }
};

/** Only a process of this host can be seen to be dead. A lock that was let go of is not stale, it is gone. */
const isStale = (owner: Owner | 'lost' | undefined): boolean => {
  if (owner === 'lost') return true;
  return owner?.host === hostname() && processIdentity(owner.pid) !== owner.identity;
};

const described = ({ command, host, pid, startedAt, user }: Owner): string =>
  `messox ${command} (pid ${pid} of ${user} on ${host}) since ${localTime(Date.parse(startedAt))}`;

const lockedBy = (found: Owner | 'lost' | undefined, lock: string): CliError => {
  const owner = found === 'lost' ? undefined : found;
  return new CliError('locked', 'Another messox command is at work in this folder', {
    detail: owner ? described(owner) : `The lock is ${lock}.`,
    fixes: [
      'Wait until it has ended.',
      ...(owner?.host === hostname() ? [] : [`If it has ended for sure: rm -r '${lock}'`]),
    ],
  });
};

/** Another process that has the lock of the folder now, as `takeLock` would tell of it; undefined: nobody has. */
export const lockHolder = (dir: string, lock = projectPaths(dir).lock): CliError | undefined => {
  const owner = readOwner(lock);
  return owner === undefined || isStale(owner) ? undefined : lockedBy(owner, lock);
};

const unique = (state: string): string => join(state, `lock.${process.pid}.${randomBytes(4).toString('hex')}`);

/** Puts a whole lock in place in one step: renaming a folder onto one that is not empty fails. */
const claim = (state: string, lock: string, owner: Owner): boolean => {
  const fresh = unique(state);
  mkdirSync(fresh, { mode: 0o700 });
  try {
    writeFileSync(join(fresh, 'owner.json'), JSON.stringify(owner), { mode: 0o600 });
    renameSync(fresh, lock);
    return true;
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST') return false;
    throw error;
  }
};

const isOld = (path: string): boolean => Date.now() - statSync(path).mtimeMs > takeoverMs;

/**
 * Makes a dead process's lock ours. Whoever makes the inner folder may, and looks at the owner again then: a stale
 * lock has nobody else who could change it.
 */
const takeOver = (lock: string, owner: Owner): boolean => {
  const inner = join(lock, 'takeover');
  try {
    mkdirSync(inner);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    if (codeOf(error) !== 'EEXIST') throw error;
    if (isOld(inner)) rmdirSync(inner);
    return false;
  }
  try {
    if (!isStale(readOwner(lock))) return false;
    const next = join(lock, 'owner.json.next');
    writeFileSync(next, JSON.stringify(owner), { mode: 0o600 });
    renameSync(next, join(lock, 'owner.json'));
    return true;
  } finally {
    // Gone with the lock, if that was let go of in the meantime.
    rmSync(inner, { recursive: true, force: true });
  }
};

/** The lock is gone in one step; it is never seen half removed. */
const release = (state: string, lock: string, owner: Owner): void => {
  const now = readOwner(lock);
  if (now === undefined || now === 'lost' || now.pid !== owner.pid || now.identity !== owner.identity) return;
  const gone = unique(state);
  renameSync(lock, gone);
  rmSync(gone, { recursive: true, force: true });
};

const makeState = (state: string): void => {
  try {
    mkdirSync(state, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  // Else the error would name a file that nobody knows.
  accessSync(state, constants.W_OK);
};

/**
 * Takes the lock of the project folder; throws `locked`, naming its owner, when another process has it. The lock of a
 * process that died is taken over. It is also let go of when this process ends in whatever way but kill -9.
 */
export const takeLock = (dir: string, command: string, lock = projectPaths(dir).lock): (() => void) => {
  const { state } = projectPaths(dir);
  makeState(state);
  const owner = self(command);
  if (!claim(state, lock, owner)) {
    const other = readOwner(lock);
    if (!isStale(other) || !takeOver(lock, owner)) {
      // Its owner may have gone in the meantime.
      if (!claim(state, lock, owner)) throw lockedBy(readOwner(lock), lock);
    }
  }
  const letGo = (): void => {
    process.off('exit', letGo);
    release(state, lock, owner);
  };
  process.on('exit', letGo);
  return letGo;
};

/**
 * Who has the lock of the folder, in words: `messox restart (pid 812 of ana on chat) since …`; undefined when nobody does.
 *
 * @param server the process of the server that runs in the folder, which has the lock for as long as it lives
 */
export const whoIsAtWork = (dir: string, server?: number): string | undefined => {
  const owner = readOwner(projectPaths(dir).lock);
  return owner === undefined || owner === 'lost' || isStale(owner) || owner.pid === server
    ? undefined
    : described(owner);
};

/** Does `work` while no other messox command can take the lock, which is that of the folder. `command` is what others are told. */
export const withLock = async <T>(dir: string, command: string, work: () => Promise<T>, lock?: string): Promise<T> => {
  const letGo = takeLock(dir, command, lock);
  try {
    return await work();
  } finally {
    letGo();
  }
};
