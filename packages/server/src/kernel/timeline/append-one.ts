import type { Sql } from '../database/pool.ts';
import type { AppendRow, NewMessage } from './append.ts';

/** The channel as locked must have the members that the statement's snapshot shows; else nothing is done. */
const form = `
with locked as materialized (
  select id, members_version from channels where id = $1 for no key update skip locked
), advanced as (
  update channels c set head = c.head + 1, active_at = clock_timestamp()
  from locked l, channels s, members m
  where c.id = l.id and s.id = $1 and s.members_version = l.members_version and m.channel_id = $1 and m.user_id = $2
    and m.may_write
    and ($5::bigint is null or exists (select from messages r where r.channel_id = $1 and r.seq = $5))
  returning c.head
)
insert into messages (channel_id, seq, sender_id, client_id, sent_at, text, reply_to, meta)
select $1, head, $2, $3, date_trunc('milliseconds', clock_timestamp()), $4, $5, $6::text::jsonb from advanced
returning seq, sent_at`;

/**
 * Stores one message where nothing stands in its way: what a server with little to do does all the time, for about six
 * tenths of what the form for many costs. Undefined when anything does, and that form says what.
 */
export const appendOne = async (
  sql: Sql,
  { channelId, clientId, meta, replyTo, senderId, text }: NewMessage,
): Promise<AppendRow | undefined> => {
  const values = [channelId, senderId, clientId, text, replyTo, meta && JSON.stringify(meta)] as never[];
  const [row] = await sql.unsafe<{ seq: number; sent_at: Date }[]>(form, values, { prepare: true });
  return row && { ord: 0, member: true, may_write: true, reply_ok: true, busy: false, ...row };
};
