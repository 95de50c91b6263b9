import { measureRows } from '../limits/rows.ts';
import { measure } from '../load/measure.ts';
import { latencies } from '../report/latencies.ts';
import type { Scenario } from '../scenario.ts';
import { seedGroup, seedUsers } from '../server/seed.ts';

const users = 50;

export const hotChannel: Scenario = {
  name: 'hot-channel',
  about: `one channel that all of its ${users} members write to, 8 messages in flight each: each is stored once and delivered ${users} times`,
  run: async (bench) => {
    const server = await bench.server();
    const rows = await measureRows(bench, server, 200);
    const userIds = await seedUsers(server.sql, users);
    const channelId = await seedGroup(server.sql, userIds);
    await server.sql`analyze`;
    const load = await bench.load(server.url);
    await load.call('connect', { members: userIds.map((id) => ({ token: server.token(id), channelId })), atOnce: 64 });
    await load.call('closedLoop', { writers: userIds.map((_, index) => index), inFlight: 8 });
    const measured = await measure(server, load, bench.seconds);
    const timed = latencies(measured, 'hot channel');
    return {
      figures: [
        {
          name: 'stored in one channel',
          value: measured.stored / measured.seconds,
          unit: '/s',
          limit: rows.rowsPerSecond,
          limitName: 'rows by unnest',
        },
        { name: 'deliveries', value: measured.deliveries / measured.seconds, unit: '/s' },
        { name: 'memory of the server', value: (await server.memory()) / 1_048_576, unit: 'MiB' },
        ...timed.figures,
      ],
      curves: timed.curves,
    };
  },
};
