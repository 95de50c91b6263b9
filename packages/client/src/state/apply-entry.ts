import type { EventData, events, MessageEntry, TimelineEntry } from '@messox/protocol';
import { channelState, type ChannelState, type MessageChange } from './channel-state.ts';
import { canonical, changed } from './message.ts';

/** Index of the first message at or after `seq`. */
const placeOf = (messages: readonly MessageEntry[], seq: number): number => {
  // New messages go to the end: look from there.
  let place = messages.length;
  while (place > 0 && (messages[place - 1]?.seq ?? 0) >= seq) place -= 1;
  return place;
};

const insert = (messages: readonly MessageEntry[], message: MessageEntry): readonly MessageEntry[] => {
  const place = placeOf(messages, message.seq);
  return messages[place]?.seq === message.seq ? messages : messages.toSpliced(place, 0, canonical(message));
};

const change = (state: ChannelState, entry: MessageChange): ChannelState => {
  const place = placeOf(state.messages, entry.targetSeq);
  const message = state.messages[place];
  if (message?.seq !== entry.targetSeq) return { ...state, changes: [...state.changes, entry] };
  return { ...state, messages: state.messages.with(place, changed(message, entry)) };
};

const withMembers = (
  state: ChannelState,
  edit: (members: Map<number, 'owner' | 'admin' | 'member'>) => unknown,
): ChannelState => {
  if (!state.members) return state;
  const members = new Map(state.members);
  edit(members);
  return { ...state, members };
};

const fold = (state: ChannelState, entry: TimelineEntry): ChannelState => {
  switch (entry.kind) {
    case 'message':
      return { ...state, messages: insert(state.messages, entry) };
    case 'message.edited':
    case 'message.deleted':
    case 'reaction.added':
    case 'reaction.removed':
      return change(state, entry);
    case 'member.joined':
      return withMembers(state, (members) => members.set(entry.userId, entry.role));
    case 'member.left':
      return withMembers(state, (members) => {
        members.delete(entry.userId);
        if (entry.newOwnerId !== undefined) members.set(entry.newOwnerId, 'owner');
      });
    case 'channel.changed':
      return { ...state, name: entry.name };
    default:
      // The account's own entries, and kinds of modules and of newer servers: they only take their place.
      return state;
  }
};

/**
 * The channel after its next entry. A snapshot with the entries after it applied in order is the same as a fresh
 * snapshot. An entry that the state holds already changes nothing, and neither does one whose effect is in a message
 * that was read later than the state.
 */
export const applyEntry = (state: ChannelState, entry: TimelineEntry): ChannelState =>
  entry.channelId !== state.channelId || entry.seq <= state.seq ? state : { ...fold(state, entry), seq: entry.seq };

/** The channel as a `reset` tells it. Name and members may have changed in between: ask for them. */
export const stateOfReset = ({ channelId, entries, head }: EventData<typeof events.timelineReset>): ChannelState => {
  const before = channelState({ channelId, head: (entries[0]?.seq ?? head + 1) - 1 });
  return { ...entries.reduce(applyEntry, before), seq: head };
};

/** The channel with a page of its history put in, whether that was read before or after the state's last entry. */
export const addHistory = (
  state: ChannelState,
  page: { readonly messages: readonly MessageEntry[]; readonly head: number },
): ChannelState => {
  const inPage = new Map(page.messages.map((message) => [message.seq, canonical(message)]));
  const isNewer = page.head >= state.seq;
  for (const entry of state.changes) {
    const message = inPage.get(entry.targetSeq);
    if (message && entry.seq > page.head) inPage.set(entry.targetSeq, changed(message, entry));
  }
  // What the state holds itself is as it was at state.seq; the page knows better only when it was read later.
  for (const message of state.messages) if (!isNewer || !inPage.has(message.seq)) inPage.set(message.seq, message);
  return {
    ...state,
    messages: [...inPage.values()].sort((a, b) => a.seq - b.seq),
    changes: state.changes.filter(({ targetSeq }) => !inPage.has(targetSeq)),
  };
};
