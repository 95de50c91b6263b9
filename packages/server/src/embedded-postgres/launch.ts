import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import { EmbeddedPostgresError, errnoOf } from './error.ts';

const run = promisify(execFile);

/** How a process of PostgreSQL is started: what stands before the command, as whom, and with which environment. */
export interface Launch {
  prefix: readonly string[];
  ids: { uid?: number; gid?: number };
  env: Record<string, string>;
}

/** The two that let a process pass folders of others, with their bits in capabilities(7); the first gives away less, containers often withhold it. */
const CAPABILITIES = [
  { name: 'dac_read_search', bit: 2n },
  { name: 'dac_override', bit: 1n },
] as const;

/** Prints the index of each argument that cannot be entered (a folder) or read (a file). */
const PROBE = `
i=0
for file do
  (if [ -d "$file" ]; then cd "$file"; else exec <"$file"; fi) 2>/dev/null || echo "$i"
  i=$((i + 1))
done
`;

/**
 * Decides how to run PostgreSQL so that it reaches its files. Root may work below a folder that only root can pass (/root, mktemp -d):
 * there the one process gets the capability to pass, by setpriv. Where everything is reachable it gets none.
 */
export async function chooseLaunch(
  account: Account | undefined,
  files: readonly string[],
  libraries?: string,
): Promise<Launch> {
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LC_ALL: 'C',
    TZ: 'UTC',
    ...(libraries !== undefined && { LD_LIBRARY_PATH: libraries, DYLD_LIBRARY_PATH: libraries }),
  };
  const plain: Launch = { prefix: [], ids: account ?? {}, env };
  const needed = [...new Set(files.flatMap(withParents))].sort((a, b) => a.length - b.length);
  const [blocked] = await unreachable(plain, needed).catch((error: unknown) => {
    throw cannotSwitch(account, error);
  });
  if (blocked === undefined) return plain;
  if (account !== undefined) {
    for (const capability of await ownCapabilities()) {
      const launch = { prefix: withCapability(account, capability), ids: {}, env };
      const failed = await unreachable(launch, needed).catch(() => needed);
      if (failed.length === 0) return launch;
    }
  }
  throw unreachableFolder(blocked, account);
}

function withParents(file: string): string[] {
  const parent = path.dirname(file);
  return parent === file ? [file] : [...withParents(parent), file];
}

async function unreachable({ prefix, ids, env }: Launch, files: readonly string[]): Promise<string[]> {
  const [program = '/bin/sh', ...args] = [...prefix, '/bin/sh', '-c', PROBE, 'messox-probe', ...files];
  const { stdout } = await run(program, args, { ...ids, env, cwd: '/' });
  return stdout
    .split('\n')
    .filter((index) => index !== '')
    .map((index) => files[Number(index)] ?? '');
}

async function ownCapabilities(): Promise<string[]> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const permitted = BigInt(`0x${/^CapPrm:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return CAPABILITIES.filter(({ bit }) => (permitted >> bit) & 1n).map(({ name }) => name);
}

function withCapability({ uid, gid }: Account, capability: string): string[] {
  const ids = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  // Without the last one access(2), with which initdb looks for its programs, takes no capability of an ordinary user into account.
  const rights = [`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`, '--securebits=+no_setuid_fixup'];
  return ['setpriv', ...ids, ...rights, '--'];
}

function unreachableFolder(folder: string, account: Account | undefined): EmbeddedPostgresError {
  const who = account === undefined ? 'this user' : `the user with id ${account.uid}, as whom PostgreSQL runs,`;
  const help =
    account === undefined
      ? `Let it: sudo chmod a+x '${folder}', or use a folder of this user.`
      : `Let everybody pass it (chmod a+x '${folder}'), install util-linux (setpriv), or use a folder elsewhere, such as /srv or /var/lib.`;
  return new EmbeddedPostgresError('postgres_unreachable_folder', `${folder} cannot be passed by ${who}.`, help);
}

/** Containers may run root without the right to become somebody else. */
function cannotSwitch(account: Account | undefined, cause: unknown): unknown {
  if (account === undefined) return cause;
  return new EmbeddedPostgresError(
    'postgres_start_failed',
    `PostgreSQL does not run as root, and this root may not become the user with id ${account.uid} (${errnoOf(cause) ?? String(cause)}).`,
    'Start messox as an ordinary user, or give the container CAP_SETUID and CAP_SETGID.',
    { cause },
  );
}

/** Turns a failure of the file system below `folder` into an error that names the place. */
export function asFolderError(error: unknown, folder: string): unknown {
  const code = errnoOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const help = 'Make room, then start again.';
    return new EmbeddedPostgresError('postgres_start_failed', `The disk that holds ${folder} is full.`, help, {
      cause: error,
    });
  }
  if (code === undefined || !['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(code))
    return error;
  const place = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : folder;
  const message = `${place} cannot be used for the database (${code}).`;
  const help = `Make it a folder that this user can read and write, or use another one.`;
  return new EmbeddedPostgresError('postgres_unreachable_folder', message, help, { cause: error });
}
