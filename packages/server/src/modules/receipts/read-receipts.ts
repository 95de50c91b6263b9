import type { Receipt } from '@messox/protocol';
import type { Sql } from '../../kernel/module.ts';
import { marginMs } from './sweep.ts';

/** How far the members of a channel are, a page by user id; of one who may not write in it, only they themselves see it. */
export const listReceipts = (
  sql: Sql,
  channelId: number,
  readerId: number,
  { after, limit }: { after: number; limit: number },
): Promise<Receipt[]> => sql<Receipt[]>`
  select channel_id as "channelId", user_id as "userId", read_seq as "readSeq", delivered_seq as "deliveredSeq"
  from members where channel_id = ${channelId} and user_id > ${after} and (may_write or user_id = ${readerId}) order by user_id limit ${limit}`;

/**
 * The marks that moved since then: the user's own of all channels, and the other's of direct ones. `at` is a little
 * before now, so that a mark that is just being committed is in the next answer.
 */
export const findReceipts = async (
  sql: Sql,
  userId: number,
  since: string | undefined,
): Promise<{ receipts: Receipt[]; at: string }> => {
  const [clock] = await sql<{ at: Date }[]>`select clock_timestamp() - ${marginMs} * interval '1 ms' as at`;
  const receipts = await sql<Receipt[]>`
    select m.channel_id as "channelId", m.user_id as "userId", m.read_seq as "readSeq", m.delivered_seq as "deliveredSeq"
    from members own
    join channels c on c.id = own.channel_id
    join members m on m.channel_id = c.id and (m.user_id = own.user_id or (c.kind = 'direct' and m.may_write))
    where own.user_id = ${userId} and (${since ?? null}::timestamptz is null or m.marked_at > ${since ?? null}::timestamptz)
    order by m.channel_id, m.user_id`;
  return { receipts, at: (clock?.at ?? new Date(0)).toISOString() };
};
