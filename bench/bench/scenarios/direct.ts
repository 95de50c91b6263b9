import { measurePairs } from '../limits/sockets.ts';
import { measureRows } from '../limits/rows.ts';
import { measure } from '../load/measure.ts';
import { latencies } from '../report/latencies.ts';
import type { Bench, Outcome, Scenario } from '../scenario.ts';
import { connectPairs } from './pairs.ts';

const users = 400;
const inFlight = 4;

const runDirect = async (bench: Bench, flushMs?: number): Promise<Outcome> => {
  const sockets = await measurePairs(bench, users, inFlight);
  const server = await bench.server(flushMs === undefined ? {} : { flushMs });
  const rows = await measureRows(bench, server, 200);
  const { load, writers } = await connectPairs(bench, server, users);
  await load.call('closedLoop', { writers, inFlight });
  const measured = await measure(server, load, bench.seconds);
  const { databaseCpuMs, seconds, serverCpuMs, stored } = measured;
  const per1000 = (ms: number): number => (ms / stored) * 1_000;
  const timed = latencies(measured, 'direct');
  return {
    figures: [
      {
        name: 'stored, acknowledged and delivered',
        value: stored / seconds,
        unit: '/s',
        limit: Math.min(rows.rowsPerSecond, sockets.perSecond),
        limitName: 'the lower of rows by unnest and bare ws frames',
        ...(flushMs === undefined ? { goal: { atLeast: 10_000 } } : {}),
      },
      {
        name: 'CPU of server and database for 1,000',
        value: per1000(serverCpuMs + databaseCpuMs),
        unit: 'ms',
        limit: sockets.cpuMsPer1000 + rows.cpuMsPer1000,
        limitName: 'both limits together',
        ...(flushMs === undefined ? { goal: { atMost: 64 } } : {}),
      },
      {
        name: '… of the server',
        value: per1000(serverCpuMs),
        unit: 'ms',
        limit: sockets.cpuMsPer1000,
        limitName: 'bare ws: 1 frame in, 3 out',
      },
      {
        name: '… of the database',
        value: per1000(databaseCpuMs),
        unit: 'ms',
        limit: rows.cpuMsPer1000,
        limitName: 'rows by unnest, with their sender',
      },
      ...timed.figures,
    ],
    curves: timed.curves,
  };
};

export const direct: Scenario = {
  name: 'direct',
  about: `${users} users in pairs, ${inFlight} messages of 200 bytes in flight each; closed loop`,
  run: (bench) => runDirect(bench),
};

export const directSlowDisk: Scenario = {
  name: 'direct-slow-disk',
  about: 'the same where each flush of the disk takes 2 ms (commit_delay)',
  run: (bench) => runDirect(bench, 2),
};
