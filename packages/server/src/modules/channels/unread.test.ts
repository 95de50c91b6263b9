import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer, type TestUser } from '../../testing/index.ts';

const unreadMax = 3;
const unreadScan = 60;

let server: TestServer;
let people: TestUser[];
beforeAll(async () => {
  server = await startTestServer({ limits: { unreadMax, unreadScan } });
  people = await Promise.all(['ana', 'bruno', 'carla'].map((name) => server.user(name)));
});
afterAll(() => server.stop());

const api = async (user: TestUser, method: string, path: string, body?: unknown) =>
  (await user.call(method, `/api/v1${path}`, body)).body as Record<string, unknown> | undefined;

interface Step {
  what: 'send' | 'delete' | 'edit' | 'react' | 'leave' | 'join' | 'mark' | 'mark to the end';
  who: number;
  /** Which of the messages or entries, as a part of all. */
  where: number;
}

const steps = fc.array(
  fc.record<Step>({
    what: fc.constantFrom(
      'send',
      'send',
      'send',
      'delete',
      'edit',
      'react',
      'leave',
      'join',
      'mark',
      'mark to the end',
    ),
    who: fc.nat(2),
    where: fc.double({ min: 0, max: 0.999, noNaN: true }),
  }),
  { minLength: 5, maxLength: 40 },
);

/** What has happened in a group, counted in the simplest way. */
class Naive {
  readonly messages: { seq: number; sender: number; deleted: boolean }[] = [];
  /** Member to mark. */
  readonly marks = new Map<number, number>();

  unread(who: number): number {
    const own = this.messages.filter(({ sender }) => sender === who).map(({ seq }) => seq);
    const from = Math.max(this.marks.get(who) ?? 0, ...own);
    const those = this.messages.filter((it) => it.seq > from && it.sender !== who && !it.deleted);
    return Math.min(unreadMax, those.length);
  }
}

it('unread counts are what counting one by one gives, whatever happens in a group', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (those) => {
      const [ana] = people;
      if (!ana) throw new Error('Nobody is there');
      const memberIds = people.slice(1).map(({ id }) => id);
      const group = await api(ana, 'POST', '/channels', { kind: 'group', name: 'g', memberIds });
      const path = `/channels/${String(group?.id)}`;
      const naive = new Naive();
      for (const who of people.keys()) naive.marks.set(who, 0);
      const sockets = await Promise.all(
        people.map(async (user) => {
          const socket = await user.socket();
          await socket.hello({ token: user.accessToken });
          return socket;
        }),
      );
      const headNow = async () => (await api(ana, 'GET', path))?.head as number;
      for (const { what, where, who } of those) {
        const [user, socket] = [people[who], sockets[who]];
        const chosen = naive.messages[Math.floor(where * naive.messages.length)];
        if (!user || !socket) continue;
        if (what === 'join') {
          // Ana, who owns the group, stays in it.
          if (naive.marks.has(who)) continue;
          naive.marks.set(who, await headNow());
          await api(ana, 'POST', `${path}/members`, { userIds: [user.id] });
        } else if (!naive.marks.has(who)) continue;
        else if (what === 'leave') {
          if (user === ana) continue;
          await api(user, 'DELETE', `${path}/members/${user.id}`);
          naive.marks.delete(who);
        } else if (what === 'send') {
          const sent = await api(user, 'POST', `${path}/messages`, { clientId: crypto.randomUUID(), text: 'x' });
          naive.messages.push({ seq: sent?.seq as number, sender: who, deleted: false });
        } else if (what.startsWith('mark')) {
          const head = await headNow();
          const seq = what === 'mark' ? Math.max(1, Math.ceil(where * head)) : head;
          await socket.ok('read.mark', { channelId: group?.id, seq });
          naive.marks.set(who, Math.max(naive.marks.get(who) ?? 0, seq));
        } else if (chosen && what === 'delete') {
          await api(people[chosen.sender] ?? ana, 'DELETE', `${path}/messages/${chosen.seq}`);
          // Who has left can delete nothing.
          if (naive.marks.has(chosen.sender)) chosen.deleted = true;
        } else if (chosen && what === 'edit')
          await api(people[chosen.sender] ?? ana, 'PATCH', `${path}/messages/${chosen.seq}`, { text: `y${where}` });
        else if (chosen) await socket.request('reaction.add', { channelId: group?.id, seq: chosen.seq, emoji: '👍' });
      }
      for (const [who, user] of people.entries()) {
        if (!naive.marks.has(who)) continue;
        const channel = await api(user, 'GET', path);
        expect([user.username, channel?.unreadCount]).toEqual([user.username, naive.unread(who)]);
        const listed = (await api(user, 'GET', '/channels?limit=100'))?.channels as Record<string, unknown>[];
        // What the sockets have received is noted a moment later.
        const deliveredSeq = expect.any(Number) as number;
        expect(listed.find(({ id }) => id === group?.id)).toEqual({ ...channel, deliveredSeq });
      }
      await Promise.all(sockets.map((socket) => socket.close()));
    }),
    { numRuns: 20, interruptAfterTimeLimit: 90_000 },
  );
}, 120_000);

it('counting looks at no more messages than a limit says, however long the history is and whatever it holds', async () => {
  const [ana, bruno] = people;
  if (!ana || !bruno) throw new Error('Nobody is there');
  const group = await api(ana, 'POST', '/channels', { kind: 'group', name: 'long', memberIds: [bruno.id] });
  const channelId = group?.id as number;
  // All deleted but the oldest ones: nothing ends the search early.
  await server.sql`
    insert into messages (channel_id, seq, sender_id, client_id, sent_at, text, deleted_at)
    select ${channelId}, n, ${ana.id}, gen_random_uuid(), now(), '', case when n > 30 then now() end
    from generate_series(10, 5000) n`;
  await server.sql`update channels set head = 5000 where id = ${channelId}`;
  await server.sql`analyze messages`;
  const read = await server.sql.begin(async (sql) => {
    const count = async () => {
      const [row] = await sql<{ read: string }[]>`
        select seq_tup_read + idx_tup_fetch as read from pg_stat_xact_user_tables where relname = 'messages'`;
      return Number(row?.read);
    };
    const before = await count();
    await sql`select unread_count(${channelId}, 0, ${bruno.id}, ${unreadMax}, ${unreadScan})`;
    return (await count()) - before;
  });
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThanOrEqual(unreadScan);
  expect(await api(bruno, 'GET', `/channels/${channelId}`)).toMatchObject({ unreadCount: 0 });
});
