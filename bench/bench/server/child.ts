import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Child<Ready> {
  readonly pid: number;
  readonly ready: Ready;
  /** Sends a message and resolves with the next one that comes back. */
  ask<Answer>(message: object): Promise<Answer>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly nodeOptions?: readonly string[];
}

/** Starts a program in a process of its own; resolves with what it says when it is ready. */
export const startChild = async <Ready>(
  file: URL,
  words: readonly string[] = [],
  { env = process.env, nodeOptions = [] }: ChildOptions = {},
): Promise<Child<Ready>> => {
  const name = fileURLToPath(file);
  // `advanced` copies numbers as they are, which matters for a million latencies.
  const child: ChildProcess = fork(name, words, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
    env,
    execArgv: [...nodeOptions],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const next = async <T>(): Promise<T> => {
    const message = once(child, 'message') as Promise<[T]>;
    const [first] = await Promise.race([
      message,
      ended.then(([code]): never => {
        throw new Error(`${name} ended with ${code ?? 'a signal'}`);
      }),
    ]);
    return first;
  };
  const ready = await next<Ready>();
  return {
    pid: child.pid ?? 0,
    ready,
    ask: (message) => {
      child.send(message);
      return next();
    },
    stop: async () => {
      if (child.connected) child.send('stop');
      await ended;
    },
  };
};
