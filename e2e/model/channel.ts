import type { ChannelKind, MessageEntry, Role, TimelineEntry } from '@messox/protocol';

type OwnFields<E> = E extends TimelineEntry ? Omit<E, 'channelId' | 'seq' | 'sentAt'> : never;
/** An entry before it has its place. */
export type NewEntry = OwnFields<TimelineEntry>;

/** An entry of the model; the server says when it was, later than the model knows of it. */
export type LogEntry = TimelineEntry & { sentAt: string };

/** What a channel must be, by what was done in it. */
export interface ModelChannel {
  readonly id: number;
  readonly kind: ChannelKind;
  /** Of a group, when it was made. */
  readonly firstName: string | undefined;
  name: string | undefined;
  /** In the order of joining. */
  readonly members: Map<number, Role>;
  readonly log: LogEntry[];
  readonly readSeqs: Map<number, number>;
}

export const newChannel = (id: number, kind: ChannelKind, name?: string): ModelChannel => ({
  id,
  kind,
  firstName: name,
  name,
  members: new Map(),
  log: [],
  readSeqs: new Map(),
});

export const head = ({ log }: ModelChannel): number => log.length;

export const append = (channel: ModelChannel, fields: NewEntry, sentAt = ''): LogEntry => {
  const entry: LogEntry = { channelId: channel.id, seq: channel.log.length + 1, sentAt, ...fields };
  channel.log.push(entry);
  return entry;
};

type Change = Extract<LogEntry, { targetSeq: number }>;

/** A message after one change, as the contract describes it; written apart from the client's fold and the server's SQL. */
const changed = (message: MessageEntry, change: Change): MessageEntry => {
  if (message.deletedAt !== undefined) return message;
  if (change.kind === 'message.edited') return { ...message, text: change.text, editedAt: change.sentAt };
  if (change.kind === 'message.deleted') {
    const { channelId, clientId, kind, senderId, sentAt, seq } = message;
    return { channelId, seq, kind, senderId, sentAt, clientId, text: '', deletedAt: change.sentAt };
  }
  const users = new Map((message.reactions ?? []).map(({ emoji, userIds }) => [emoji, new Set(userIds)]));
  const those = users.get(change.emoji) ?? new Set<number>();
  if (change.kind === 'reaction.added') those.add(change.senderId);
  else those.delete(change.senderId);
  users.set(change.emoji, those);
  const reactions = [...users].flatMap(([emoji, ids]) => (ids.size > 0 ? [{ emoji, userIds: [...ids] }] : []));
  const { reactions: _, ...bare } = message;
  return reactions.length > 0 ? { ...bare, reactions } : bare;
};

/** Every form that a message has had, the first one first. */
const formsOf = ({ log }: ModelChannel, seq: number): MessageEntry[] => {
  const first = log[seq - 1];
  if (first?.kind !== 'message') return [];
  const forms: MessageEntry[] = [first];
  let form: MessageEntry = first;
  for (const entry of log)
    if ('targetSeq' in entry && entry.targetSeq === seq) forms.push((form = changed(form, entry)));
  return forms;
};

export const messageOf = (channel: ModelChannel, seq: number): MessageEntry | undefined => formsOf(channel, seq).at(-1);

/** All messages as they stand. */
export const messagesOf = (channel: ModelChannel): MessageEntry[] =>
  channel.log.flatMap(({ kind, seq }) => (kind === 'message' ? (messageOf(channel, seq) ?? []) : []));

const byOrder = (a: string, b: string): number => (a < b ? -1 : 1);

/** The contract leaves the order of reactions open. */
export const inOneOrder = <E extends TimelineEntry>(entry: E): E =>
  entry.kind === 'message' && entry.reactions
    ? {
        ...entry,
        reactions: entry.reactions
          .map(({ emoji, userIds }) => ({ emoji, userIds: userIds.toSorted((a, b) => a - b) }))
          .sort((a, b) => byOrder(a.emoji, b.emoji)),
      }
    : entry;

/** The forms in which the server may tell an entry: a message with later changes in it, an edit without what it said. */
export const tellings = (channel: ModelChannel, seq: number): TimelineEntry[] => {
  const entry = channel.log[seq - 1];
  if (!entry) return [];
  if (entry.kind === 'message') return formsOf(channel, seq).map(inOneOrder);
  const isGone = entry.kind === 'message.edited' && messageOf(channel, entry.targetSeq)?.deletedAt !== undefined;
  return isGone ? [entry, { ...entry, text: '' }] : [entry];
};
