import type { Channel, OwnUser, TimelineEntry, User } from '@messox/protocol';

type OwnFields<E> = E extends TimelineEntry ? Omit<E, 'channelId' | 'seq' | 'sentAt'> : never;
/** An entry before it has its place. */
export type NewEntry = OwnFields<TimelineEntry>;

export interface WorldChannel {
  readonly id: number;
  readonly kind: 'direct' | 'group';
  readonly name?: string;
  readonly members: readonly number[];
  readonly entries: TimelineEntry[];
}

const startedAt = Date.UTC(2024, 0, 1);

/** What a scripted server knows: users, channels and their timelines, all in memory. */
export class World {
  epoch = 'first-life';
  readonly users: OwnUser[] = [];
  readonly channels = new Map<number, WorldChannel>();
  #moments = 0;

  /** A time that is later than the one before. */
  now(): string {
    this.#moments += 1;
    return new Date(startedAt + this.#moments * 1_000).toISOString();
  }

  addUser(username: string): OwnUser {
    const id = this.users.length + 1;
    const user = {
      id,
      username,
      displayName: username,
      bio: '',
      avatarId: null,
      presence: 'everyone' as const,
      createdAt: this.now(),
    };
    this.users.push(user);
    return user;
  }

  addChannel(members: readonly number[], name?: string): WorldChannel {
    const id = this.channels.size + 1;
    const channel: WorldChannel = {
      id,
      kind: name === undefined ? 'direct' : 'group',
      members,
      entries: [],
      ...(name && { name }),
    };
    this.channels.set(id, channel);
    return channel;
  }

  /** Gives the entry its place, and tells nobody. */
  store(channelId: number, fields: NewEntry): TimelineEntry {
    const { entries } = this.channel(channelId);
    const entry = { channelId, seq: entries.length + 1, sentAt: this.now(), ...fields };
    entries.push(entry);
    return entry;
  }

  storeText(channelId: number, text: string, senderId = 1): TimelineEntry {
    return this.store(channelId, { kind: 'message', senderId, clientId: crypto.randomUUID(), text });
  }

  channel(channelId: number): WorldChannel {
    const channel = this.channels.get(channelId);
    if (!channel) throw new Error(`There is no channel ${channelId} in this world.`);
    return channel;
  }

  channelsOf(userId: number): WorldChannel[] {
    return [...this.channels.values()].filter(({ members }) => members.includes(userId));
  }

  describe({ id, kind, name, members, entries }: WorldChannel): Channel {
    const at = '2024-01-01T00:00:00.000Z';
    const users: User[] = members.flatMap((userId) => {
      const user = this.users[userId - 1];
      return user ? [{ id: user.id, username: user.username, displayName: user.displayName }] : [];
    });
    const head = entries.length;
    const common = {
      id,
      kind,
      memberCount: members.length,
      head,
      readSeq: 0,
      deliveredSeq: 0,
      unreadCount: 0,
      createdAt: at,
      activeAt: at,
    };
    return name === undefined ? { ...common, members: users } : { ...common, name };
  }
}
