import type { Invariant } from '@messox/client/checker';
import { it } from 'vitest';
import { startAllInOne } from '../cluster/all-in-one.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { terminateBackends } from '../menu/database.ts';
import type { Fault } from '../menu/index.ts';
import { render } from '../report.ts';
import { type Round, runRound } from '../run-round.ts';
import { acknowledgeBeforeCommit, dropPublish, preload, type Sabotage, skipRepair } from './sabotages.ts';

interface Trial {
  readonly sabotages?: readonly Sabotage[];
  readonly faults?: readonly Fault[];
  readonly beforeFaults?: (cluster: Cluster) => Promise<unknown>;
  readonly patienceMs?: number;
}

/** A short round on a server that is not what it was written to be. */
const play = async ({ beforeFaults, faults = [], patienceMs = 3_000, sabotages = [] }: Trial): Promise<Round> => {
  const cluster = await startAllInOne({ preload: preload(sabotages) });
  try {
    return await runRound({
      cluster,
      seed: 1,
      lastsMs: 4_000,
      people: 3,
      paceMs: [10, 100],
      pauseMs: [0, 200],
      atOnce: 1,
      faults,
      patienceMs,
      ...(beforeFaults ? { beforeFaults: () => beforeFaults(cluster) } : {}),
    });
  } finally {
    await cluster.stop();
  }
};

const broken = ({ violations }: Round): Invariant[] => [...new Set(violations.map(({ invariant }) => invariant))];

const timeout = 120_000;

it.concurrent('sees that a server acknowledges before it commits', { timeout }, async ({ expect }) => {
  const round = await play({ sabotages: [acknowledgeBeforeCommit], faults: [terminateBackends] });
  expect(broken(round), render(round)).toEqual(expect.arrayContaining(['acknowledged', 'freshness']));
});

it.concurrent(
  'sees that a server loses news of messages and does not look for them',
  { timeout },
  async ({ expect }) => {
    const round = await play({ sabotages: [dropPublish, ...skipRepair] });
    expect(broken(round), render(round)).toContain('delivery');
  },
);

it.concurrent('sees nothing wrong with a server that loses news and repairs it', { timeout }, async ({ expect }) => {
  const round = await play({ sabotages: [dropPublish], patienceMs: 60_000 });
  expect(broken(round), render(round)).toEqual([]);
});

it.concurrent('sees that the database keeps no clientId unique', { timeout }, async ({ expect }) => {
  const round = await play({
    beforeFaults: ({ database }) => database.asAdmin((sql) => sql`drop index messages_client`),
  });
  expect(broken(round), render(round)).toEqual(expect.arrayContaining(['replay', 'unique']));
});

it.concurrent('sees nothing wrong with a server that nobody has touched', { timeout }, async ({ expect }) => {
  const round = await play({ faults: [terminateBackends], patienceMs: 60_000 });
  expect(broken(round), render(round)).toEqual([]);
});
