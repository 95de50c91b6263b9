import type { ChannelKind, Role } from '@messox/protocol';
import type { Transaction } from '../database/pool.ts';

export interface NewChannel {
  readonly kind: ChannelKind;
  /** Of a group. */
  readonly name?: string;
  /** Both users of a direct channel; the owner of a channel of kind self twice. */
  readonly pair?: readonly [number, number];
}

/** Makes an empty channel without members. Of a pair that has one already, undefined. */
export const createChannel = async (
  sql: Transaction,
  { kind, name, pair }: NewChannel,
): Promise<number | undefined> => {
  const [low, high] = pair ? [Math.min(...pair), Math.max(...pair)] : [null, null];
  const [row] = await sql<{ id: number }[]>`
    insert into channels (kind, name, low_user_id, high_user_id)
    values (${kind}, ${name ?? null}, ${low}, ${high})
    on conflict (low_user_id, high_user_id) where low_user_id is not null do nothing
    returning id`;
  return row?.id;
};

/**
 * Makes users members of a (locked or new) channel; returns those who were not. What was said before they came is
 * nothing that they have not read yet.
 */
export const joinChannel = async (
  sql: Transaction,
  channelId: number,
  members: readonly { readonly userId: number; readonly role: Role }[],
): Promise<number[]> => {
  const rows = await sql<{ user_id: number }[]>`
    insert into members (channel_id, user_id, role, read_seq, delivered_seq)
    select c.id, u, r, c.head, c.head
    from channels c, unnest(${members.map(({ userId }) => userId)}::bigint[], ${members.map(({ role }) => role)}::text[]) as m (u, r)
    where c.id = ${channelId}
    on conflict do nothing
    returning user_id`;
  await countMembers(sql, channelId, rows.length);
  return rows.map(({ user_id }) => user_id).sort((a, b) => a - b);
};

/** Ends a membership of a (locked) channel; false when there was none. */
export const leaveChannel = async (sql: Transaction, channelId: number, userId: number): Promise<boolean> => {
  const rows = await sql`delete from members where channel_id = ${channelId} and user_id = ${userId} returning 1`;
  await countMembers(sql, channelId, -rows.length);
  return rows.length > 0;
};

/**
 * Lets all members of a (locked) channel write in it, or none. It is in the rows that a send reads, and the version makes
 * batches that read them before this change read them again.
 */
export const letWrite = async (sql: Transaction, channelId: number, mayWrite: boolean): Promise<void> => {
  // In the order in which others lock members.
  const rows = await sql`
    with changing as materialized (
      select channel_id, user_id from members where channel_id = ${channelId} and may_write <> ${mayWrite}
      order by user_id for no key update
    )
    update members m set may_write = ${mayWrite}
    from changing c where m.channel_id = c.channel_id and m.user_id = c.user_id returning 1`;
  if (rows.length > 0) await sql`update channels set members_version = members_version + 1 where id = ${channelId}`;
};

/** The version makes batches that read the members before this change read them again. */
const countMembers = async (sql: Transaction, channelId: number, change: number): Promise<void> => {
  if (change !== 0)
    await sql`
      update channels set member_count = member_count + ${change}, members_version = members_version + 1
      where id = ${channelId}`;
};
