import { type Client, createClient } from '@messox/client';
import { inParallel } from './in-parallel.ts';
import { cpuOf, cpuOfFamily } from './process-usage.ts';
import { percentiles } from './percentiles.ts';

export interface DirectLoad {
  /** An even number; each writes to the next. */
  readonly users: number;
  /** Messages that each user has under way. */
  readonly inFlight: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

export interface DirectResult {
  readonly stored: number;
  readonly perSecond: number;
  /** From sending to the reply, in ms: p50, p95, p99. */
  readonly acknowledged: readonly number[];
  /** From sending to the entry at the other user, in ms: p50, p95, p99. */
  readonly delivered: readonly number[];
  readonly serverCpuMsPer1000: number;
  readonly databaseCpuMsPer1000: number;
}

const shares = [0.5, 0.95, 0.99];

interface Writer {
  readonly client: Client;
  readonly channelId: number;
}

/** Everyone with an account and a socket, in pairs with a direct channel. */
export const pairUp = async (url: string, users: number, inFlight: number): Promise<Writer[]> => {
  const clients = await inParallel(users, 8, async (index) => {
    const client = createClient({ url, clientName: 'bench', sendWindow: inFlight });
    await client.register({ username: `writer-${index}`, password: 'as long as needed' });
    return client;
  });
  const writers: Writer[] = [];
  for (let index = 0; index < users; index += 2) {
    const [one, two] = [clients[index], clients[index + 1]];
    if (!one?.user || !two?.user) throw new Error('A client has no user after registering');
    const channel = await one.api.openDirect(two.user.id);
    writers.push({ client: one, channelId: channel.id }, { client: two, channelId: channel.id });
  }
  await Promise.all(clients.map((client) => client.connect()));
  return writers;
};

/** Each user writes as fast as its replies come; closed loop. */
export const runDirect = async (
  writers: readonly Writer[],
  pids: { server: number; database: number },
  { inFlight, seconds, warmUpSeconds }: DirectLoad,
  text: string,
): Promise<DirectResult> => {
  const sentAt = new Map<string, number>();
  let acknowledged: number[] = [];
  let delivered: number[] = [];
  let running = true;
  const write = async ({ channelId, client }: Writer): Promise<void> => {
    while (running) {
      const at = performance.now();
      const { clientId, stored } = client.send({ channelId, text });
      sentAt.set(clientId, at);
      await stored;
      acknowledged.push(performance.now() - at);
    }
  };
  const stopListening = writers.map(({ client }) =>
    client.on('entry', (entry) => {
      if (entry.kind !== 'message' || entry.senderId === client.user?.id) return;
      const at = sentAt.get(entry.clientId);
      if (at !== undefined) delivered.push(performance.now() - at);
      sentAt.delete(entry.clientId);
    }),
  );
  const writing = writers.flatMap((writer) => Array.from({ length: inFlight }, () => write(writer)));
  await new Promise((resolve) => setTimeout(resolve, warmUpSeconds * 1_000));
  acknowledged = [];
  delivered = [];
  const cpu = async () => ({ server: await cpuOf(pids.server), database: await cpuOfFamily(pids.database) });
  const [begin, before] = [performance.now(), await cpu()];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const [took, after, stored] = [(performance.now() - begin) / 1_000, await cpu(), acknowledged.length];
  const result: DirectResult = {
    stored,
    perSecond: stored / took,
    acknowledged: percentiles(acknowledged, shares),
    delivered: percentiles(delivered, shares),
    serverCpuMsPer1000: ((after.server - before.server) / stored) * 1_000,
    databaseCpuMsPer1000: ((after.database - before.database) / stored) * 1_000,
  };
  running = false;
  await Promise.all(writing);
  for (const stop of stopListening) stop();
  return result;
};
