import type { BenchServer } from '../server/bench-server.ts';
import type { Samples } from './fleet.ts';
import type { Load } from './load.ts';

export interface Measured extends Samples {
  readonly seconds: number;
  readonly serverCpuMs: number;
  readonly databaseCpuMs: number;
}

const warmUpMs = 3_000;

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Watches traffic that runs already: a time to warm up, then `seconds` that count, then its end. */
export const measure = async ({ cpu }: Pick<BenchServer, 'cpu'>, load: Load, seconds: number): Promise<Measured> => {
  await wait(warmUpMs);
  await load.call('take');
  const [begin, before] = [performance.now(), await cpu()];
  await wait(seconds * 1_000);
  const [samples, after, end] = [await load.call('take'), await cpu(), performance.now()];
  await load.call('endTraffic');
  if (samples.refused > 0) throw new Error(`${samples.refused} of ${samples.sent} messages were refused`);
  return {
    ...samples,
    seconds: (end - begin) / 1_000,
    serverCpuMs: after.server - before.server,
    databaseCpuMs: after.database - before.database,
  };
};
