import type { EntryOf, MessageEntry, Role } from '@messox/protocol';
import { canonical } from './message.ts';

/** What is done to a message after it was sent. */
export type MessageChange = EntryOf<'message.edited' | 'message.deleted' | 'reaction.added' | 'reaction.removed'>;

/** A channel at one moment of its timeline. Never changed: every step makes another. */
export interface ChannelState {
  readonly channelId: number;
  /** Every entry up to this one is in it. */
  readonly seq: number;
  /** Of a group; `undefined` while nobody has said. */
  readonly name: string | undefined;
  /** `undefined` while nobody has said; then joins and leaves are not followed. */
  readonly members: ReadonlyMap<number, Role> | undefined;
  /** Messages as they stand, in ascending seq. What is older may not have been read yet. */
  readonly messages: readonly MessageEntry[];
  /** Changes to messages that are not held; a page of history that was read before them needs them. */
  readonly changes: readonly MessageChange[];
}

export interface Snapshot {
  readonly channelId: number;
  /** The head that the messages were read at. */
  readonly head: number;
  readonly messages?: readonly MessageEntry[];
  readonly name?: string | undefined;
  readonly members?: Iterable<{ readonly id: number; readonly role: Role }>;
}

/** A channel's state from what REST answers: a page of history with its head, and where known its name and all members. */
export const channelState = ({ channelId, head, messages = [], name, members }: Snapshot): ChannelState => ({
  channelId,
  seq: head,
  name,
  members: members && new Map([...members].map(({ id, role }) => [id, role])),
  messages: messages.map(canonical),
  changes: [],
});
