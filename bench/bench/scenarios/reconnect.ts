import { measureIdle } from '../limits/sockets.ts';
import type { Figure, Scenario } from '../scenario.ts';
import { seedMessages, seedPairs, seedUsers } from '../server/seed.ts';

const missed = 10;
const rounds = 3;

const reconnect = (count: number, goal?: number): Scenario => ({
  name: `reconnect-${count}`,
  about: `${count} users with ${missed} missed messages each, all back at once; the best and the middle of ${rounds} rounds`,
  run: async (bench) => {
    const limit = await measureIdle(bench, count);
    const server = await bench.server();
    const userIds = await seedUsers(server.sql, count);
    const channelIds = await seedPairs(server.sql, userIds);
    await seedMessages(server.sql, channelIds, missed, bench.text);
    const load = await bench.load(server.url);
    const selfs = await server.sql<{ id: number; user_id: number }[]>`
      select id, low_user_id as user_id from channels where kind = 'self'`;
    const selfOf = new Map(selfs.map(({ id, user_id }) => [user_id, id]));
    const members = userIds.map((id, index) => ({
      token: server.token(id),
      cursors: { [channelIds[index >> 1] ?? 0]: 0, [selfOf.get(id) ?? 0]: 0 },
    }));
    const seconds: number[] = [];
    let cpuMs = 0;
    for (let round = 0; round < rounds; round += 1) {
      const before = await server.cpu();
      const since = Date.now();
      await load.call('connect', { members, atOnce: count });
      seconds.push(await load.call('entries', { each: missed, since }));
      const after = await server.cpu();
      cpuMs = after.server + after.database - before.server - before.database;
      await load.call('end');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    seconds.sort((a, b) => a - b);
    const figures: Figure[] = [
      {
        name: 'until all have caught up, best',
        value: seconds[0] ?? NaN,
        unit: 's',
        limit: count / limit.acceptedPerSecond,
        limitName: 'bare ws: as many connect',
        ...(goal === undefined ? {} : { goal: { atMost: goal } }),
      },
      { name: 'until all have caught up, middle', value: seconds[1] ?? NaN, unit: 's' },
      {
        name: 'CPU of both for each session',
        value: cpuMs / count,
        unit: 'ms',
        limit: limit.cpuMsPerSocket,
        limitName: 'bare ws: one connects',
      },
    ];
    return { figures };
  },
});

export const reconnect1000 = reconnect(1_000, 0.6);
export const reconnect2000 = reconnect(2_000);
export const reconnect10000: Scenario = { ...reconnect(10_000, 10), long: true };
