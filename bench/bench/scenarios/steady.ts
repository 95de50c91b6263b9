import { measureStored } from '../limits/sockets.ts';
import { measure } from '../load/measure.ts';
import { latencies } from '../report/latencies.ts';
import type { Bench, Figure, Outcome, Scenario } from '../scenario.ts';
import { connectPairs } from './pairs.ts';

const users = 400;
const goals = new Map([
  [500, 5],
  [2_000, 20],
]);

const runSteady = async (bench: Bench, flushMs?: number): Promise<Outcome> => {
  const server = await bench.server(flushMs === undefined ? {} : { flushMs });
  const { load, writers } = await connectPairs(bench, server, users);
  const outcome: { figures: Figure[]; curves: NonNullable<Outcome['curves']>[number][] } = {
    figures: [],
    curves: [],
  };
  for (const [perSecond, p99Goal] of goals) {
    const limit = await measureStored(bench, server, { name: `flush ${flushMs ?? 0}`, perSecond, users });
    await load.call('openLoop', { writers, perSecond });
    const measured = await measure(server, load, bench.seconds);
    const per1000 = (ms: number): number => (ms / measured.stored) * 1_000;
    const timed = latencies(measured, `${perSecond}/s`, flushMs === undefined ? p99Goal : undefined);
    const limitName = 'bare ws, one INSERT a message';
    const limits = new Map([
      ['delivered after, p50', limit.deliveredP50Ms],
      ['delivered after, p99', limit.deliveredP99Ms],
    ]);
    const figures: Figure[] = [
      ...timed.figures.map((figure) => {
        const its = limits.get(figure.name);
        return its === undefined ? figure : { ...figure, limit: its, limitName };
      }),
      {
        name: 'CPU of the server for 1,000',
        value: per1000(measured.serverCpuMs),
        unit: 'ms',
        limit: limit.serverCpuMsPer1000,
        limitName,
      },
      {
        name: 'CPU of the database for 1,000',
        value: per1000(measured.databaseCpuMs),
        unit: 'ms',
        limit: limit.databaseCpuMsPer1000,
        limitName,
      },
    ];
    outcome.figures.push(...figures.map((figure) => ({ ...figure, name: `${perSecond}/s: ${figure.name}` })));
    outcome.curves.push(...timed.curves);
  }
  return outcome;
};

export const steady: Scenario = {
  name: 'steady',
  about: `${users} users in pairs at a steady 500 and 2,000 messages a second; open loop, times from the intended send`,
  run: (bench) => runSteady(bench),
};

export const steadySlowDisk: Scenario = {
  name: 'steady-slow-disk',
  about: 'the same where each flush of the disk takes 2 ms (commit_delay)',
  run: (bench) => runSteady(bench, 2),
};
