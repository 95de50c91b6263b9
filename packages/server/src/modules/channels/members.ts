import type { ChannelKind, Role, User } from '@messox/protocol';
import { Fault, type Host, leaveChannel, type Sql, type Transaction } from '../../kernel/module.ts';
import { refuseBlocked } from '../blocks/index.ts';
import { checkRoom, recordJoins, selfChannels } from './open.ts';

/** What a member is in a channel. */
export interface Standing {
  readonly role: Role;
  readonly kind: ChannelKind;
  readonly mayWrite: boolean;
  /** The channel's newest seq. */
  readonly head: number;
}

const findRole = async (sql: Sql | Transaction, channelId: number, userId: number): Promise<Standing | undefined> => {
  const [row] = await sql<Standing[]>`
    select m.role, m.may_write as "mayWrite", c.kind, c.head from members m join channels c on c.id = m.channel_id
    where m.channel_id = ${channelId} and m.user_id = ${userId}`;
  return row;
};

/** The user's role in a channel. @throws Fault channel_not_found for one who is not in it */
export const roleIn = async (sql: Sql | Transaction, channelId: number, userId: number): Promise<Standing> => {
  const standing = await findRole(sql, channelId, userId);
  if (!standing) throw new Fault('channel_not_found');
  return standing;
};

/** @throws Fault channel_not_found, or forbidden for one who does not govern the group */
export const mustGovern = async (sql: Sql | Transaction, channelId: number, userId: number): Promise<void> => {
  const { kind, role } = await roleIn(sql, channelId, userId);
  if (kind !== 'group' || role === 'member') throw new Fault('forbidden');
};

export const listMembers = async (
  sql: Sql,
  channelId: number,
  { after, limit }: { after: number; limit: number },
): Promise<(User & { role: Role })[]> => {
  const rows = await sql<{ id: number; username: string; display_name: string; role: Role }[]>`
    select u.id, u.username, u.display_name, m.role from members m join users u on u.id = m.user_id
    where m.channel_id = ${channelId} and m.user_id > ${after} order by m.user_id limit ${limit}`;
  return rows.map(({ display_name, id, role, username }) => ({ id, username, displayName: display_name, role }));
};

type Kernel = Pick<Host, 'timeline' | 'limits'>;

/** @throws Fault channel_not_found, forbidden, user_not_found, group_full, too_many_channels */
export const addMembers = (
  { limits, timeline }: Kernel,
  channelId: number,
  userId: number,
  userIds: readonly number[],
): Promise<void> =>
  timeline.change(async (change) => {
    const { lock, sql } = change;
    // Who may not do this learns nothing of users; asked again, since the role may have gone until the lock.
    await mustGovern(sql, channelId, userId);
    const selves = await selfChannels(sql, [...new Set(userIds)]);
    await lock([channelId, ...selves.values()]);
    await mustGovern(sql, channelId, userId);
    const inside = await sql<{ user_id: number }[]>`
      select user_id from members where channel_id = ${channelId} and user_id = any (${userIds as number[]}::bigint[])`;
    const fresh = [...selves.keys()].filter((id) => !inside.some((row) => row.user_id === id));
    await refuseBlocked(sql, userId, fresh);
    const [channel] = await sql<{ member_count: number }[]>`select member_count from channels where id = ${channelId}`;
    if ((channel?.member_count ?? 0) + fresh.length > limits.groupMembers)
      throw new Fault('group_full', { groupMembers: limits.groupMembers });
    await checkRoom(sql, fresh, limits.channelsPerUser);
    const members = fresh.map((id) => ({ userId: id, role: 'member' as const }));
    await recordJoins(change, channelId, userId, members, selves);
  });

/** Leaves a group, or takes somebody out of it. @throws Fault channel_not_found, forbidden, user_not_found */
export const removeMember = (
  { timeline }: Kernel,
  channelId: number,
  userId: number,
  leaverId: number,
): Promise<void> =>
  timeline.change(async ({ lock, record, sql }) => {
    const [self] = await sql<{ id: number }[]>`
      select id from channels where low_user_id = ${leaverId} and high_user_id = ${leaverId}`;
    await lock(self ? [channelId, self.id] : [channelId]);
    const { kind, role } = await roleIn(sql, channelId, userId);
    if (kind !== 'group') throw new Fault('forbidden');
    if (leaverId !== userId) {
      if (role === 'member') throw new Fault('forbidden');
      const leaver = await findRole(sql, channelId, leaverId);
      if (!leaver) throw new Fault('user_not_found');
      if (leaver.role === 'owner' || (leaver.role === 'admin' && role !== 'owner')) throw new Fault('forbidden');
    }
    await leaveChannel(sql, channelId, leaverId);
    const newOwnerId = leaverId === userId && role === 'owner' ? await passOn(sql, channelId) : undefined;
    const body = { userId: leaverId, ...(newOwnerId === undefined ? {} : { newOwnerId }) };
    await record({ channelId, kind: 'member.left', senderId: userId, body });
    if (self)
      await record({ channelId: self.id, kind: 'channel.left', senderId: userId, body: { leftChannelId: channelId } });
  });

/** A group whose owner left belongs to an admin of it, or else to whoever has been in it longest: to this user now. */
export const passOn = async (sql: Transaction, channelId: number): Promise<number | undefined> => {
  const [heir] = await sql<{ user_id: number }[]>`
    update members set role = 'owner' where channel_id = ${channelId} and user_id = (
      select user_id from members where channel_id = ${channelId}
      order by role = 'admin' desc, joined_at, user_id limit 1
    ) returning user_id`;
  return heir?.user_id;
};
