import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { spawnSource } from '../testing/spawn-source.test.fixture.ts';
import { processIdentity } from './process-identity.ts';

export interface ServerEvent {
  log?: string;
  started?: { pid: number };
  failed?: { code: string; message: string; help: string };
  exit?: string;
  stopped?: true;
  answered?: boolean;
}

/** A process that runs an embedded PostgreSQL, for tests that kill it or look at it from outside. */
export interface ServerProcess {
  child: ChildProcess;
  pid: number;
  /** The next event that has this member. */
  event<K extends keyof ServerEvent>(name: K): Promise<NonNullable<ServerEvent[K]>>;
  /** Sends the signal and waits for its end. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export function spawnServer(
  dataDir: string,
  password: string,
  options?: SpawnOptions & { prefix?: readonly string[] },
): ServerProcess {
  const child = spawnSource(new URL('./server-process.test.fixture.ts', import.meta.url), [dataDir, password], options);
  if (child.stdout === null || child.pid === undefined) throw new Error('The process did not start.');
  onTestFinished(() => void child.kill('SIGKILL'));
  const events: ServerEvent[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => events.push(JSON.parse(line) as ServerEvent));
  const closed = once(lines, 'close');
  let ended = false;
  void closed.then(() => (ended = true));
  const exited = once(child, 'exit');
  return {
    child,
    pid: child.pid,
    async event(name) {
      for (;;) {
        const at = events.findIndex((event) => event[name] !== undefined);
        const [found] = at === -1 ? [] : events.splice(at, 1);
        if (found?.[name] !== undefined) return found[name];
        if (ended) throw new Error(`The process ended without "${name}": ${JSON.stringify(events)}`);
        await Promise.race([once(lines, 'line'), closed]);
      }
    },
    async kill(signal) {
      child.kill(signal);
      await exited;
    },
  };
}

/** Waits until the process is gone; the time limit of the test is the limit. */
export async function untilGone(pid: number): Promise<void> {
  while ((await processIdentity(pid)) !== undefined) await pause(20);
}

/** The two shells that guard a PostgreSQL: its parent and that one's other child, from proc(5). */
export async function guardOf(pid: number): Promise<number[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8');
  return [parent, ...children.trim().split(' ').map(Number)].filter((other) => other !== pid);
}
