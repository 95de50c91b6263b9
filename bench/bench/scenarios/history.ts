import { Agent, request } from 'node:http';
import { percentiles } from '../report/percentiles.ts';
import type { Bench, Figure, Outcome, Scenario } from '../scenario.ts';
import { seedMessages, seedPairs, seedUsers } from '../server/seed.ts';

const pages = 2_000;
const pageSize = 50;

const timesOf = async (count: number, work: (index: number) => Promise<unknown>): Promise<number[]> => {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = performance.now();
    await work(index);
    times.push(performance.now() - at);
  }
  // The first are those of cold code and caches.
  return times.slice(count >> 3);
};

const runHistory = async (bench: Bench, inChannel: number, others: number): Promise<Outcome> => {
  const server = await bench.server();
  const { sql } = server;
  const [ana = 0, ...more] = await seedUsers(sql, others > 0 ? 100 : 2);
  const channelIds = await seedPairs(sql, [ana, ...more]);
  const [channelId = 0, ...rest] = channelIds;
  await seedMessages(sql, [channelId], inChannel, bench.text);
  for (const other of rest) await seedMessages(sql, [other], Math.ceil(others / rest.length), bench.text);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { Authorization: `Bearer ${server.token(ana)}` };
  const page = (query: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const url = `${server.url}/api/v1/channels/${channelId}/messages?limit=${pageSize}${query}`;
      request(url, { agent, headers }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`A page was answered ${response.statusCode ?? ''}`));
        response.resume().once('end', resolve);
      })
        .once('error', reject)
        .end();
    });
  const middle = (index: number): number => Math.floor(inChannel * (0.1 + 0.8 * ((index * 0.618_034) % 1)));
  const row = (before: number) =>
    sql`select * from messages where channel_id = ${channelId} and seq < ${before} order by seq desc limit ${pageSize}`;
  const figures: Figure[] = [];
  for (const [name, ask, select] of [
    ['latest page', () => page(''), () => row(Number.MAX_SAFE_INTEGER)],
    ['page in the middle', (index: number) => page(`&before=${middle(index)}`), (index: number) => row(middle(index))],
  ] as const) {
    const before = await server.cpu();
    const [p50, p99] = percentiles(await timesOf(pages, ask), [0.5, 0.99]);
    const after = await server.cpu();
    const [limit50, limit99] = percentiles(await timesOf(pages, select), [0.5, 0.99]);
    const limitName = 'the rows alone, from PostgreSQL';
    figures.push({ name: `${name}, p50`, value: p50 ?? NaN, unit: 'ms', limit: limit50 ?? NaN, limitName });
    figures.push({
      name: `${name}, p99`,
      value: p99 ?? NaN,
      unit: 'ms',
      limit: limit99 ?? NaN,
      limitName,
      goal: { atMost: 5 },
    });
    for (const [part, ms] of [
      ['server', after.server - before.server],
      ['database', after.database - before.database],
    ] as const)
      figures.push({ name: `${name}, CPU of the ${part} for 1,000`, value: (ms / pages) * 1_000, unit: 'ms' });
  }
  agent.destroy();
  return { figures };
};

export const history: Scenario = {
  name: 'history',
  about: `pages of ${pageSize} over REST from a channel with 200,000 messages`,
  run: (bench) => runHistory(bench, 200_000, 0),
};

export const historyLarge: Scenario = {
  name: 'history-5m',
  about: 'the same with 5 million messages in the table',
  long: true,
  run: (bench) => runHistory(bench, 200_000, 4_800_000),
};
