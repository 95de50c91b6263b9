import { readdir, readFile } from 'node:fs/promises';

/** Linux counts CPU time in hundredths of a second wherever Node runs. */
const tickMs = 10;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly cpuMs: number;
  /** Of children that have ended and were waited for. */
  readonly reapedMs: number;
  readonly rssBytes: number;
}

const pageBytes = 4_096;

const statOf = async (pid: number): Promise<Stat | undefined> => {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (line === undefined) return undefined;
  // The second field is the program's name in brackets and may hold anything.
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent = 0, , , , , , , , , , user = 0, system = 0, childUser = 0, childSystem = 0] = fields;
  return {
    pid,
    parent,
    cpuMs: (user + system) * tickMs,
    reapedMs: (childUser + childSystem) * tickMs,
    rssBytes: (fields[21] ?? 0) * pageBytes,
  };
};

/** CPU time of a process so far, in ms. */
export const cpuOf = async (pid: number): Promise<number> => (await statOf(pid))?.cpuMs ?? 0;

/** Resident memory of a process, in bytes. */
export const memoryOf = async (pid: number): Promise<number> => (await statOf(pid))?.rssBytes ?? 0;

/** CPU time of a process and of all its children, those that have ended included, in ms. */
export const cpuOfFamily = async (pid: number): Promise<number> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const stats = (await Promise.all(pids.map(statOf))).filter((stat) => stat !== undefined);
  const family = stats.filter((stat) => stat.pid === pid || stat.parent === pid);
  return family.reduce((sum, stat) => sum + stat.cpuMs + (stat.pid === pid ? stat.reapedMs : 0), 0);
};
