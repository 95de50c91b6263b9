import type { Violation } from '@messox/client/checker';
import type { Cluster } from './cluster/cluster.ts';
import { keepHistory } from './keep-history.ts';
import { menu } from './menu/index.ts';
import { render } from './report.ts';
import { type Round, runRound } from './run-round.ts';

export interface Ground {
  readonly name: string;
  readonly start: () => Promise<Cluster>;
}

export interface SoakOptions {
  readonly minutes: number;
  /** Of the first round; each further one has the next. */
  readonly seed: number;
  /** What rounds are played on, by turns. */
  readonly grounds: readonly Ground[];
  /** How long things go wrong in one round, in milliseconds. */
  readonly roundMs: number;
  readonly say: (text: string) => void;
  readonly onFault?: (name: string) => void;
  /** Makes the present round the last one, and ends its storm. */
  readonly signal: AbortSignal;
}

/** One round as it goes into a report for machines. */
export type RoundReport = Omit<Round, 'records' | 'latenciesMs' | 'violations'> & {
  readonly ground: string;
  readonly violations: readonly Omit<Violation, 'records'>[];
  /** The file of a history that breaks a promise. */
  readonly history?: string;
};

/** Plays round after round, each on a new cluster, until the time is over. */
export const soak = async (options: SoakOptions): Promise<RoundReport[]> => {
  const { grounds, minutes, onFault, roundMs, say, seed, signal } = options;
  const reports: RoundReport[] = [];
  const end = performance.now() + minutes * 60_000;
  for (let round = 0; round === 0 || (performance.now() < end && !signal.aborted); round += 1) {
    const ground = grounds[(seed + round) % grounds.length];
    if (!ground) break;
    const cluster = await ground.start();
    try {
      if (round < grounds.length)
        for (const fault of menu) {
          const why = fault.needs(cluster);
          if (why !== undefined) say(`${ground.name}: no fault "${fault.name}": ${why}`);
        }
      const lastsMs = Math.min(roundMs, minutes * 60_000);
      const played = await runRound({
        cluster,
        seed: seed + round,
        lastsMs,
        faults: menu,
        signal,
        ...(onFault ? { onFault } : {}),
      });
      say(`${ground.name}, ${render(played)}`);
      const history = played.violations.length > 0 ? await keepHistory(played) : undefined;
      if (history !== undefined) say(`  its history is in ${history}`);
      const { latenciesMs: _, records: __, ...report } = played;
      const violations = played.violations.map(({ invariant, message }) => ({ invariant, message }));
      reports.push({ ...report, violations, ground: ground.name, ...(history === undefined ? {} : { history }) });
    } finally {
      await cluster.stop();
    }
  }
  return reports;
};
