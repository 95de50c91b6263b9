import type { MessageEntry, Role } from '@messox/protocol';
import { type Change, Fault, type Host, messageEntryOf, type MessageRow } from '../../kernel/module.ts';

/** A message of a locked channel, with the role of the user who wants to change it. */
interface Target {
  readonly row: MessageRow;
  readonly role: Role;
  readonly isGroup: boolean;
  readonly mayWrite: boolean;
}

/** What a change did: the message as it now stands, and the seq of the change (of the message where nothing changed). */
export interface Changed {
  readonly message: MessageEntry;
  readonly seq: number;
}

type Kernel = Pick<Host, 'timeline' | 'limits'>;

interface Place {
  readonly channelId: number;
  readonly seq: number;
}

/** @throws Fault channel_not_found, message_not_found */
const target = async ({ lock, sql }: Change, { channelId, seq }: Place, userId: number): Promise<Target> => {
  // Who is not in the channel does not get to lock it.
  const [inside] = await sql`select from members where channel_id = ${channelId} and user_id = ${userId}`;
  if (!inside) throw new Fault('channel_not_found');
  await lock([channelId]);
  const [member] = await sql<{ role: Role; may_write: boolean; is_group: boolean }[]>`
    select m.role, m.may_write, c.kind = 'group' as is_group from members m join channels c on c.id = m.channel_id
    where m.channel_id = ${channelId} and m.user_id = ${userId}`;
  if (!member) throw new Fault('channel_not_found');
  const [row] = await sql<MessageRow[]>`select * from messages where channel_id = ${channelId} and seq = ${seq}`;
  if (!row) throw new Fault('message_not_found');
  return { row, role: member.role, isGroup: member.is_group, mayWrite: member.may_write };
};

const unchanged = (row: MessageRow): Changed => ({ message: messageEntryOf(row), seq: row.seq });

/** @throws Fault channel_not_found, message_not_found, message_deleted, forbidden */
export const editMessage = ({ timeline }: Kernel, userId: number, place: Place, text: string): Promise<Changed> =>
  timeline.change(async (change) => {
    const { mayWrite, row } = await target(change, place, userId);
    if (row.sender_id !== userId || !mayWrite) throw new Fault('forbidden');
    if (row.deleted_at) throw new Fault('message_deleted');
    if (row.text === text) return unchanged(row);
    const entry = await change.record({
      channelId: place.channelId,
      kind: 'message.edited',
      senderId: userId,
      body: { targetSeq: place.seq, text },
    });
    const [edited] = await change.sql<MessageRow[]>`
      update messages set text = ${text}, edited_at = ${entry.sent_at},
        first_hash = coalesce(first_hash, message_hash(text, reply_to, meta))
      where channel_id = ${place.channelId} and seq = ${place.seq} returning *`;
    return { message: messageEntryOf(edited ?? row), seq: entry.seq };
  });

/** The message keeps its place, without its content. Who may no longer write can still take back what they said. @throws Fault channel_not_found, message_not_found, forbidden */
export const deleteMessage = ({ timeline }: Kernel, userId: number, place: Place): Promise<Changed> =>
  timeline.change(async (change) => {
    const { isGroup, role, row } = await target(change, place, userId);
    if (row.sender_id !== userId && !(isGroup && role !== 'member')) throw new Fault('forbidden');
    if (row.deleted_at) return unchanged(row);
    const entry = await change.record({
      channelId: place.channelId,
      kind: 'message.deleted',
      senderId: userId,
      body: { targetSeq: place.seq },
    });
    const [deleted] = await change.sql<MessageRow[]>`
      update messages set text = '', reply_to = null, meta = null, reactions = null, edited_at = null,
        deleted_at = ${entry.sent_at}, first_hash = coalesce(first_hash, message_hash(text, reply_to, meta))
      where channel_id = ${place.channelId} and seq = ${place.seq} returning *`;
    // Edits of it hold what it said, too.
    await change.sql`
      update channel_events set body = jsonb_set(body, '{text}', '""')
      where channel_id = ${place.channelId} and seq > ${place.seq} and kind = 'message.edited'
        and (body->>'targetSeq')::bigint = ${place.seq}`;
    return { message: messageEntryOf(deleted ?? row), seq: entry.seq };
  });

/** Adds or takes back a reaction. @throws Fault channel_not_found, message_not_found, forbidden, message_deleted, too_many_reactions */
export const react = (
  { limits, timeline }: Kernel,
  userId: number,
  place: Place & { readonly emoji: string },
  wanted: boolean,
): Promise<Changed> =>
  timeline.change(async (change) => {
    const { emoji, channelId, seq } = place;
    const { mayWrite, row } = await target(change, place, userId);
    if (!mayWrite) throw new Fault('forbidden');
    if (row.deleted_at && wanted) throw new Fault('message_deleted');
    const reactions = new Map(Object.entries(row.reactions ?? {}));
    const users = reactions.get(emoji) ?? [];
    if (users.includes(userId) === wanted) return unchanged(row);
    if (wanted && users.length === 0 && reactions.size >= limits.reactionsPerMessage)
      throw new Fault('too_many_reactions');
    const now = wanted ? [...users, userId] : users.filter((id) => id !== userId);
    if (now.length > 0) reactions.set(emoji, now);
    else reactions.delete(emoji);
    const entry = await change.record({
      channelId,
      kind: wanted ? 'reaction.added' : 'reaction.removed',
      senderId: userId,
      body: { targetSeq: seq, emoji },
    });
    const stored = reactions.size > 0 ? change.sql.json(Object.fromEntries(reactions)) : null;
    const [reacted] = await change.sql<MessageRow[]>`
      update messages set reactions = ${stored} where channel_id = ${channelId} and seq = ${seq} returning *`;
    return { message: messageEntryOf(reacted ?? row), seq: entry.seq };
  });
