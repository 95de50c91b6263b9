import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defaultLimits } from '@messox/protocol';
import { silentLog } from '../../kernel/log.ts';
import { openPool, type Sql } from '../../kernel/module.ts';
import { startTestServer, type TestServer } from '../../testing/index.ts';
import { Marks } from './marks.ts';
import type { WrittenMark } from './write-marks.ts';

const head = 40;

let server: TestServer;
let sql: Sql;
/** Counts the statements that write marks. */
let statements = 0;
beforeAll(async () => {
  server = await startTestServer();
  const pool = openPool(server.database.connection, { connections: 4, name: 'test of marks' });
  sql = new Proxy(pool, {
    apply: (target, self, values) => {
      statements += 1;
      return Reflect.apply(target, self, values) as unknown;
    },
  });
});
afterAll(async () => {
  await sql.end();
  await server.stop();
});

let nextUser = 1_000;

/** A channel with a head and two members. */
const makeChannel = async () => {
  const users = [(nextUser += 1), (nextUser += 1)];
  const [channel] = await server.sql<{ id: string }[]>`
    insert into channels (kind, name, head, member_count) values ('group', 'g', ${head}, 2) returning id`;
  const id = Number(channel?.id);
  for (const user of users) await server.sql`insert into members (channel_id, user_id) values (${id}, ${user})`;
  return { id, users };
};

const marksWith = (onMoved: (moved: readonly WrittenMark[]) => void, marksMs = 1): Marks =>
  new Marks({ sql, log: silentLog(), limits: { ...defaultLimits, marksMs, marksBatch: 7 }, onMoved });

interface Step {
  who: number;
  what: 'read' | 'delivered';
  seq: number;
  process: number;
}

const steps = fc.array(
  fc.record<Step>({
    who: fc.nat(1),
    what: fc.constantFrom('read', 'delivered'),
    seq: fc.integer({ min: 1, max: head + 5 }),
    process: fc.nat(1),
  }),
  { maxLength: 40 },
);

it('marks of two processes only go forward, and end at the furthest that was said and exists', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (those) => {
      const { id, users } = await makeChannel();
      const goingForward = () => {
        const seen = new Map<number, WrittenMark>();
        return (moved: readonly WrittenMark[]): void => {
          for (const mark of moved) {
            const { deliveredSeq = 0, readSeq = 0 } = seen.get(mark.userId) ?? {};
            expect(mark.readSeq).toBeGreaterThanOrEqual(readSeq);
            expect(mark.deliveredSeq).toBeGreaterThanOrEqual(Math.max(deliveredSeq, mark.readSeq));
            expect(mark.readSeq + mark.deliveredSeq).toBeGreaterThan(readSeq + deliveredSeq);
            seen.set(mark.userId, mark);
          }
        };
      };
      const processes = [marksWith(goingForward()), marksWith(goingForward())];
      await Promise.all(
        those.map(async ({ process, seq, what, who }) => {
          const [marks, userId = 0] = [processes[process], users[who]];
          if (what === 'read') await marks?.read(id, userId, seq);
          else marks?.delivered(id, userId, seq);
        }),
      );
      await Promise.all(processes.map((marks) => marks.stop(10_000)));
      const furthest = (who: number, whats: readonly string[]) =>
        Math.min(
          head,
          Math.max(0, ...those.filter((it) => it.who === who && whats.includes(it.what)).map(({ seq }) => seq)),
        );
      const rows = await server.sql<{ read_seq: string; delivered_seq: string }[]>`
        select read_seq, delivered_seq from members where channel_id = ${id} order by user_id`;
      expect(rows.map((row) => [Number(row.read_seq), Number(row.delivered_seq)])).toEqual(
        [0, 1].map((who) => [furthest(who, ['read']), furthest(who, ['read', 'delivered'])]),
      );
    }),
    { numRuns: 40 },
  );
});

it('a thousand marks of one moment are a few statements, and those of one member are one row', async () => {
  const { id, users } = await makeChannel();
  const moved: WrittenMark[] = [];
  const marks = marksWith((those) => void moved.push(...those));
  statements = 0;
  await Promise.all(
    Array.from({ length: 1_000 }, (_, index) => marks.read(id, users[index % 2] ?? 0, (index % head) + 1)),
  );
  expect(statements).toBeLessThanOrEqual(2);
  expect(moved.map(({ readSeq, userId }) => [userId, readSeq])).toEqual(
    users.map((userId) => [userId, userId === users[0] ? head - 1 : head]),
  );
  await marks.stop(1_000);
});

it('a mark of one who is not a member is refused, and holds nobody up', async () => {
  const { id, users } = await makeChannel();
  const marks = marksWith(() => undefined);
  const outcomes = await Promise.allSettled([
    marks.read(id, 1, 5),
    marks.read(id, users[0] ?? 0, 5),
    marks.read(999_999, 1, 1),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
  await marks.stop(1_000);
});
