import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { readServerState, type ServerState } from '../project/server-state.ts';
import { bin, cleanEnv } from './messox.ts';

/** A process of the program that goes on until it is told to end. */
export interface Running {
  readonly child: ChildProcess;
  /** What it has written to stdout and stderr so far, in the order of its coming. */
  readonly output: () => string;
  /** Waits until it has written this; rejects when it ends before. */
  readonly writes: (text: string | RegExp) => Promise<void>;
  /** Waits for its end. */
  readonly ended: Promise<number | null>;
}

export interface StartOptions {
  readonly dir: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the built program; it is killed after the test if it is still there. */
export const start = (args: readonly string[], { dir, env = {} }: StartOptions): Running => {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: dir,
    env: { ...cleanEnv(), LANG: 'C.UTF-8', ...env },
    stdio: 'pipe',
  });
  let output = '';
  const onOutput = new Set<() => void>();
  const add = (chunk: Buffer): void => {
    output += chunk.toString();
    for (const look of onOutput) look();
  };
  child.stdout.on('data', add);
  child.stderr.on('data', add);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  const writes = (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (typeof text === 'string' ? !output.includes(text) : !text.test(output)) return;
        onOutput.delete(look);
        resolve();
      };
      onOutput.add(look);
      void ended.then((code) => reject(new Error(`It ended with ${code ?? 'a signal'}:\n${output}`)));
      look();
    });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  });
  return { child, output: () => output, writes, ended };
};

/** Starts a server in the foreground on a free port and waits until it is ready. */
export const startServer = async (
  options: StartOptions,
  ...args: readonly string[]
): Promise<Running & { readonly state: ServerState }> => {
  const running = start(['up', '--yes', '--port', '0', ...args], options);
  await running.writes('Ctrl-C stops it');
  const state = readServerState(options.dir);
  if (!state) throw new Error(`There is no state of the server:\n${running.output()}`);
  return { ...running, state };
};

/** PostgreSQL's processes in a project folder, and those of them that are servers and not sessions. On Linux only. */
export const postgresIn = (dir: string): { readonly all: number[]; readonly servers: number[] } => {
  const folder = join(dir, 'data', 'postgres');
  const commands = readdirSync('/proc').flatMap((name): [number, string][] => {
    try {
      const isThere = /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`) === folder;
      return isThere ? [[Number(name), readFileSync(`/proc/${name}/cmdline`, 'utf8')]] : [];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
  const servers = commands.filter(([, command]) => command.includes('cluster_name=messox'));
  return { all: commands.map(([pid]) => pid), servers: servers.map(([pid]) => pid) };
};

/** Ends what is left of a server in the background, after the test. */
export const endAfterTest = (dir: string): void =>
  onTestFinished(async () => {
    const state = readServerState(dir);
    if (state) process.kill(state.pid, 'SIGKILL');
    await vi.waitUntil(() => postgresIn(dir).all.length === 0, { timeout: 30_000, interval: 50 });
  });
