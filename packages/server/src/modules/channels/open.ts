import type { Role } from '@messox/protocol';
import {
  type Change,
  createChannel,
  Fault,
  type Host,
  joinChannel,
  type NewEvent,
  type Transaction,
} from '../../kernel/module.ts';
import { refuseBlocked } from '../blocks/index.ts';

/** The channel of kind `self` of each user. @throws Fault user_not_found when one has none or is disabled */
export const selfChannels = async (sql: Transaction, userIds: readonly number[]): Promise<Map<number, number>> => {
  const rows = await sql<{ id: number; user_id: number }[]>`
    select c.id, u.id as user_id
    from users u join channels c on c.low_user_id = u.id and c.high_user_id = u.id
    where u.id = any (${userIds as number[]}::bigint[]) and u.disabled_at is null`;
  const found = new Map(rows.map((row) => [row.user_id, row.id]));
  const missing = userIds.filter((userId) => !found.has(userId));
  if (missing.length > 0) throw new Fault('user_not_found', { userIds: missing });
  return found;
};

/** While the users' channels of kind `self` are locked, so that nobody joins another. @throws Fault too_many_channels naming who is in too many */
export const checkRoom = async (
  sql: Transaction,
  userIds: readonly number[],
  channelsPerUser: number,
): Promise<void> => {
  const full = await sql<{ user_id: number }[]>`
    select user_id from members where user_id = any (${userIds as number[]}::bigint[])
    group by user_id having count(*) >= ${channelsPerUser}`;
  if (full.length > 0) throw new Fault('too_many_channels', { userIds: full.map(({ user_id }) => user_id) });
};

/**
 * Makes users members, as an entry of the channel and one of each user's own timeline: so every device of theirs hears
 * of it, now or on coming back. The channel and the users' channels of kind `self` are locked.
 */
export const recordJoins = async (
  { recordAll, sql }: Change,
  channelId: number,
  senderId: number,
  members: readonly { readonly userId: number; readonly role: Role }[],
  selves: ReadonlyMap<number, number>,
): Promise<void> => {
  const joined = new Set(await joinChannel(sql, channelId, members));
  const events = members.flatMap(({ role, userId }): NewEvent[] => {
    const selfId = selves.get(userId);
    if (!joined.has(userId) || selfId === undefined) return [];
    return [
      { channelId, kind: 'member.joined', senderId, body: { userId, role } },
      { channelId: selfId, kind: 'channel.joined', senderId, body: { joinedChannelId: channelId } },
    ];
  });
  await recordAll(events);
};

/**
 * The direct channel of two users; `isNew` when this call made it. The pair has one, whoever asks and however often.
 *
 * @throws Fault invalid_request (oneself), user_not_found, forbidden
 */
export const openDirect = async (
  { timeline }: Pick<Host, 'timeline'>,
  userId: number,
  otherId: number,
): Promise<{ channelId: number; isNew: boolean }> => {
  if (userId === otherId)
    throw new Fault('invalid_request', {
      fields: [{ path: 'userId', problem: 'This is yourself: your own channel is of kind self.' }],
    });
  return timeline.change(async (change) => {
    const { lock, sql } = change;
    const pair = [userId, otherId] as const;
    const [low, high] = [Math.min(...pair), Math.max(...pair)];
    const find = async () => {
      const [row] = await sql<
        { id: number }[]
      >`select id from channels where low_user_id = ${low} and high_user_id = ${high}`;
      return row?.id;
    };
    const existing = await find();
    if (existing !== undefined) return { channelId: existing, isNew: false };
    const selves = await selfChannels(sql, pair);
    await lock([...selves.values()]);
    await refuseBlocked(sql, userId, [otherId]);
    const made = await createChannel(sql, { kind: 'direct', pair });
    if (made === undefined) {
      const theirs = await find();
      if (theirs === undefined) throw new Error('A direct channel exists and cannot be found');
      return { channelId: theirs, isNew: false };
    }
    const members = pair.map((id) => ({ userId: id, role: 'member' as const }));
    await recordJoins(change, made, userId, members, selves);
    return { channelId: made, isNew: true };
  });
};

/** @throws Fault user_not_found, forbidden, group_full, too_many_channels */
export const openGroup = (
  { limits, timeline }: Pick<Host, 'timeline' | 'limits'>,
  userId: number,
  name: string,
  memberIds: readonly number[],
): Promise<number> =>
  timeline.change(async (change) => {
    const { lock, sql } = change;
    const others = [...new Set(memberIds)].filter((id) => id !== userId);
    if (others.length + 1 > limits.groupMembers) throw new Fault('group_full', { groupMembers: limits.groupMembers });
    const everyone = [userId, ...others];
    const selves = await selfChannels(sql, everyone);
    await lock([...selves.values()]);
    await refuseBlocked(sql, userId, others);
    await checkRoom(sql, everyone, limits.channelsPerUser);
    const channelId = await createChannel(sql, { kind: 'group', name });
    if (channelId === undefined) throw new Error('The new group was not returned');
    const members = everyone.map((id) => ({
      userId: id,
      role: id === userId ? ('owner' as const) : ('member' as const),
    }));
    await recordJoins(change, channelId, userId, members, selves);
    return channelId;
  });
