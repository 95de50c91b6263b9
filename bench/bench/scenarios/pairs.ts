import type { Load } from '../load/load.ts';
import type { Bench } from '../scenario.ts';
import type { BenchServer } from '../server/bench-server.ts';
import { seedPairs, seedUsers } from '../server/seed.ts';

/** Users in pairs with a direct channel, each with a session. */
export const connectPairs = async (
  bench: Bench,
  server: BenchServer,
  count: number,
): Promise<{ load: Load; writers: number[] }> => {
  const userIds = await seedUsers(server.sql, count);
  const channelIds = await seedPairs(server.sql, userIds);
  await server.sql`analyze`;
  const load = await bench.load(server.url);
  const members = userIds.map((userId, index) => ({
    token: server.token(userId),
    channelId: channelIds[index >> 1] ?? 0,
  }));
  await load.call('connect', { members, atOnce: 64 });
  return { load, writers: members.map((_, index) => index) };
};
