import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface ServerProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** The lines of its log so far. */
  readonly log: Record<string, unknown>[];
  /** Told to stop; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Ended as by a power cut. */
  kill(): Promise<void>;
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

/** Starts a process with these roles on a free port, and waits until it is ready. */
export const startServerProcess = async (
  role: string,
  environment: Readonly<Record<string, string>>,
): Promise<ServerProcess> => {
  const child = spawnServer(['--role', role], { MESSOX_SERVER__PORT: '0', ...environment });
  if (!child.stdout) throw new Error('It has no output');
  const log: Record<string, unknown>[] = [];
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const ready = new Promise<string>((resolve) => {
    if (!child.stdout) return;
    createInterface(child.stdout).on('line', (text) => {
      const line = JSON.parse(text) as Record<string, unknown>;
      log.push(line);
      if (line.msg === 'ready') resolve(String(line.url));
    });
  });
  const failed = exited.then(([code]) => {
    throw new Error(`It ended with ${code ?? 'a signal'}: ${JSON.stringify(log)}`);
  });
  const url = await Promise.race([ready, failed]);
  failed.catch(() => undefined);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const [code] = await exited;
    return code;
  };
  return {
    url,
    process: child,
    log,
    stop: () => end('SIGTERM'),
    kill: async () => {
      await end('SIGKILL');
    },
  };
};
