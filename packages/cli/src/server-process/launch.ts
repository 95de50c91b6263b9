import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CliError } from '../errors/cli-error.ts';
import { printable } from '../output/printable.ts';
import { projectPaths } from '../project/paths.ts';
import { readServerState, type ServerState } from '../project/server-state.ts';
import { localUrl, readReadiness } from './health.ts';
import { errorOf, type Report } from './report.ts';
import type { Overrides } from './serve.ts';

export interface LaunchOptions {
  readonly dir: string;
  readonly overrides: Overrides;
  readonly verbose: boolean;
  /** How long it may take to be ready, in ms. */
  readonly waitMs: number;
  /** Its abort calls the start off. */
  readonly signal: AbortSignal;
}

const program = fileURLToPath(new URL('./background.js', import.meta.url));
const pollMs = 100;

/** What the process itself writes, where it cannot log: a crash of Node. The server's own log is another file. */
const openErrors = (dir: string) => {
  const { logs } = projectPaths(dir);
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  const path = join(logs, 'stderr.log');
  const fd = openSync(path, 'a+', 0o600);
  const { size } = fstatSync(fd);
  /** What was written since the start. */
  const read = (): string => {
    const bytes = Buffer.alloc(4_096);
    const length = readSync(fd, bytes, 0, bytes.length, size);
    return bytes.toString('utf8', 0, length).trimEnd();
  };
  return { path, fd, read, close: () => closeSync(fd) };
};

type Outcome = Report | { readonly ended: string } | 'late' | 'aborted';

const outcome = (child: ChildProcess, { waitMs, signal }: LaunchOptions): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const settle = (how: Outcome): void => {
      clearTimeout(timer);
      resolve(how);
    };
    const timer = setTimeout(() => settle('late'), waitMs);
    signal.addEventListener('abort', () => settle('aborted'), { once: true });
    child.once('message', (report) => settle(report as Report));
    child.once('exit', (code, by) => settle({ ended: by ?? `exit code ${code ?? 'unknown'}` }));
    child.once('error', reject);
  });

/** Whether `/readyz` says so in time. */
const becomesReady = async (state: ServerState, until: number, signal: AbortSignal): Promise<Outcome> => {
  for (;;) {
    if ((await readReadiness(localUrl(state)))?.isReady) return { ready: true };
    if (signal.aborted) return 'aborted';
    if (performance.now() > until) return 'late';
    await pause(pollMs);
  }
};

const late = (pid: number | undefined, waitMs: number): CliError =>
  new CliError('not_ready', `The server was not ready within ${Math.round(waitMs / 1_000)} s`, {
    detail: `It goes on starting in the background (pid ${pid ?? 'unknown'}); a repair of the database or a migration may take its time.`,
    fixes: ['`messox logs -f`', '`messox status`', `kill ${pid ?? '<pid>'} (gives up)`],
  });

const ended = (how: string, written: string, path: string): CliError =>
  new CliError('start_failed', `The server ended while it started (${how})`, {
    detail: written === '' ? `It wrote nothing to ${path}.` : written.split('\n').map(printable).join('\n'),
    fixes: ['`messox up` (shows what happens)', '`messox logs -n 50`', '`messox doctor`'],
  });

/**
 * Starts the server of the folder as a process of its own, which lives on when this one ends, and waits until it is ready.
 *
 * @throws CliError what the server could not start for; not_ready, start_failed, interrupted
 */
export const launch = async (options: LaunchOptions): Promise<ServerState> => {
  const { dir, overrides, signal, verbose, waitMs } = options;
  if (signal.aborted) throw new CliError('interrupted', 'Interrupted; no server was started');
  const until = performance.now() + waitMs;
  const errors = openErrors(dir);
  try {
    const child = spawn(process.execPath, [program, dir, JSON.stringify({ ...overrides, verbose })], {
      cwd: dir,
      detached: true,
      stdio: ['ignore', errors.fd, errors.fd, 'ipc'],
    });
    const told = await outcome(child, options);
    if (child.connected) child.disconnect();
    child.unref();
    const state = readServerState(dir);
    const isUp = typeof told === 'object' && 'ready' in told && told.ready;
    const end = isUp && state ? await becomesReady(state, until, signal) : told;
    if (end === 'late') throw late(child.pid, waitMs);
    if (end === 'aborted') {
      child.kill('SIGTERM');
      throw new CliError('interrupted', 'Interrupted; the server is told to stop');
    }
    if ('ended' in end) throw ended(end.ended, errors.read(), errors.path);
    if (!end.ready) throw errorOf(end);
    if (!state) throw ended('as soon as it was ready', errors.read(), errors.path);
    return state;
  } finally {
    errors.close();
  }
};
