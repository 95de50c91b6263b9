import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/index.ts';

let server: TestServer;
let ana: TestUser;
let bruno: TestUser;
/** Channels of the two, the first of which somebody holds. */
let held: number;
let free: number;

const group = async (): Promise<number> => {
  const made = await ana.call('POST', '/api/v1/channels', { kind: 'group', name: 'group', memberIds: [bruno.id] });
  return (made.body as { id: number }).id;
};

beforeAll(async () => {
  server = await startTestServer({ limits: { opsInFlight: 1_000 } });
  [ana, bruno] = [await server.user('ana'), await server.user('bruno')];
  [held, free] = [await group(), await group()];
});
afterAll(() => server.stop());

/** A transaction that holds a channel until it is let go. */
const hold = async (channelId: number) => {
  const holder = await server.sql.reserve();
  await holder`begin`;
  await holder`select from channels where id = ${channelId} for update`;
  return {
    sql: holder,
    letGo: async () => {
      await holder`commit`;
      holder.release();
    },
  };
};

const joined = async (user: TestUser) => {
  const socket = await user.socket();
  await socket.hello({ token: user.accessToken });
  return socket;
};

/** Resolves when a send waits for the lock of a row. */
const waiting = () =>
  expect
    .poll(
      async () =>
        (
          await server.sql`
          select from pg_stat_activity
          where datname = current_database() and application_name = 'messox send apart' and wait_event_type = 'Lock'`
        ).length,
    )
    .toBeGreaterThan(0);

it('a channel that a transaction holds keeps nobody waiting in another', async () => {
  const [socket, theirs] = [await joined(ana), await joined(bruno)];
  const { letGo } = await hold(held);
  const stuck = socket.send(held, 'waits');
  await waiting();
  for (let turn = 0; turn < 3; turn += 1) expect((await socket.send(free, `${turn}`)).seq).toBeGreaterThan(0);
  await theirs.until('the last of the others', () => theirs.entries(free).find(({ text }) => text === '2'));
  expect(theirs.entries(held)).toEqual([]);
  await letGo();
  await stuck;
  await theirs.until('what waited', () => theirs.entries(held).find(({ text }) => text === 'waits'));
  await Promise.all([socket.close(), theirs.close()]);
});

it('what waits for a channel keeps its order, with what is sent to it meanwhile and afterwards', async () => {
  const [socket, theirs] = [await joined(ana), await joined(bruno)];
  const { letGo } = await hold(held);
  const sends = Array.from({ length: 400 }, (_, index) => socket.send(held, `a${index}`));
  await waiting();
  sends.push(...Array.from({ length: 300 }, (_, index) => socket.send(held, `b${index}`)));
  // Answered after those before it were read: they are in the queue.
  await socket.send(free, 'between');
  await letGo();
  sends.push(...Array.from({ length: 50 }, (_, index) => socket.send(held, `c${index}`)));
  const seqs = (await Promise.all(sends)).map(({ seq }) => seq as number);
  expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) + index));
  await theirs.until('all of them', () => theirs.entries(held).find(({ seq }) => seq === seqs.at(-1)));
  const texts = theirs.entries(held).map(({ text }) => text);
  expect(texts.slice(-750)).toEqual([
    ...Array.from({ length: 400 }, (_, index) => `a${index}`),
    ...Array.from({ length: 300 }, (_, index) => `b${index}`),
    ...Array.from({ length: 50 }, (_, index) => `c${index}`),
  ]);
  await Promise.all([socket.close(), theirs.close()]);
});

it('what waits is stored once when it is sent again meanwhile, and refused when the sender is taken out', async () => {
  const socket = await joined(bruno);
  const message = { channelId: held, clientId: randomUUID(), text: 'once' };
  const first = await hold(held);
  const [one, two] = [socket.ok('message.send', message), socket.ok('message.send', message)];
  await waiting();
  const three = socket.ok('message.send', message);
  await first.letGo();
  const replies = await Promise.all([one, two, three]);
  expect(new Set(replies.map(({ seq }) => seq)).size).toBe(1);
  expect(replies.filter(({ duplicate }) => duplicate)).toHaveLength(2);

  const second = await hold(held);
  const late = socket.request('message.send', { ...message, clientId: randomUUID() });
  await waiting();
  await second.sql`delete from members where channel_id = ${held} and user_id = ${bruno.id}`;
  await second.sql`update channels set members_version = members_version + 1 where id = ${held}`;
  await second.letGo();
  expect((await late).error?.code).toBe('channel_not_found');
  await socket.close();
});

it('what waits when its channel is deleted is refused', async () => {
  const socket = await joined(ana);
  const gone = await group();
  const { letGo, sql } = await hold(gone);
  const late = socket.request('message.send', { channelId: gone, clientId: randomUUID(), text: 'late' });
  await waiting();
  await sql`delete from channels where id = ${gone}`;
  await letGo();
  expect((await late).error?.code).toBe('channel_not_found');
  await socket.close();
});
