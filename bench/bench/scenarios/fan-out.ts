import { measureGroup } from '../limits/sockets.ts';
import { measure } from '../load/measure.ts';
import { latencies } from '../report/latencies.ts';
import type { Figure, Scenario } from '../scenario.ts';
import { seedGroup, seedUsers } from '../server/seed.ts';

const fanOut = (count: number): Scenario => ({
  name: `fan-out-${count}`,
  about: `a group of ${count} online members: 10 who write with 4 messages in flight each, then one message at a time`,
  run: async (bench) => {
    // As many deliveries a second whatever the size of the group.
    const perSecond = 5_000 / count;
    const limit = await measureGroup(bench, count, perSecond);
    const server = await bench.server();
    const userIds = await seedUsers(server.sql, count);
    const channelId = await seedGroup(server.sql, userIds);
    await server.sql`analyze`;
    const load = await bench.load(server.url);
    await load.call('connect', { members: userIds.map((id) => ({ token: server.token(id), channelId })), atOnce: 64 });
    const writers = Array.from({ length: 10 }, (_, index) => index);
    await load.call('closedLoop', { writers, inFlight: 4 });
    const busy = await measure(server, load, bench.seconds);
    await load.call('openLoop', { writers, perSecond });
    const alone = await measure(server, load, bench.seconds);
    const cpuMs = ({ databaseCpuMs, deliveries, serverCpuMs }: typeof busy): number =>
      ((serverCpuMs + databaseCpuMs) / deliveries) * 1_000;
    const about = { unit: 'ms', limit: limit.cpuMsPer1000, limitName: 'bare ws: one buffer to all, one at a time' };
    const figures: Figure[] = [
      { name: 'CPU of both for 1,000 deliveries', value: cpuMs(busy), goal: { atMost: 4 }, ...about },
      { name: 'deliveries', value: busy.deliveries / busy.seconds, unit: '/s' },
      ...latencies(busy, 'busy').figures.filter(({ name }) => /delivered.*(50|99)$/.test(name)),
      { name: `one message at a time: CPU of both for 1,000 deliveries`, value: cpuMs(alone), ...about },
      ...latencies(alone, 'alone')
        .figures.filter(({ name }) => /delivered.*(50|99)$/.test(name))
        .map((figure) => ({ ...figure, name: `one message at a time: ${figure.name}` })),
    ];
    return { figures, curves: latencies(busy, `busy group of ${count}`).curves.slice(1) };
  },
});

export const fanOut200 = fanOut(200);
export const fanOut1000 = fanOut(1_000);
