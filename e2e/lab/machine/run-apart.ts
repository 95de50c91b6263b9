import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readlinkSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** Ends with this process, however that ends. */
const mortal = ['--pdeathsig', 'KILL'];

const namespaces = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'];

/** Waits for a value that is there soon. @throws Error when the process has ended before */
const soon = async <T>(child: ChildProcess, look: () => T | undefined): Promise<T> => {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${child.spawnfile} ended at once`);
    await delay(20);
  }
};

const networkOf = (pid: string): string => readlinkSync(`/proc/${pid}/ns/net`);

/** The first process in there, which unshare has started. */
const firstInside = (unshare: ChildProcess): Promise<string> =>
  soon(unshare, () => {
    const path = `/proc/${unshare.pid ?? 0}/task/${unshare.pid ?? 0}/children`;
    const pid = readFileSync(path, 'utf8').trim();
    return pid !== '' && networkOf(pid) !== networkOf('self') ? pid : undefined;
  });

/** Leads from the network in there to the world outside, without a rule or a device on the machine. */
const lead = async (pid: string): Promise<ChildProcess> => {
  const words = ['--configure', '--mtu=65520', '--disable-host-loopback', '--ready-fd=3', pid, 'tap0'];
  const child = spawn('setpriv', [...mortal, 'slirp4netns', ...words], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  const ready = child.stdio[3] as Readable;
  let why = '';
  child.stderr?.on('data', (chunk: Buffer) => void (why += chunk.toString()));
  await Promise.race([
    once(ready, 'data'),
    once(child, 'exit').then(() => {
      throw new Error(`slirp4netns ended: ${why}`);
    }),
  ]);
  return child;
};

export interface Apart {
  /** Its exit code; undefined when it was killed. */
  readonly ended: Promise<number | undefined>;
  /** Ends it with every process that it has started, wherever that may be. */
  kill(): void;
}

/**
 * Runs a Node program with processes, mounts and a network of its own: whatever it starts, mounts or sets up, Docker with all its containers,
 * bridges and rules among it, is gone when it ends, be it by `kill -9` of this process. Files are those of the machine.
 * The program may begin when there is something to read on its standard input.
 */
export const runApart = async (
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<Apart> => {
  // The first process in a namespace of its own is to reap all others.
  const program = ['/usr/bin/tini-static', '-s', '--', process.execPath, ...words];
  const child = spawn('setpriv', [...mortal, 'unshare', ...namespaces, '--', ...program], {
    env,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const slirp = await lead(await firstInside(child));
  const ended = exit.then(([code]) => {
    slirp.kill('SIGKILL');
    return code ?? undefined;
  });
  child.stdin.write('begin\n');
  return { ended, kill: () => void child.kill('SIGKILL') };
};
