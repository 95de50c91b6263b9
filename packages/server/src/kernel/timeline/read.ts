import type { Sql } from '../database/pool.ts';
import type { BusEntry } from '../../ports/bus.ts';
import { type EventRow, eventJson, messageJson, type MessageRow } from './entry-json.ts';

export interface Range {
  readonly channelId: number;
  /** Entries after this seq … */
  readonly after: number;
  /** … up to and with this one. */
  readonly upTo: number;
}

/** The entries of these ranges, by channel and seq. */
export const readEntries = async (sql: Sql, ranges: readonly Range[]): Promise<BusEntry[]> =>
  (await readRanges(sql, ranges)).flat();

/** The entries of each of these ranges in order of seq: two index scans a range, one round trip in all. */
export const readRanges = async (sql: Sql, ranges: readonly Range[]): Promise<BusEntry[][]> => {
  const entries = ranges.map((): BusEntry[] => []);
  if (ranges.length === 0) return entries;
  const channels = ranges.map(({ channelId }) => channelId);
  const afters = ranges.map(({ after }) => after);
  const upTos = ranges.map(({ upTo }) => upTo);
  const rows = await sql<(MessageRow & EventRow & { place: number })[]>`
    select r.place, e.*
    from unnest(${channels}::bigint[], ${afters}::bigint[], ${upTos}::bigint[]) with ordinality as r (id, after, up_to, place)
    cross join lateral (
      select channel_id, seq, 'message' as kind, sender_id, sent_at, client_id, text, reply_to, meta, edited_at, deleted_at,
        reactions, null::jsonb as body
      from messages where channel_id = r.id and seq > r.after and seq <= r.up_to
      union all
      select channel_id, seq, kind, sender_id, sent_at, null, null, null, null, null, null, null, body
      from channel_events where channel_id = r.id and seq > r.after and seq <= r.up_to
    ) e
    order by r.place, e.seq`;
  for (const row of rows) entries[row.place - 1]?.push(entryOf(row));
  return entries;
};

const entryOf = (row: MessageRow & EventRow): BusEntry => ({
  channelId: row.channel_id,
  seq: row.seq,
  kind: row.kind,
  json: (row.kind as string) === 'message' ? messageJson(row) : eventJson(row),
});

/** The newest seq of each of these channels. */
export const readHeads = async (sql: Sql, channelIds: readonly number[]): Promise<Map<number, number>> => {
  const rows = await sql<{ id: number; head: number }[]>`
    select id, head from channels where id = any (${channelIds as number[]}::bigint[])`;
  return new Map(rows.map(({ id, head }) => [id, head]));
};

export interface Membership {
  readonly channelId: number;
  readonly head: number;
  readonly kind: 'direct' | 'group' | 'self';
}

/** Every channel of each of these users with its head, in one snapshot. */
export const readMemberships = async (sql: Sql, userIds: readonly number[]): Promise<Membership[][]> => {
  const rows = await sql<(Membership & { userId: number })[]>`
    select m.user_id as "userId", c.id as "channelId", c.head, c.kind
    from members m join channels c on c.id = m.channel_id
    where m.user_id = any (${userIds as number[]}::bigint[])`;
  const byUser = new Map(userIds.map((userId): [number, Membership[]] => [userId, []]));
  for (const row of rows) byUser.get(row.userId)?.push(row);
  return userIds.map((userId) => byUser.get(userId) ?? []);
};

/** A page of messages as they now stand, as JSON texts in ascending seq. */
export const readPage = async (
  sql: Sql,
  { channelId, before, after, limit }: { channelId: number; before?: number; after?: number; limit: number },
): Promise<MessageRow[]> => {
  const rows =
    after === undefined
      ? await sql<MessageRow[]>`
          select * from messages where channel_id = ${channelId} and seq < ${before ?? Number.MAX_SAFE_INTEGER}
          order by seq desc limit ${limit}`
      : await sql<MessageRow[]>`
          select * from messages where channel_id = ${channelId} and seq > ${after} order by seq limit ${limit}`;
  return rows.sort((a, b) => a.seq - b.seq);
};
