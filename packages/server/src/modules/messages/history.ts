import type { MessageEntry } from '@messox/protocol';
import { Fault, messageEntryOf, type MessageRow, type Sql } from '../../kernel/module.ts';

/** A message with the head of its channel; without the message where there is none. */
type PageRow = { head: number } & (MessageRow | { seq: null });

/** A page of a channel's messages with the channel's head. @throws Fault channel_not_found */
export const readHistory = async (
  sql: Sql,
  userId: number,
  channelId: number,
  { after, before, limit }: { before?: number | undefined; after?: number | undefined; limit: number },
): Promise<{ messages: MessageEntry[]; head: number }> => {
  // In one snapshot: the newest page reaches the head that is told with it.
  const rows =
    after === undefined
      ? await sql<PageRow[]>`
          select seat.head, page.*
          from (
            select c.head from members m join channels c on c.id = m.channel_id
            where m.channel_id = ${channelId} and m.user_id = ${userId}
          ) seat
          left join lateral (
            select * from messages where channel_id = ${channelId} and seq < ${before ?? Number.MAX_SAFE_INTEGER}
            order by seq desc limit ${limit}
          ) page on true`
      : await sql<PageRow[]>`
          select seat.head, page.*
          from (
            select c.head from members m join channels c on c.id = m.channel_id
            where m.channel_id = ${channelId} and m.user_id = ${userId}
          ) seat
          left join lateral (
            select * from messages where channel_id = ${channelId} and seq > ${after} order by seq limit ${limit}
          ) page on true`;
  const [first] = rows;
  if (!first) throw new Fault('channel_not_found');
  const found = rows.filter((row): row is PageRow & MessageRow => row.seq !== null).sort((a, b) => a.seq - b.seq);
  return { messages: found.map(messageEntryOf), head: first.head };
};
