import type { Load } from '../load/load.ts';
import { measure } from '../load/measure.ts';
import { percentiles } from '../report/percentiles.ts';
import type { Bench, Figure } from '../scenario.ts';
import type { BenchServer } from '../server/bench-server.ts';
import { seedUsers } from '../server/seed.ts';
import { connectPairs } from './pairs.ts';

const users = 400;
const perSecond = 500;

/** What somebody does beside the others, on sockets of their own. Resolves when it is over. */
export type Disturbance = (context: {
  server: BenchServer;
  load: Load;
  tokens: readonly string[];
  ms: number;
}) => Promise<Figure[]>;

/** The latency of 1:1 messages at 500 a second, without and with somebody who disturbs, and the server's memory. */
export const measureDisturbed = async (bench: Bench, disturb: Disturbance): Promise<Figure[]> => {
  // The limits that keep one client in check are what is looked at here: they are as they are.
  const server = await bench.server({ limits: { opsPerSecond: 20, opsBurst: 100 } });
  const { load, writers } = await connectPairs(bench, server, users);
  const tokens = (await seedUsers(server.sql, 20)).map((id) => server.token(id));
  const other = await bench.load(server.url);
  await load.call('openLoop', { writers, perSecond });
  const quiet = await measure(server, load, bench.seconds);
  const before = await server.memory();
  await load.call('openLoop', { writers, perSecond });
  const disturbing = disturb({ server, load: other, tokens, ms: (bench.seconds + 3) * 1_000 });
  const disturbed = await measure(server, load, bench.seconds);
  const own = await disturbing;
  const after = await server.memory();
  const p99 = ({ delivered }: typeof quiet): number => percentiles(delivered, [0.99])[0] ?? NaN;
  const p50 = ({ delivered }: typeof quiet): number => percentiles(delivered, [0.5])[0] ?? NaN;
  const limitName = 'the same without them';
  return [
    {
      name: `others at ${perSecond}/s, delivered after, p50`,
      value: p50(disturbed),
      unit: 'ms',
      limit: p50(quiet),
      limitName,
    },
    {
      name: `others at ${perSecond}/s, delivered after, p99`,
      value: p99(disturbed),
      unit: 'ms',
      limit: p99(quiet),
      limitName,
    },
    {
      name: 'CPU of the server',
      value: disturbed.serverCpuMs / disturbed.seconds,
      unit: 'ms/s',
      limit: quiet.serverCpuMs / quiet.seconds,
      limitName,
    },
    { name: 'memory that the server grew by', value: (after - before) / 1_048_576, unit: 'MiB' },
    ...own,
  ];
};
