import { type Child, startChild } from '../server/child.ts';
import type { Commands } from './load-process.ts';

type Result<C extends keyof Commands> = Awaited<ReturnType<Commands[C]>>;
type With<C extends keyof Commands> = Parameters<Commands[C]> extends [infer Argument] ? [Argument] : [];

/** The load generator, seen from the process that measures. */
export interface Load {
  readonly pid: number;
  /** @throws Error what the load says went wrong */
  call<C extends keyof Commands>(call: C, ...argument: With<C>): Promise<Result<C>>;
  stop(): Promise<void>;
}

export const startLoad = async (url: string, text: string): Promise<Load> => {
  const child: Child<'ready'> = await startChild(new URL('./load-process.js', import.meta.url), [url, text]);
  return {
    pid: child.pid,
    call: async (call, ...[argument]) => {
      const { error, result } = await child.ask<{ error?: string; result: never }>({ call, with: argument });
      if (error !== undefined) throw new Error(error);
      return result;
    },
    stop: () => child.stop(),
  };
};
