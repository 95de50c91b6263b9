import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Child<Ready> {
  readonly pid: number;
  readonly ready: Ready;
  stop(): Promise<void>;
}

/** Starts a program of this folder in a process of its own; resolves with what it says when it is ready. */
export const startChild = async <Ready>(file: string, words: readonly string[] = []): Promise<Child<Ready>> => {
  const child: ChildProcess = fork(fileURLToPath(new URL(file, import.meta.url)), words, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Ready));
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code ?? 'a signal'} before it was ready`)));
  });
  return {
    pid: child.pid ?? 0,
    ready,
    stop: async () => {
      if (child.connected) child.send('stop');
      await ended;
    },
  };
};
