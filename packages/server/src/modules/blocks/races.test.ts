import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/index.ts';

let server: TestServer;
let ana: TestUser;
let bruno: TestUser;
beforeAll(async () => {
  server = await startTestServer({ limits: { opsInFlight: 1_000 } });
});
afterAll(() => server.stop());
beforeEach(async () => {
  [ana, bruno] = [await server.user(), await server.user()];
});

const open = (by: TestUser, other: TestUser) =>
  by.call('POST', '/api/v1/channels', { kind: 'direct', userId: other.id });
const opened = async (): Promise<number> => ((await open(ana, bruno)).body as { id: number }).id;
const change = (method: 'PUT' | 'DELETE', by: TestUser, other: TestUser) =>
  by.call(method, `/api/v1/blocks/${other.id}`);
const block = (by: TestUser, other: TestUser) => change('PUT', by, other);

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

/** Resolves when so many statements wait for the lock of a row. */
const waiting = (count: number) =>
  expect
    .poll(
      async () =>
        (
          await server.sql`
          select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
        ).length,
    )
    .toBe(count);

const selfOf = async ({ id }: TestUser): Promise<number> => {
  const [row] = await server.sql<
    { id: string }[]
  >`select id from channels where low_user_id = ${id} and high_user_id = ${id}`;
  return Number(row?.id);
};

/** What the members of the direct channel may, as their rows say. */
const mayWrite = async (): Promise<boolean[]> => {
  const rows = await server.sql<{ may_write: boolean }[]>`
    select m.may_write from members m join channels c on c.id = m.channel_id
    where c.low_user_id = ${Math.min(ana.id, bruno.id)} and c.high_user_id = ${Math.max(ana.id, bruno.id)}`;
  return rows.map(({ may_write }) => may_write);
};

it('a send that read its channel before the block, and gets it afterwards, is refused', async () => {
  const channelId = await opened();
  const socket = await bruno.socket();
  await socket.hello({ token: bruno.accessToken });
  const { letGo } = await hold(channelId);
  const blocked = block(ana, bruno);
  await waiting(1);
  const late = socket.request('message.send', { channelId, clientId: randomUUID(), text: 'late' });
  await waiting(2);
  await letGo();
  expect((await blocked).status).toBe(204);
  expect((await late).error?.code).toBe('forbidden');
  await socket.close();
});

it('after the answer to a block nothing more is stored, in a flood of sends of both', async () => {
  const channelId = await opened();
  const sockets = await Promise.all([ana.socket(), bruno.socket()]);
  const [anas, brunos] = sockets;
  await anas.hello({ token: ana.accessToken });
  await brunos.hello({ token: bruno.accessToken });
  const say = () =>
    sockets.map((socket) => socket.request('message.send', { channelId, clientId: randomUUID(), text: 'flood' }));
  const headOf = async () => ((await ana.call('GET', `/api/v1/channels/${channelId}`)).body as { head: number }).head;
  const sends = Array.from({ length: 150 }, say).flat();
  await Promise.race(sends);
  const blocked = block(ana, bruno);
  const more = Array.from({ length: 150 }, say).flat();
  await blocked;
  const head = await headOf();
  const replies = await Promise.all([...sends, ...more, ...say()]);
  expect(await headOf()).toBe(head);
  expect(new Set(replies.filter(({ ok }) => !ok).map(({ error }) => error?.code))).toEqual(new Set(['forbidden']));
  // Two entries say who is in it.
  expect(replies.filter(({ ok }) => ok)).toHaveLength(head - 2);
  await Promise.all(sockets.map((socket) => socket.close()));
});

it('a direct channel that is opened while its user is being blocked is refused', async () => {
  const { letGo } = await hold(await selfOf(ana));
  const blocked = block(ana, bruno);
  await waiting(1);
  const late = open(bruno, ana);
  await waiting(2);
  await letGo();
  expect((await blocked).status).toBe(204);
  expect((await late).status).toBe(403);
  expect(await mayWrite()).toEqual([]);
});

it('a direct channel that is opened first is closed by the block that could not see it yet', async () => {
  const { letGo } = await hold(await selfOf(ana));
  const first = open(bruno, ana);
  await waiting(1);
  const blocked = block(ana, bruno);
  await waiting(2);
  await letGo();
  expect((await first).status).toBe(201);
  expect((await blocked).status).toBe(204);
  expect(await mayWrite()).toEqual([false, false]);
});

it('whatever the two do at once, they may write exactly while neither blocks the other', async () => {
  for (let turn = 0; turn < 15; turn += 1) {
    const answers = await Promise.all([
      change(turn % 3 === 0 ? 'DELETE' : 'PUT', ana, bruno),
      open(bruno, ana),
      change(turn % 2 === 0 ? 'DELETE' : 'PUT', bruno, ana),
      change('DELETE', ana, bruno),
      open(ana, bruno),
    ]);
    for (const { status } of answers) expect([200, 201, 204, 403]).toContain(status);
    const rows = await server.sql`select from blocks where user_id in (${ana.id}, ${bruno.id})`;
    for (const may of await mayWrite()) expect(may).toBe(rows.length === 0);
  }
});

it('a user who is removed meanwhile cannot be blocked, and takes the blocks along', async () => {
  const carla = await server.user();
  await block(carla, bruno);
  await block(bruno, carla);
  const self = await selfOf(bruno);
  const { letGo, sql } = await hold(self);
  const late = block(ana, bruno);
  await waiting(1);
  await sql`delete from channels where id = ${self}`;
  await sql`delete from users where id = ${bruno.id}`;
  await letGo();
  const { body, status } = await late;
  expect([status, (body as { code: string }).code]).toEqual([404, 'user_not_found']);
  expect(await server.sql`select from blocks where ${bruno.id} in (user_id, blocked_id)`).toHaveLength(0);
});
