import { measure } from '../load/measure.ts';
import { latencies } from '../report/latencies.ts';
import type { Bench, Outcome, Scenario } from '../scenario.ts';
import { connectPairs } from './pairs.ts';

const users = 400;
const goals = new Map([
  [500, 5],
  [2_000, 20],
]);

const runSteady = async (bench: Bench, flushMs?: number): Promise<Outcome> => {
  const server = await bench.server(flushMs === undefined ? {} : { flushMs });
  const { load, writers } = await connectPairs(bench, server, users);
  const outcome: { figures: Outcome['figures'][number][]; curves: NonNullable<Outcome['curves']>[number][] } = {
    figures: [],
    curves: [],
  };
  for (const [perSecond, p99Goal] of goals) {
    await load.call('openLoop', { writers, perSecond });
    const measured = await measure(server, load, bench.seconds);
    const cpuMs = ((measured.serverCpuMs + measured.databaseCpuMs) / measured.stored) * 1_000;
    const timed = latencies(measured, `${perSecond}/s`, flushMs === undefined ? p99Goal : undefined);
    outcome.figures.push(...timed.figures.map((figure) => ({ ...figure, name: `${perSecond}/s: ${figure.name}` })), {
      name: `${perSecond}/s: CPU of both for 1,000`,
      value: cpuMs,
      unit: 'ms',
    });
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
