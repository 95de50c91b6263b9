import { startChild } from '../server/child.ts';
import { cpuOf, memoryOf } from '../server/process-usage.ts';

export interface RawServer {
  readonly url: string;
  readonly cpu: () => Promise<{ server: number; database: number }>;
  memory(): Promise<number>;
  stop(): Promise<void>;
}

export const startRawServer = async (kind: 'pairs' | 'group'): Promise<RawServer> => {
  const child = await startChild<{ url: string }>(new URL('./raw-server-process.js', import.meta.url), [kind]);
  return {
    url: child.ready.url,
    cpu: async () => ({ server: await cpuOf(child.pid), database: 0 }),
    memory: () => memoryOf(child.pid),
    stop: () => child.stop(),
  };
};
