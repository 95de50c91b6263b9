import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { createServerLog, type ServerLog } from './log.ts';

/** How a guarded command ended. */
export interface Ended {
  /** Of the command; `undefined` when the guard did not live to tell, or could not be started. */
  status: number | undefined;
  /** The guard was killed; the command may have outlived it. */
  guardKilled: boolean;
}

/** A guarded command with its log. */
export interface Watched {
  /** The pid of the command, `undefined` when it did not start. */
  pid: Promise<number | undefined>;
  ended: Promise<Ended>;
  /** The lines as they come; what may be shown of them is in `log`. */
  lines: Interface;
  log: ServerLog;
  /** Lets the guard end the command. */
  release(): void;
}

/** The last lines are in the pipe when the command ends, unless a process that outlived it holds the pipe open. */
const DRAIN_MS = 1_000;

export function watch(guard: ChildProcess, onLine: (line: string) => void): Watched {
  const { stdin, stdout, stderr } = guard;
  if (stdin === null || stdout === null || stderr === null) throw new TypeError('The guard needs pipes.');
  const log = createServerLog(onLine);
  const lines = createInterface({ input: stderr });
  lines.on('line', (line) => log.add(line));
  const drained = once(lines, 'close');
  const output = createInterface({ input: stdout });
  const pid = new Promise<number | undefined>((resolve) => {
    output.once('line', (line) => resolve(Number(line)));
    output.once('close', () => resolve(undefined));
  });
  const ended = new Promise<Ended>((resolve) => {
    guard.once('error', (error) => {
      log.add(error.message);
      resolve({ status: undefined, guardKilled: false });
    });
    guard.once('exit', (status, signal) => {
      const end = { status: status ?? undefined, guardKilled: signal !== null };
      void Promise.race([drained, pause(DRAIN_MS, undefined, { ref: false })]).then(() => resolve(end));
    });
  });
  return { pid, ended, lines, log, release: () => stdin.end() };
}
