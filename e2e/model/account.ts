import type { Sharing, TimelineEntry } from '@messox/protocol';

/** A user of the model. */
export interface Account {
  readonly selfId: number;
  readonly username: string;
  displayName: string;
  bio: string;
  presence: Sharing;
}

/** What a user's own timeline tells of the account: a snapshot of it, which its entries carry on. */
export interface AccountState {
  /** The seq in the channel of kind `self` up to which it is true. */
  readonly seq: number;
  readonly displayName: string;
  readonly bio: string;
  readonly presence: Sharing;
  readonly channelIds: readonly number[];
  readonly blockedIds: readonly number[];
}

const fold = (state: AccountState, entry: TimelineEntry): AccountState => {
  if (entry.kind === 'account.changed') {
    const { bio, displayName, presence = state.presence } = entry;
    return { ...state, displayName, bio, presence };
  }
  const others = (channelId: number): number[] => state.channelIds.filter((id) => id !== channelId);
  if (entry.kind === 'channel.joined')
    return {
      ...state,
      channelIds: [...others(entry.joinedChannelId), entry.joinedChannelId].sort((a, b) => a - b),
    };
  if (entry.kind === 'channel.left') return { ...state, channelIds: others(entry.leftChannelId) };
  if (entry.kind === 'user.blocked' || entry.kind === 'user.unblocked') {
    const rest = state.blockedIds.filter((id) => id !== entry.userId);
    const blockedIds = entry.kind === 'user.blocked' ? [...rest, entry.userId].sort((a, b) => a - b) : rest;
    return { ...state, blockedIds };
  }
  return state;
};

/** The account after the next entry of the user's own timeline. */
export const applyToAccount = (state: AccountState, entry: TimelineEntry): AccountState =>
  entry.seq <= state.seq ? state : { ...fold(state, entry), seq: entry.seq };
