import type { MessageEntry } from '@messox/protocol';
import type { MessageChange } from './channel-state.ts';

type Reactions = NonNullable<MessageEntry['reactions']>;

const byOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** One way to write the same reactions: emoji and users in order, no emoji without users. */
const sortReactions = (reactions: Reactions): Reactions =>
  reactions
    .filter(({ userIds }) => userIds.length > 0)
    .map(({ emoji, userIds }) => ({ emoji, userIds: userIds.toSorted((a, b) => a - b) }))
    .sort((a, b) => byOrder(a.emoji, b.emoji));

const withReactions = ({ reactions: _, ...message }: MessageEntry, reactions: Reactions): MessageEntry => {
  const sorted = sortReactions(reactions);
  return sorted.length === 0 ? message : { ...message, reactions: sorted };
};

/** A deleted message keeps its place and nothing of what it said. */
const emptied = (
  { channelId, seq, kind, senderId, sentAt, clientId }: MessageEntry,
  deletedAt: string,
): MessageEntry => ({
  channelId,
  seq,
  kind,
  senderId,
  sentAt,
  clientId,
  text: '',
  deletedAt,
});

/** The same message in the one way in which the state writes it. */
export const canonical = (message: MessageEntry): MessageEntry => {
  if (message.deletedAt !== undefined) return emptied(message, message.deletedAt);
  return message.reactions ? withReactions(message, message.reactions) : message;
};

const reacted = (reactions: Reactions, { kind, emoji, senderId }: MessageChange & { emoji: string }): Reactions => {
  const before = reactions.find((reaction) => reaction.emoji === emoji)?.userIds ?? [];
  const others = before.filter((userId) => userId !== senderId);
  const userIds = kind === 'reaction.added' ? [...others, senderId] : others;
  return [...reactions.filter((reaction) => reaction.emoji !== emoji), { emoji, userIds }];
};

/** The message after a change; a change that is in it already makes no difference. */
export const changed = (message: MessageEntry, change: MessageChange): MessageEntry => {
  // A deletion is the end: what comes after it, or was sent before it and comes again, changes nothing.
  if (message.deletedAt !== undefined) return message;
  switch (change.kind) {
    case 'message.edited':
      return { ...message, text: change.text, editedAt: change.sentAt };
    case 'message.deleted':
      return emptied(message, change.sentAt);
    case 'reaction.added':
    case 'reaction.removed':
      return withReactions(message, reacted(message.reactions ?? [], change));
  }
};
