import { rm } from 'node:fs/promises';
import path from 'node:path';
import { startLoad } from './load/load.ts';
import type { Bench, Outcome, Scenario } from './scenario.ts';
import { startBenchServer } from './server/bench-server.ts';

export interface RunOptions {
  readonly seconds: number;
  /** A folder of the run's own; each scenario has one in it, and none after it. */
  readonly dir: string;
  readonly limits: Map<string, unknown>;
  readonly nodeOptions: readonly string[];
  /** Limits of every server of the run, over those of the scenario. */
  readonly serverLimits: Readonly<Record<string, number>>;
}

const text = 'A message of some two hundred bytes. '.repeat(6).slice(0, 200);

/** Runs one scenario, and ends what it started whatever happens. */
export const runScenario = async (
  { name, run }: Scenario,
  { dir, limits, nodeOptions, seconds, serverLimits }: RunOptions,
): Promise<Outcome> => {
  const started: { stop(): Promise<void> }[] = [];
  const folder = path.join(dir, name);
  const bench: Bench = {
    seconds,
    text,
    server: async (options) => {
      const server = await startBenchServer({
        ...options,
        limits: { ...options?.limits, ...serverLimits },
        dir: folder,
        nodeOptions,
      });
      started.push(server);
      return server;
    },
    load: async (url) => {
      const load = await startLoad(url, text);
      started.push(load);
      return load;
    },
    limit: async (limit, measure) => {
      if (!limits.has(limit)) limits.set(limit, await measure());
      return limits.get(limit) as Awaited<ReturnType<typeof measure>>;
    },
  };
  try {
    return await run(bench);
  } finally {
    for (const one of started.reverse()) await one.stop();
    await rm(folder, { recursive: true, force: true });
  }
};
