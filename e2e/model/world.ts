import { isDeepStrictEqual } from 'node:util';
import type { FaultCode } from '@messox/protocol';
import { append, head, messageOf, type ModelChannel, newChannel } from './channel.ts';
import type { Account } from './account.ts';

/** The limits of the server under test that the model knows, small enough to be met. */
export const limits = {
  resetEntries: 6,
  resetBytes: 262_144,
  catchUpEntries: 15,
  catchUpBatch: 4,
  reactionsPerMessage: 2,
  groupMembers: 3,
};

export interface Refused {
  readonly fault: FaultCode;
}
export interface Place {
  readonly channelId: number;
  readonly seq: number;
}
/** What becomes of a request. */
export type Outcome = Refused | (Place & { readonly duplicate?: true });

export interface Content {
  readonly text: string;
  readonly replyTo?: number | undefined;
  readonly meta?: Readonly<Record<string, string>> | undefined;
}
export interface Sent extends Place {
  readonly senderId: number;
  readonly clientId: string;
  readonly content: Content;
}

const refused = (fault: FaultCode): Refused => ({ fault });

/** What the server must answer and hold, worked out from the contract with plain maps. */
export class World {
  readonly channels = new Map<number, ModelChannel>();
  readonly accounts = new Map<number, Account>();
  readonly sent: Sent[] = [];
  /** `1 2`: user 1 blocks user 2. */
  readonly #blocks = new Set<string>();

  addUser(userId: number, username: string, selfId: number): void {
    const self = newChannel(selfId, 'self');
    self.members.set(userId, 'owner');
    this.channels.set(selfId, self);
    this.accounts.set(userId, { selfId, username, displayName: username, bio: '', presence: 'everyone' });
  }

  channel(channelId: number): ModelChannel {
    const channel = this.channels.get(channelId);
    if (!channel) throw new Error(`The model has no channel ${channelId}`);
    return channel;
  }

  account(userId: number): Account {
    const account = this.accounts.get(userId);
    if (!account) throw new Error(`The model has no user ${userId}`);
    return account;
  }

  channelsOf(userId: number): ModelChannel[] {
    return [...this.channels.values()].filter(({ members }) => members.has(userId));
  }

  /** The direct channel of two users. */
  directOf(userId: number, otherId: number): ModelChannel | undefined {
    return [...this.channels.values()].find(
      ({ kind, members }) => kind === 'direct' && members.has(userId) && members.has(otherId),
    );
  }

  blockedBy(userId: number): number[] {
    return [...this.accounts.keys()].filter((otherId) => this.#blocks.has(`${userId} ${otherId}`));
  }

  /** Whether either of the two blocks the other. */
  isBlocked(userId: number, otherId: number): boolean {
    return this.#blocks.has(`${userId} ${otherId}`) || this.#blocks.has(`${otherId} ${userId}`);
  }

  /** Undefined where it is done, or was so already. */
  setBlock(userId: number, otherId: number, wanted: boolean): Refused | undefined {
    if (wanted && userId === otherId) return refused('invalid_request');
    const key = `${userId} ${otherId}`;
    if (this.#blocks.has(key) === wanted) return undefined;
    if (wanted) this.#blocks.add(key);
    else this.#blocks.delete(key);
    const kind = wanted ? 'user.blocked' : 'user.unblocked';
    append(this.#self(userId), { kind, senderId: userId, userId: otherId });
    return undefined;
  }

  addChannel(channel: ModelChannel, makerId: number, memberIds: readonly number[]): void {
    this.channels.set(channel.id, channel);
    for (const userId of memberIds) {
      this.#join(channel, makerId, userId, channel.kind === 'group' && userId === makerId ? 'owner' : 'member');
      channel.readSeqs.set(userId, 0);
    }
  }

  send(senderId: number, channelId: number, clientId: string, content: Content): Outcome {
    const channel = this.channel(channelId);
    const before = this.sent.find((it) => it.senderId === senderId && it.clientId === clientId);
    if (before) {
      const isSame = before.channelId === channelId && isDeepStrictEqual(before.content, content);
      return isSame ? { channelId, seq: before.seq, duplicate: true } : refused('client_id_reused');
    }
    if (!channel.members.has(senderId)) return refused('channel_not_found');
    if (this.#isSilent(channel)) return refused('forbidden');
    if (content.replyTo !== undefined && !messageOf(channel, content.replyTo)) return refused('message_not_found');
    const { meta, replyTo, text } = content;
    const { seq } = append(channel, {
      kind: 'message',
      senderId,
      clientId,
      text,
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(meta === undefined ? {} : { meta }),
    });
    this.sent.push({ channelId, seq, senderId, clientId, content });
    return { channelId, seq };
  }

  edit(userId: number, { channelId, seq }: Place, text: string): Outcome {
    const channel = this.channel(channelId);
    if (!channel.members.has(userId)) return refused('channel_not_found');
    const message = messageOf(channel, seq);
    if (!message) return refused('message_not_found');
    if (message.senderId !== userId || this.#isSilent(channel)) return refused('forbidden');
    if (message.deletedAt !== undefined) return refused('message_deleted');
    if (message.text === text) return { channelId, seq };
    return append(channel, { kind: 'message.edited', senderId: userId, targetSeq: seq, text });
  }

  delete(userId: number, { channelId, seq }: Place): Outcome {
    const channel = this.channel(channelId);
    const role = channel.members.get(userId);
    if (!role) return refused('channel_not_found');
    const message = messageOf(channel, seq);
    if (!message) return refused('message_not_found');
    if (message.senderId !== userId && (channel.kind !== 'group' || role === 'member')) return refused('forbidden');
    if (message.deletedAt !== undefined) return { channelId, seq };
    return append(channel, { kind: 'message.deleted', senderId: userId, targetSeq: seq });
  }

  react(userId: number, { channelId, seq }: Place, emoji: string, wanted: boolean): Outcome {
    const channel = this.channel(channelId);
    if (!channel.members.has(userId)) return refused('channel_not_found');
    const message = messageOf(channel, seq);
    if (!message) return refused('message_not_found');
    if (this.#isSilent(channel)) return refused('forbidden');
    if (wanted && message.deletedAt !== undefined) return refused('message_deleted');
    const reactions = message.reactions ?? [];
    const those = reactions.find((reaction) => reaction.emoji === emoji);
    if ((those?.userIds.includes(userId) ?? false) === wanted) return { channelId, seq };
    if (wanted && !those && reactions.length >= limits.reactionsPerMessage) return refused('too_many_reactions');
    const kind = wanted ? 'reaction.added' : 'reaction.removed';
    return append(channel, { kind, senderId: userId, targetSeq: seq, emoji });
  }

  /** Undefined where it is done. */
  addMember(actorId: number, channelId: number, userId: number): Refused | undefined {
    const channel = this.channel(channelId);
    const refusal = this.#mustGovern(channel, actorId);
    if (refusal) return refusal;
    if (channel.members.has(userId)) return undefined;
    if (this.isBlocked(actorId, userId)) return refused('forbidden');
    if (channel.members.size >= limits.groupMembers) return refused('group_full');
    this.#join(channel, actorId, userId, 'member');
    return undefined;
  }

  removeMember(actorId: number, channelId: number, userId: number): Refused | undefined {
    const channel = this.channel(channelId);
    const actor = channel.members.get(actorId);
    const leaver = channel.members.get(userId);
    if (!actor) return refused('channel_not_found');
    if (channel.kind !== 'group') return refused('forbidden');
    if (actorId !== userId) {
      if (actor === 'member') return refused('forbidden');
      if (!leaver) return refused('user_not_found');
    }
    channel.members.delete(userId);
    channel.readSeqs.delete(userId);
    // The group goes to whoever has been in it longest.
    const [heir] = channel.members.keys();
    const newOwnerId = leaver === 'owner' ? heir : undefined;
    if (newOwnerId !== undefined) channel.members.set(newOwnerId, 'owner');
    append(channel, {
      kind: 'member.left',
      senderId: actorId,
      userId,
      ...(newOwnerId === undefined ? {} : { newOwnerId }),
    });
    append(this.#self(userId), { kind: 'channel.left', senderId: actorId, leftChannelId: channelId });
    return undefined;
  }

  rename(actorId: number, channelId: number, name: string): Refused | undefined {
    const channel = this.channel(channelId);
    const refusal = this.#mustGovern(channel, actorId);
    if (refusal) return refusal;
    channel.name = name;
    append(channel, { kind: 'channel.changed', senderId: actorId, name });
    return undefined;
  }

  updateProfile(userId: number, change: Partial<Pick<Account, 'displayName' | 'bio' | 'presence'>>): void {
    const account = this.account(userId);
    if (change.displayName !== undefined) account.displayName = change.displayName || account.username;
    if (change.bio !== undefined) account.bio = change.bio;
    if (change.presence !== undefined) account.presence = change.presence;
    const { bio, displayName, presence } = account;
    const changed = { displayName, bio, avatarId: null, presence };
    append(this.#self(userId), { kind: 'account.changed', senderId: userId, ...changed });
  }

  markRead(userId: number, { channelId, seq }: Place): Refused | undefined {
    const channel = this.channel(channelId);
    if (!channel.members.has(userId)) return refused('channel_not_found');
    const before = channel.readSeqs.get(userId) ?? 0;
    channel.readSeqs.set(userId, Math.max(before, Math.min(seq, head(channel))));
    return undefined;
  }

  /** A direct channel in which nobody may write. */
  #isSilent({ kind, members }: ModelChannel): boolean {
    const [one = 0, other = 0] = members.keys();
    return kind === 'direct' && this.isBlocked(one, other);
  }

  #mustGovern(channel: ModelChannel, userId: number): Refused | undefined {
    const role = channel.members.get(userId);
    if (!role) return refused('channel_not_found');
    return channel.kind !== 'group' || role === 'member' ? refused('forbidden') : undefined;
  }

  #join(channel: ModelChannel, actorId: number, userId: number, role: 'owner' | 'member'): void {
    channel.members.set(userId, role);
    // What was there before is not unread.
    channel.readSeqs.set(userId, head(channel));
    append(channel, { kind: 'member.joined', senderId: actorId, userId, role });
    append(this.#self(userId), { kind: 'channel.joined', senderId: actorId, joinedChannelId: channel.id });
  }

  #self(userId: number): ModelChannel {
    return this.channel(this.account(userId).selfId);
  }
}
