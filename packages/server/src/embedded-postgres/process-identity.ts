import { execFile } from 'node:child_process';
import { readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const onLinux = process.platform === 'linux';

/**
 * What tells a process from a later one with the same pid: its start time, with the boot it belongs to.
 * `undefined` when no such process lives (a zombie is dead: it only waits for its parent).
 */
export async function processIdentity(pid: number): Promise<string | undefined> {
  if (!onLinux) return identityFromPs(pid);
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in brackets may hold anything; state is the first field after it, the start time field 22 of proc(5).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], fields[19]];
  if (startTicks === undefined || state === 'Z' || state === 'X') return undefined;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${startTicks}-${boot.slice(0, 8)}`;
}

async function identityFromPs(pid: number): Promise<string | undefined> {
  const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C' };
  const { stdout } = await run('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { env }).catch(() => ({
    stdout: '',
  }));
  const [state, ...started] = stdout.trim().split(/\s+/);
  if (state === undefined || state === '' || state.startsWith('Z')) return undefined;
  return String(Date.parse(`${started.join(' ')} UTC`));
}

/** Whether the process is a PostgreSQL (postmaster or backend) that works in that folder. */
export async function isPostgresOf(pid: number, dataDir: string): Promise<boolean> {
  const command = await commandOf(pid);
  if (!isPostgres(command)) return false;
  if (!onLinux) return command.includes(dataDir);
  // Every process of PostgreSQL makes the data folder its working folder; this follows a folder that was moved.
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return folder === undefined ? command.includes(dataDir) : folder === dataDir;
}

/** Whether that PostgreSQL carries our mark; one that an admin started by hand does not. */
export async function isStartedByMessox(pid: number): Promise<boolean> {
  return (await commandOf(pid)).includes(CLUSTER_NAME_SETTING);
}

/** The mark in the command line of a PostgreSQL that we started. */
export const CLUSTER_NAME_SETTING = 'cluster_name=messox';

function isPostgres(command: string): boolean {
  const [program = ''] = command.split(onLinux ? '\0' : ' -D ');
  return /^postgres(:|$)/.test(program.startsWith('postgres:') ? program : path.basename(program));
}

async function commandOf(pid: number): Promise<string> {
  if (onLinux) return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const { stdout } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.trim();
}
