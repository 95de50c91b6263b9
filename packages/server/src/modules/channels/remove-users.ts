import type { ChannelKind } from '@messox/protocol';
import { type Change, commitChange, leaveChannel, type NewEvent, type Sql } from '../../kernel/module.ts';
import { endSessionsWithin, verifyPrefix } from '../accounts/index.ts';
import { passOn } from './members.ts';

/** A channel of somebody who goes, with somebody who stays. */
interface Shared {
  readonly id: number;
  readonly kind: ChannelKind;
  readonly other_id: number;
  /** The other's channel of kind `self`. */
  readonly self_id: number;
}

const readShared = ({ sql }: Change, userIds: readonly number[]): Promise<Shared[]> =>
  sql<Shared[]>`
    select c.id, c.kind, o.user_id as other_id, s.id as self_id
    from channels c join members o on o.channel_id = c.id
    join channels s on s.low_user_id = o.user_id and s.high_user_id = o.user_id
    where c.id in (select channel_id from members where user_id = any (${userIds as number[]}::bigint[]))
      and o.user_id <> all (${userIds as number[]}::bigint[])`;

/** Takes these users out of a group of others, where what they wrote keeps its place. */
const leaveGroup = async ({ record, sql }: Change, channelId: number, userIds: readonly number[]): Promise<void> => {
  const members = await sql<{ user_id: number; role: string }[]>`
    select user_id, role from members where channel_id = ${channelId} and user_id = any (${userIds as number[]}::bigint[])
    order by role = 'owner', user_id`;
  for (const { role, user_id: userId } of members) {
    await leaveChannel(sql, channelId, userId);
    const newOwnerId = role === 'owner' ? await passOn(sql, channelId) : undefined;
    const body = { userId, ...(newOwnerId === undefined ? {} : { newOwnerId }) };
    await record({ channelId, kind: 'member.left', senderId: userId, body });
  }
};

/**
 * Removes accounts with their sessions, their channels of kind `self`, their direct channels, and groups that nobody
 * else is in. Who had a direct channel with one of them is told that it is gone. Gateways find the entries when they next
 * compare heads: this runs beside the server.
 */
const removeUsers = async (sql: Sql, userIds: readonly number[]): Promise<void> => {
  await commitChange(sql, async (change) => {
    const { lock, recordAll, sql: transaction } = change;
    const theirs = await transaction<{ channel_id: number }[]>`
      select distinct channel_id from members where user_id = any (${userIds as number[]}::bigint[])`;
    const known = await readShared(change, userIds);
    await lock([...new Set([...theirs.map((row) => row.channel_id), ...known.map((row) => row.self_id)])]);
    for (const userId of userIds) await endSessionsWithin(transaction, { userId });
    const shared = await readShared(change, userIds);
    const groups = new Set(shared.filter(({ kind }) => kind === 'group').map(({ id }) => id));
    for (const channelId of groups) await leaveGroup(change, channelId, userIds);
    const senderId = userIds[0] ?? 0;
    await recordAll(
      shared
        .filter(({ id }) => !groups.has(id))
        .map(({ id, self_id }): NewEvent => {
          return { channelId: self_id, kind: 'channel.left', senderId, body: { leftChannelId: id } };
        }),
    );
    const gone = theirs.map((row) => row.channel_id).filter((id) => !groups.has(id));
    await transaction`delete from messages where channel_id = any (${gone}::bigint[])`;
    await transaction`delete from channel_events where channel_id = any (${gone}::bigint[])`;
    await transaction`delete from channels where id = any (${gone}::bigint[])`;
    await transaction`delete from users where id = any (${userIds as number[]}::bigint[])`;
  });
};

/** Removes the accounts that `messox verify` made, those of an earlier run too, with all that they wrote. Returns how many there were. */
export const removeVerifyUsers = async (sql: Sql): Promise<number> => {
  const rows = await sql<{ id: number }[]>`
    select id from users where username_key like ${`${verifyPrefix}%`} order by id`;
  if (rows.length > 0)
    await removeUsers(
      sql,
      rows.map(({ id }) => id),
    );
  return rows.length;
};
