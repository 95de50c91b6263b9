import { setTimeout as delay } from 'node:timers/promises';
import { checkHistory, type HistoryRecord, type Violation } from '@messox/client/checker';
import { makeWorld } from './clients/people.ts';
import { Workload } from './clients/workload.ts';
import type { Cluster } from './cluster/cluster.ts';
import { converge } from './converge.ts';
import { Dice } from './dice.ts';
import { readFinals } from './history/read-finals.ts';
import { Recorder } from './history/recorder.ts';
import type { Fault } from './menu/index.ts';
import { Schedule } from './schedule.ts';

export interface RoundOptions {
  /** Of this round; it may be stopped with the round. */
  readonly cluster: Cluster;
  readonly seed: number;
  /** How long people chat while things go wrong, in milliseconds. */
  readonly lastsMs: number;
  readonly faults: readonly Fault[];
  readonly people?: number;
  readonly devicesEach?: number;
  /** Faults at the same time; 2 when not given. */
  readonly atOnce?: number;
  readonly paceMs?: readonly [number, number];
  readonly pauseMs?: readonly [number, number];
  /** How long everybody may need after the last fault to have everything, in milliseconds; 60,000 when not given. */
  readonly patienceMs?: number;
  /** Called when the world is made, before anything goes wrong. */
  readonly beforeFaults?: () => Promise<unknown>;
  readonly onFault?: (name: string) => void;
  /** Ends the storm before its time; the round is finished and judged all the same. */
  readonly signal?: AbortSignal;
}

export interface Round {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly records: readonly HistoryRecord[];
  /** How often each fault was injected. */
  readonly faults: Readonly<Record<string, number>>;
  readonly counts: {
    readonly sends: number;
    readonly changes: number;
    readonly ok: number;
    readonly fail: number;
    readonly unknown: number;
    readonly received: number;
    readonly pages: number;
    readonly sessions: number;
    readonly lives: number;
    /** How often a group went to another owner. */
    readonly handovers: number;
  };
  readonly closeCodes: Readonly<Record<string, number>>;
  /** From a send to its acknowledgement, in milliseconds, in ascending order. */
  readonly latenciesMs: readonly number[];
  /** From the end of the faults to the moment at which everybody had everything; undefined when that never came. */
  readonly convergedMs: number | undefined;
  /** What went wrong without breaking an invariant: a server that ended by itself, a frame that a client could not read. */
  readonly remarks: readonly string[];
}

const count = (records: readonly HistoryRecord[], type: HistoryRecord['type']): number =>
  records.reduce((sum, record) => sum + Number(record.type === type), 0);

const latencies = (records: readonly HistoryRecord[]): number[] => {
  const sentAt = new Map<string, number>();
  const found: number[] = [];
  for (const record of records)
    if (record.type === 'invoke' && record.entry.kind === 'message') sentAt.set(record.call, record.at);
    else if (record.type === 'ok') {
      const at = sentAt.get(record.call);
      if (at !== undefined) found.push(record.at - at);
    }
  return found.sort((a, b) => a - b);
};

/** People chat, things go wrong, everything is mended, and the history is held against what the server promises. */
export const runRound = async (options: RoundOptions): Promise<Round> => {
  const { cluster, faults, lastsMs, seed } = options;
  const dice = new Dice(seed);
  const recorder = new Recorder();
  const { devicesEach = 2, paceMs = [20, 400], pauseMs = [100, 1_200], people = 5 } = options;
  const world = await makeWorld({ cluster, recorder, dice: dice.of('world'), people, devicesEach });
  await options.beforeFaults?.();
  const schedule = new Schedule({
    cluster,
    dice: dice.of('faults'),
    faults,
    atOnce: options.atOnce ?? 2,
    pauseMs,
    ...(options.onFault ? { onFault: options.onFault } : {}),
  });
  const workload = new Workload({ world, dice: dice.of('workload'), paceMs });
  workload.start();
  schedule.start();
  await delay(lastsMs, undefined, options.signal ? { signal: options.signal } : {}).catch(() => undefined);
  await schedule.stop();
  await workload.stop();
  await cluster.heal();
  const convergedMs = await converge(world, options.patienceMs ?? 60_000);
  recorder.close();
  await Promise.all(world.devices.map((device) => device.disconnect()));
  await readFinals(await cluster.openReader(), world, recorder);

  const { records } = recorder;
  const invokes = records.filter((record) => record.type === 'invoke');
  const sends = invokes.filter(({ entry }) => entry.kind === 'message').length;
  const [ok, fail] = [count(records, 'ok'), count(records, 'fail')];
  const closeCodes: Record<string, number> = {};
  for (const { counts } of world.devices)
    for (const [code, times] of counts.closeCodes) closeCodes[code] = (closeCodes[code] ?? 0) + times;
  return {
    seed,
    violations: checkHistory(records),
    records,
    faults: Object.fromEntries(schedule.injected),
    counts: {
      sends,
      changes: invokes.length - sends,
      ok,
      fail,
      unknown: invokes.length - ok - fail,
      received: count(records, 'recv'),
      pages: count(records, 'page'),
      sessions: world.devices.reduce((sum, { counts }) => sum + counts.connections, 0),
      lives: world.devices.reduce((sum, { counts }) => sum + counts.lives, 0),
      handovers: records
        .flatMap((record) => (record.type === 'timeline' ? record.entries : []))
        .filter((entry) => entry.kind === 'member.left' && entry.newOwnerId !== undefined).length,
    },
    closeCodes,
    latenciesMs: latencies(records),
    convergedMs,
    remarks: [
      ...cluster.servers.flatMap(({ mishaps }) => mishaps),
      ...world.devices.flatMap(({ counts, options: { name } }) =>
        counts.problems.map((problem) => `${name}: ${problem}`),
      ),
    ],
  };
};
