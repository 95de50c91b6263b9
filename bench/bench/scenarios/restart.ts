import { wait } from '../load/measure.ts';
import type { Scenario } from '../scenario.ts';
import { seedMessages, seedPairs, seedUsers } from '../server/seed.ts';

const count = 2_000;

export const restart: Scenario = {
  name: 'restart',
  about: `the server stops and starts again with ${count} sessions: each is told when to come back, and catches up`,
  run: async (bench) => {
    const server = await bench.server();
    const userIds = await seedUsers(server.sql, count);
    const channelIds = await seedPairs(server.sql, userIds);
    await seedMessages(server.sql, channelIds, 10, bench.text);
    const load = await bench.load(server.url);
    const members = userIds.map((id, index) => ({
      token: server.token(id),
      cursors: { [channelIds[index >> 1] ?? 0]: 0 },
    }));
    await load.call('connect', { members, atOnce: 64 });
    const back = load.call('comeBack', { members });
    await wait(500);
    const stopped = performance.now();
    await server.restart();
    const startedAfter = (performance.now() - stopped) / 1_000;
    let busiest = 0;
    const done = new AbortController();
    const watching = (async () => {
      while (!done.signal.aborted) {
        const [row] = await server.sql<{ n: number }[]>`
          select count(*)::int as n from pg_stat_activity where application_name = 'messox' and state = 'active'`;
        busiest = Math.max(busiest, row?.n ?? 0);
        await wait(20);
      }
    })();
    const { attempts, seconds, toldMs } = await back;
    done.abort();
    await watching;
    return {
      figures: [
        { name: 'the server was away', value: startedAfter, unit: 's' },
        { name: 'told to come back, earliest', value: toldMs[0] / 1_000, unit: 's' },
        { name: 'told to come back, latest', value: toldMs[1] / 1_000, unit: 's' },
        {
          name: 'from the first close until all are back',
          value: seconds,
          unit: 's',
          limit: toldMs[1] / 1_000,
          limitName: 'the latest moment told',
        },
        { name: 'connections tried for each session', value: attempts / count, unit: '' },
        { name: 'statements of the server at once, most', value: busiest, unit: '' },
      ],
    };
  },
};
