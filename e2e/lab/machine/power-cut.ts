import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';

const unlessGone = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};

/** The processes of this namespace, without its first one, this one, and what has ended and not been reaped. */
const others = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== 1 && pid !== process.pid && unlessGone(`/proc/${pid}/cmdline`) !== '');

const killOthers = async (): Promise<void> => {
  for (let left = others(); left.length > 0; left = others()) {
    for (const pid of left)
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    await delay(50);
  }
};

/** Below the folder, the innermost first. */
const mountsBelow = (folder: string): string[] =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[1] ?? [])
    .filter((path) => path.startsWith(`${folder}/`))
    .reverse();

const interfaces = async (): Promise<string[]> => {
  const { stdout } = await execa('ip', ['-json', 'link', 'show']);
  return (JSON.parse(stdout) as { ifname: string }[]).map(({ ifname }) => ifname);
};

/** The way out of the namespace, and itself. */
const kept = ['lo', 'tap0'];

/** Ends all processes without a word, and undoes what is no file: mounts, devices of the network and its rules. */
export const loseAllButFiles = async (folder: string): Promise<void> => {
  await killOthers();
  for (const path of mountsBelow(folder)) await execa('umount', ['--lazy', path]);
  for (const name of (await interfaces()).filter((it) => !kept.includes(it)))
    // Of a pair, the other one goes with it.
    await execa('ip', ['link', 'delete', name], { reject: false });
  for (const program of ['iptables', 'ip6tables'])
    for (const table of ['filter', 'nat'])
      for (const what of ['--flush', '--delete-chain'])
        await execa(program, ['--table', table, what], { reject: false });
};
