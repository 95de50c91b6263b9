import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const ofLinux = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command in brackets may itself hold brackets and spaces; what follows the last one is regular (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, started] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${started ?? ''}`;
  } catch {
    return undefined;
  }
};

const ofOthers = (pid: number): string | undefined => {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
};

/** Tells the process from a later one that was given the same pid; undefined when none of that pid lives here. */
export const processIdentity = (pid: number): string | undefined =>
  process.platform === 'linux' ? ofLinux(pid) : ofOthers(pid);
