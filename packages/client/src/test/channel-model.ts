import type { MessageEntry, Role, TimelineEntry } from '@messox/protocol';
import fc from 'fast-check';
import type { Snapshot } from '../state/channel-state.ts';
import { World } from './world.ts';

const emojis = ['👍', '❤️', '🎉'];
const userIds = [1, 2, 3];

interface Step {
  readonly kind: TimelineEntry['kind'];
  readonly userId: number;
  /** Picks one of the messages so far. */
  readonly pick: number;
  readonly emoji: string;
  readonly text: string;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom<TimelineEntry['kind'][]>(
    'message',
    'message',
    'message.edited',
    'message.deleted',
    'reaction.added',
    'reaction.added',
    'reaction.removed',
    'member.joined',
    'member.left',
    'channel.changed',
  ),
  userId: fc.constantFrom(...userIds),
  pick: fc.nat(50),
  emoji: fc.constantFrom(...emojis),
  text: fc.string(),
});

/** The timeline of one channel, as a server would write it. */
export const timelines: fc.Arbitrary<TimelineEntry[]> = fc.array(step, { minLength: 1, maxLength: 40 }).map((steps) => {
  const world = new World();
  const { id, entries } = world.addChannel(userIds, 'choir');
  for (const { kind, userId, pick, emoji, text } of steps) {
    const messages = entries.filter((entry) => entry.kind === 'message');
    const targetSeq = messages[pick % Math.max(1, messages.length)]?.seq;
    if (kind === 'member.joined') world.store(id, { kind, senderId: 1, userId, role: 'member' });
    else if (kind === 'member.left' && pick % 2 === 0) world.store(id, { kind, senderId: 1, userId });
    else if (kind === 'member.left')
      world.store(id, { kind, senderId: 1, userId, newOwnerId: userIds.find((heir) => heir !== userId) ?? 1 });
    else if (kind === 'channel.changed') world.store(id, { kind, senderId: 1, name: text });
    else if (kind === 'message' || targetSeq === undefined) world.storeText(id, text, userId);
    else if (kind === 'message.edited') world.store(id, { kind, senderId: userId, targetSeq, text });
    else if (kind === 'message.deleted') world.store(id, { kind, senderId: userId, targetSeq });
    else if (kind === 'reaction.added' || kind === 'reaction.removed')
      world.store(id, { kind, senderId: userId, targetSeq, emoji });
  }
  return entries;
});

/** A message as a server reads it from its rows when `entries` have happened: written apart from the client's own fold. */
export const messageAsItStands = (message: MessageEntry, entries: readonly TimelineEntry[]): MessageEntry => {
  const about = entries.flatMap((entry) => ('targetSeq' in entry && entry.targetSeq === message.seq ? [entry] : []));
  const deletion = about.find(({ kind }) => kind === 'message.deleted');
  if (deletion) return { ...message, text: '', deletedAt: deletion.sentAt };
  const edit = about.findLast((entry) => entry.kind === 'message.edited');
  const reactions = emojis.flatMap((emoji) => {
    const userIdsOf = userIds.filter((userId) => {
      const last = about.findLast((entry) => 'emoji' in entry && entry.emoji === emoji && entry.senderId === userId);
      return last?.kind === 'reaction.added';
    });
    return userIdsOf.length > 0 ? [{ emoji, userIds: userIdsOf.reverse() }] : [];
  });
  return {
    ...message,
    ...(edit && { text: edit.text, editedAt: edit.sentAt }),
    ...(reactions.length > 0 && { reactions }),
  };
};

/** What REST answers when `entries` have happened. */
export const snapshotOf = (entries: readonly TimelineEntry[]): Snapshot & { messages: MessageEntry[] } => {
  const members = new Map<number, Role>(userIds.map((id) => [id, 'member']));
  for (const entry of entries) {
    if (entry.kind === 'member.joined') members.set(entry.userId, entry.role);
    if (entry.kind === 'member.left') {
      members.delete(entry.userId);
      if (entry.newOwnerId !== undefined) members.set(entry.newOwnerId, 'owner');
    }
  }
  const messages = entries.flatMap((entry) => (entry.kind === 'message' ? [messageAsItStands(entry, entries)] : []));
  return {
    channelId: 1,
    head: entries.length,
    messages,
    name: entries.findLast((entry) => entry.kind === 'channel.changed')?.name ?? 'choir',
    members: [...members].map(([id, role]) => ({ id, role })),
  };
};
