import { measure, wait } from '../load/measure.ts';
import { percentiles } from '../report/percentiles.ts';
import type { Bench } from '../scenario.ts';
import type { BenchServer } from '../server/bench-server.ts';
import { settledMemory } from '../server/settled-memory.ts';
import { createLimitRows } from './rows.ts';
import { startRawServer } from './raw-server.ts';

const members = (count: number) =>
  Array.from({ length: count }, (_, place) => ({ token: String(place), channelId: 1 }));
const all = (count: number) => Array.from({ length: count }, (_, index) => index);

export interface FrameLimit {
  readonly perSecond: number;
  /** Of the server, for 1,000 messages (pairs) or deliveries (group). */
  readonly cpuMsPer1000: number;
}

/** Frames of bare `ws` between users in pairs: one in and three out a message. */
export const measurePairs = (bench: Bench, users: number, inFlight: number): Promise<FrameLimit> =>
  bench.limit(`pairs of ${users}, ${inFlight} in flight`, async () => {
    const server = await startRawServer('pairs');
    const load = await bench.load(server.url);
    await load.call('connect', { members: members(users), atOnce: 64 });
    await load.call('closedLoop', { writers: all(users), inFlight });
    const { seconds, serverCpuMs, stored } = await measure(server, load, bench.seconds / 2);
    await Promise.all([load.stop(), server.stop()]);
    return { perSecond: stored / seconds, cpuMsPer1000: (serverCpuMs / stored) * 1_000 };
  });

export interface StoredLimit {
  /** Of the server, for 1,000 messages. */
  readonly serverCpuMsPer1000: number;
  readonly databaseCpuMsPer1000: number;
  /** From the moment that a message was meant to be sent until it was delivered. */
  readonly deliveredP50Ms: number;
  readonly deliveredP99Ms: number;
}

/**
 * The same at a steady rate, where each message is one row by one INSERT, without any rule: what stands at the least
 * between a message and its addressee when there is nothing to gather.
 */
export const measureStored = (
  bench: Bench,
  storing: BenchServer,
  { name, perSecond, users }: { name: string; perSecond: number; users: number },
): Promise<StoredLimit> =>
  bench.limit(`pairs of ${users}, stored one by one, ${perSecond}/s, ${name}`, async () => {
    await createLimitRows(storing.sql);
    const server = await startRawServer('pairs', storing);
    const load = await bench.load(server.url);
    await load.call('connect', { members: members(users), atOnce: 64 });
    await load.call('openLoop', { writers: all(users), perSecond });
    const { databaseCpuMs, delivered, serverCpuMs, stored } = await measure(server, load, bench.seconds);
    await Promise.all([load.stop(), server.stop()]);
    await storing.sql`drop table limit_rows`;
    const [deliveredP50Ms = NaN, deliveredP99Ms = NaN] = percentiles(delivered, [0.5, 0.99]);
    return {
      serverCpuMsPer1000: (serverCpuMs / stored) * 1_000,
      databaseCpuMsPer1000: (databaseCpuMs / stored) * 1_000,
      deliveredP50Ms,
      deliveredP99Ms,
    };
  });

/** One buffer of bare `ws` to everybody, message by message. */
export const measureGroup = (bench: Bench, users: number, perSecond: number): Promise<FrameLimit> =>
  bench.limit(`group of ${users}`, async () => {
    const server = await startRawServer('group');
    const load = await bench.load(server.url);
    await load.call('connect', { members: members(users), atOnce: 64 });
    await load.call('openLoop', { writers: [0], perSecond });
    const { deliveries, seconds, serverCpuMs } = await measure(server, load, bench.seconds / 2);
    await Promise.all([load.stop(), server.stop()]);
    return { perSecond: deliveries / seconds, cpuMsPer1000: (serverCpuMs / deliveries) * 1_000 };
  });

export interface IdleLimit {
  readonly bytesPerSocket: number;
  readonly acceptedPerSecond: number;
  /** Of the server, for opening one. */
  readonly cpuMsPerSocket: number;
}

/** Bare `ws` sockets that are opened as fast as they are taken, and then do nothing. */
export const measureIdle = (bench: Bench, count: number): Promise<IdleLimit> =>
  bench.limit(`${count} idle`, async () => {
    const server = await startRawServer('pairs');
    const load = await bench.load(server.url);
    // Socket code that has run, as in the server that is measured beside it.
    await load.call('connect', { members: members(50), atOnce: 50 });
    await load.call('end');
    await wait(500);
    const before = await settledMemory(server);
    const cpuBefore = await server.cpu();
    const seconds = await load.call('connect', { members: members(count), atOnce: 64 });
    const cpuMs = (await server.cpu()).server - cpuBefore.server;
    const after = await settledMemory(server);
    await Promise.all([load.stop(), server.stop()]);
    return {
      bytesPerSocket: (after - before) / count,
      acceptedPerSecond: count / seconds,
      cpuMsPerSocket: cpuMs / count,
    };
  });
