import { z } from 'zod';
import * as p from './primitives.ts';

/** Who is in a channel, and as what. */
export const role = z.enum(['owner', 'admin', 'member']);
export type Role = z.infer<typeof role>;

const entry = <K extends string, F extends z.ZodRawShape>(kind: K, fields: F) =>
  z.object({
    channelId: p.id,
    seq: p.seq,
    kind: z.literal(kind),
    senderId: p.id,
    sentAt: p.time,
    ...fields,
  });

export const reaction = z.object({ emoji: z.string(), userIds: z.array(p.id) });

/** A message as it now stands: edits, deletion and reactions folded in. */
export const messageEntry = entry('message', {
  clientId: p.uuid,
  text: z.string().meta({ description: 'Empty once the message was deleted.' }),
  replyTo: p.seq.optional(),
  meta: p.meta.optional(),
  editedAt: p.time.optional(),
  deletedAt: p.time.optional(),
  reactions: z.array(reaction).optional(),
});

const aboutMessage = { targetSeq: p.seq.meta({ description: 'The message that this is about.' }) };

/** Everything that happens in a channel and must not be missed. */
export const timelineEntry = z.discriminatedUnion('kind', [
  messageEntry,
  entry('message.edited', { ...aboutMessage, text: z.string() }),
  entry('message.deleted', aboutMessage),
  entry('reaction.added', { ...aboutMessage, emoji: z.string() }),
  entry('reaction.removed', { ...aboutMessage, emoji: z.string() }),
  entry('member.joined', { userId: p.id, role }),
  entry('member.left', {
    userId: p.id,
    newOwnerId: p.id.optional().meta({ description: 'Who owns the group now, where its owner has left.' }),
  }),
  entry('channel.changed', { name: z.string() }),
  // In a user's channel of kind `self`:
  entry('channel.joined', { joinedChannelId: p.id }),
  entry('channel.left', { leftChannelId: p.id }),
  entry('account.changed', {
    displayName: z.string(),
    bio: z.string(),
    avatarId: z.string().nullable(),
    presence: p.sharing.optional(),
  }),
  entry('user.blocked', { userId: p.id }),
  entry('user.unblocked', { userId: p.id }),
]);

export type TimelineEntry = z.infer<typeof timelineEntry>;
export type MessageEntry = z.infer<typeof messageEntry>;
export type EntryKind = TimelineEntry['kind'];
export type EntryOf<K extends EntryKind> = Extract<TimelineEntry, { kind: K }>;
