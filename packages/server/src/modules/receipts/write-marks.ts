import type { ChannelKind } from '@messox/protocol';
import type { Sql } from '../../kernel/module.ts';

/** How far one member has read and received one channel. */
export interface Mark {
  readonly channelId: number;
  readonly userId: number;
  /** 0 where nothing is known. */
  readonly readSeq: number;
  readonly deliveredSeq: number;
}

/** A mark as it now stands. */
export interface WrittenMark extends Mark {
  readonly kind: ChannelKind;
  readonly memberCount: number;
  /** Whether the member may write in the channel; of one who may not, the others are told nothing. */
  readonly mayWrite: boolean;
  readonly readMoved: boolean;
  readonly moved: boolean;
}

/**
 * Moves many marks in one statement; those of users who are not members are left out of the answer. A mark never goes
 * back and never beyond the head, and what was read was received, too. Members are locked in one order, so that two
 * processes never wait for each other.
 */
export const writeMarks = (sql: Sql, marks: readonly Mark[]): Promise<WrittenMark[]> => sql<WrittenMark[]>`
  with incoming as materialized (
    select * from unnest(
      ${marks.map(({ channelId }) => channelId)}::bigint[], ${marks.map(({ userId }) => userId)}::bigint[],
      ${marks.map(({ readSeq }) => readSeq)}::bigint[], ${marks.map(({ deliveredSeq }) => deliveredSeq)}::bigint[]
    ) as i (channel_id, user_id, read_seq, delivered_seq)
  ), known as materialized (
    select m.channel_id, m.user_id, m.may_write, c.kind, c.member_count, m.read_seq as old_read, m.delivered_seq as old_delivered,
      greatest(m.read_seq, least(i.read_seq, c.head)) as read_seq,
      greatest(m.read_seq, m.delivered_seq, least(greatest(i.read_seq, i.delivered_seq), c.head)) as delivered_seq
    from incoming i
    join members m on m.channel_id = i.channel_id and m.user_id = i.user_id
    join channels c on c.id = m.channel_id
    order by m.channel_id, m.user_id
    for no key update of m
  ), moved as (
    update members m
    set read_seq = greatest(m.read_seq, k.read_seq), delivered_seq = greatest(m.delivered_seq, k.delivered_seq),
      marked_at = clock_timestamp()
    from known k
    where m.channel_id = k.channel_id and m.user_id = k.user_id
      and (k.read_seq > m.read_seq or k.delivered_seq > m.delivered_seq)
    returning m.channel_id, m.user_id, m.read_seq, m.delivered_seq
  )
  select k.channel_id as "channelId", k.user_id as "userId", k.kind, k.member_count as "memberCount",
    k.may_write as "mayWrite",
    coalesce(w.read_seq, k.read_seq) as "readSeq", coalesce(w.delivered_seq, k.delivered_seq) as "deliveredSeq",
    coalesce(w.read_seq > k.old_read, false) as "readMoved", w.user_id is not null as moved
  from known k left join moved w on w.channel_id = k.channel_id and w.user_id = k.user_id`;

/**
 * The marks of a channel whose members may write again, as if they had just moved: what moved meanwhile was told to
 * nobody but themselves.
 */
export const touchMarks = (sql: Sql, channelId: number): Promise<WrittenMark[]> => sql<WrittenMark[]>`
  with known as materialized (
    select channel_id, user_id from members where channel_id = ${channelId} and may_write
    order by user_id for no key update
  )
  update members m set marked_at = clock_timestamp()
  from known k, channels c
  where m.channel_id = k.channel_id and m.user_id = k.user_id and c.id = k.channel_id
  returning m.channel_id as "channelId", m.user_id as "userId", c.kind, c.member_count as "memberCount",
    m.may_write as "mayWrite", m.read_seq as "readSeq", m.delivered_seq as "deliveredSeq", true as "readMoved", true as moved`;
