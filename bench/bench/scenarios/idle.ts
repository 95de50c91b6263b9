import { measureIdle } from '../limits/sockets.ts';
import { wait } from '../load/measure.ts';
import type { Scenario } from '../scenario.ts';
import { seedUsers } from '../server/seed.ts';
import { settledMemory } from '../server/settled-memory.ts';

const idle = (count: number): Scenario => ({
  name: `idle-${count}`,
  about: `${count} users with a session each that does nothing`,
  run: async (bench) => {
    const limit = await measureIdle(bench, count);
    const server = await bench.server();
    const userIds = await seedUsers(server.sql, count);
    await server.sql`analyze`;
    const load = await bench.load(server.url);
    const members = userIds.map((id) => ({ token: server.token(id) }));
    // What the first sessions leave behind, code and pools, is not theirs.
    await load.call('connect', { members: members.slice(0, 50), atOnce: 50 });
    await load.call('end');
    await wait(500);
    const before = await settledMemory(server);
    const cpuBefore = await server.cpu();
    const seconds = await load.call('connect', { members, atOnce: 64 });
    const cpu = await server.cpu();
    const cpuMs = cpu.server + cpu.database - cpuBefore.server - cpuBefore.database;
    const after = await settledMemory(server);
    return {
      figures: [
        {
          name: 'memory of the server for each',
          value: (after - before) / count / 1_024,
          unit: 'KiB',
          limit: limit.bytesPerSocket / 1_024,
          limitName: 'bare ws',
          goal: { atMost: 14 },
        },
        {
          name: 'sessions accepted',
          value: count / seconds,
          unit: '/s',
          limit: limit.acceptedPerSecond,
          limitName: 'bare ws',
          goal: { atLeast: 2_000 },
        },
        {
          name: 'CPU of both for each session accepted',
          value: cpuMs / count,
          unit: 'ms',
          limit: limit.cpuMsPerSocket,
          limitName: 'bare ws',
        },
      ],
    };
  },
});

export const idle2000 = idle(2_000);
export const idle10000: Scenario = { ...idle(10_000), long: true };
