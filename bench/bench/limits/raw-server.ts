import { startChild } from '../server/child.ts';
import type { BenchServer } from '../server/bench-server.ts';
import { cpuOf, cpuOfFamily, memoryOf } from '../server/process-usage.ts';

export interface RawServer {
  readonly url: string;
  readonly cpu: () => Promise<{ server: number; database: number }>;
  memory(): Promise<number>;
  stop(): Promise<void>;
}

/** @param storing the server into whose database each message goes first */
export const startRawServer = async (
  kind: 'pairs' | 'group',
  storing?: Pick<BenchServer, 'database' | 'databasePid'>,
): Promise<RawServer> => {
  const program = new URL('./raw-server-process.js', import.meta.url);
  const env = { ...process.env, ...(storing && { MESSOX_BENCH_DATABASE: JSON.stringify(storing.database) }) };
  const child = await startChild<{ url: string }>(program, [kind], { env });
  return {
    url: child.ready.url,
    cpu: async () => ({
      server: await cpuOf(child.pid),
      database: storing ? await cpuOfFamily(storing.databasePid()) : 0,
    }),
    memory: () => memoryOf(child.pid),
    stop: () => child.stop(),
  };
};
