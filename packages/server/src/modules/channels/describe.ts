import type { Channel, ChannelKind, MessageEntry, Receipt } from '@messox/protocol';
import { type Host, messageEntryOf, type MessageRow } from '../../kernel/module.ts';

interface ChannelRow {
  id: number;
  kind: ChannelKind;
  name: string | null;
  head: number;
  member_count: number;
  created_at: Date;
  active_at: Date;
  read_seq: number;
  delivered_seq: number;
  unread: number;
  receipts: Receipt[] | null;
  members: { id: number; username: string; displayName: string }[] | null;
  last: MessageRow | null;
}

/** `sent_at` and its like inside of a row that came as JSON are text. */
const lastMessage = (row: MessageRow): MessageEntry =>
  messageEntryOf({
    ...row,
    sent_at: new Date(row.sent_at),
    edited_at: row.edited_at && new Date(row.edited_at),
    deleted_at: row.deleted_at && new Date(row.deleted_at),
  });

const channelOf = (row: ChannelRow): Channel => ({
  id: row.id,
  kind: row.kind,
  ...(row.name === null ? {} : { name: row.name }),
  ...(row.members ? { members: row.members } : {}),
  memberCount: row.member_count,
  head: row.head,
  readSeq: row.read_seq,
  deliveredSeq: row.delivered_seq,
  unreadCount: row.unread,
  ...(row.receipts ? { receipts: row.receipts } : {}),
  ...(row.last ? { lastMessage: lastMessage(row.last) } : {}),
  createdAt: row.created_at.toISOString(),
  activeAt: row.active_at.toISOString(),
});

/** These channels as `userId` sees them; those that the user is not in are left out. The order is that of the ids given. */
export const describeChannels = async (
  { limits, sql }: Pick<Host, 'sql' | 'limits'>,
  userId: number,
  channelIds: readonly number[],
): Promise<Map<number, Channel>> => {
  const rows = await sql<ChannelRow[]>`
    select c.id, c.kind, c.name, c.head, c.member_count, c.created_at, c.active_at, m.read_seq, m.delivered_seq,
      unread_count(c.id, m.read_seq, m.user_id, ${limits.unreadMax}, ${limits.unreadScan}) as unread,
      case when c.kind = 'direct' then (
        select jsonb_agg(jsonb_build_object(
          'channelId', r.channel_id, 'userId', r.user_id, 'readSeq', r.read_seq, 'deliveredSeq', r.delivered_seq
        ) order by r.user_id)
        from members r where r.channel_id = c.id and (r.may_write or r.user_id = m.user_id)
      ) end as receipts,
      case when c.kind <> 'group' then (
        select jsonb_agg(jsonb_build_object('id', u.id, 'username', u.username, 'displayName', u.display_name) order by u.id)
        from users u where u.id in (c.low_user_id, c.high_user_id)
      ) end as members,
      (select to_jsonb(l) from (select * from messages where channel_id = c.id order by seq desc limit 1) l) as last
    from unnest(${channelIds as number[]}::bigint[]) with ordinality as wanted (id, place)
    join channels c on c.id = wanted.id
    join members m on m.channel_id = c.id and m.user_id = ${userId}
    order by wanted.place`;
  return new Map(rows.map((row) => [row.id, channelOf(row)]));
};
