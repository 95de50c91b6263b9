import { wait } from '../load/measure.ts';
import type { Scenario } from '../scenario.ts';
import { seedGroup, seedUsers } from '../server/seed.ts';
import { measureDisturbed } from './disturbed.ts';

export const flood: Scenario = {
  name: 'flood',
  about: 'a client that sends ops as fast as it can, and comes back whenever it is thrown out',
  run: async (bench) => ({
    figures: await measureDisturbed(bench, async ({ load, ms, tokens }) => {
      const end = performance.now() + ms;
      let [sent, sockets] = [0, 0];
      while (performance.now() < end) {
        await load.call('connect', { members: tokens.slice(0, 1).map((token) => ({ token })), atOnce: 1 });
        const left = Math.max(1, end - performance.now());
        sent += await load.call('flood', { client: 0, kind: 'ops', count: 1e9, ms: left });
        await load.call('end');
        sockets += 1;
      }
      return [
        { name: 'ops that it wrote', value: sent, unit: '' },
        { name: 'times that it was thrown out', value: sockets - 1, unit: '' },
      ];
    }),
  }),
};

export const pings: Scenario = {
  name: 'pings',
  about: '100,000 WebSocket pings of one client',
  run: async (bench) => ({
    figures: await measureDisturbed(bench, async ({ load, ms, tokens }) => {
      await wait(3_000);
      let sent = 0;
      const end = performance.now() + ms - 3_000;
      while (sent < 100_000 && performance.now() < end) {
        await load.call('connect', { members: tokens.slice(0, 1).map((token) => ({ token })), atOnce: 1 });
        sent += await load.call('flood', {
          client: 0,
          kind: 'pings',
          count: 100_000 - sent,
          ms: end - performance.now(),
        });
        await load.call('end');
      }
      return [{ name: 'pings that it wrote', value: sent, unit: '' }];
    }),
  }),
};

export const neverReads: Scenario = {
  name: 'never-reads',
  about: '20 clients that never read, in a channel where 25 messages of 40,000 bytes a second are written',
  run: async (bench) => ({
    figures: await measureDisturbed(bench, async ({ load, ms, server, tokens }) => {
      const [writer = 0] = await seedUsers(server.sql, 1);
      const readers = (
        await server.sql<{ id: number }[]>`select id from users order by id desc offset 1 limit ${tokens.length}`
      ).map(({ id }) => id);
      const channelId = await seedGroup(server.sql, [writer, ...readers]);
      await load.call('connect', { members: tokens.map((token) => ({ token })), atOnce: 20 });
      await load.call('pause', { clients: tokens.map((_, index) => index) });
      const end = performance.now() + ms;
      const headers = { Authorization: `Bearer ${server.token(writer)}`, 'Content-Type': 'application/json' };
      let written = 0;
      while (performance.now() < end) {
        const body = JSON.stringify({ clientId: crypto.randomUUID(), text: '💬'.repeat(10_000) });
        const answer = await fetch(`${server.url}/api/v1/channels/${channelId}/messages`, {
          method: 'POST',
          headers,
          body,
        });
        await answer.arrayBuffer();
        written += 1;
        await wait(40);
      }
      return [{ name: 'not read by each of the 20', value: (written * 40_000) / 1_048_576, unit: 'MiB' }];
    }),
  }),
};
