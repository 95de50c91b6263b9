import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process that may not be ready yet. */
export interface StartingProcess {
  readonly process: ChildProcess;
  /** The lines of its log so far. */
  readonly log: Record<string, unknown>[];
  /** Its URL. @throws Error with its log when it ends before */
  readonly ready: Promise<string>;
  /** Its exit code; null after a signal. */
  readonly ended: Promise<number | null>;
  /** Told to stop; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Ended as by a power cut. */
  kill(): Promise<void>;
  /** Stands still, with every connection as it is, until `thaw`. */
  freeze(): void;
  thaw(): void;
}

export interface ServerProcess extends StartingProcess {
  readonly url: string;
}

const program = fileURLToPath(new URL('../../packages/server/bin/messox-server.js', import.meta.url));

/** Starts `messox-server` with nothing but this environment, and does not wait. */
export const spawnServer = (args: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess => {
  const { PATH = '', TMPDIR = '/tmp' } = process.env;
  return spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH, TMPDIR, ...environment },
  });
};

/** Starts a process with these roles on a free port, and does not wait until it is ready. */
export const beginServerProcess = (role: string, environment: Readonly<Record<string, string>>): StartingProcess => {
  const child = spawnServer(['--role', role], { MESSOX_SERVER__PORT: '0', ...environment });
  const { stdout } = child;
  if (!stdout) throw new Error('It has no output');
  const log: Record<string, unknown>[] = [];
  const ended = (once(child, 'close') as Promise<[number | null]>).then(([code]) => code);
  const ready = new Promise<string>((resolve, reject) => {
    createInterface(stdout).on('line', (text) => {
      const line = JSON.parse(text) as Record<string, unknown>;
      log.push(line);
      if (line.msg === 'ready') resolve(String(line.url));
    });
    void ended.then((code) => reject(new Error(`It ended with ${code ?? 'a signal'}: ${JSON.stringify(log)}`)));
  });
  // Whoever waits for it is told.
  ready.catch(() => undefined);
  const end = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  return {
    process: child,
    log,
    ready,
    ended,
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL');
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  };
};

/** Starts a process with these roles on a free port, and waits until it is ready. */
export const startServerProcess = async (
  role: string,
  environment: Readonly<Record<string, string>>,
): Promise<ServerProcess> => {
  const starting = beginServerProcess(role, environment);
  return { ...starting, url: await starting.ready };
};
