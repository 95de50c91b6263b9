import type { Channel, EventData, events } from '@messox/protocol';
import type { Identity } from '../auth/access-token.ts';
import { ChannelSeat } from './channel-seat.ts';
import type { Entry, Signal } from './feed.ts';
import type { Feeds } from './feeds.ts';

export type ResetReason = EventData<typeof events.timelineReset>['reason'];

/** What a session is told, in the order in which it happens. The wire decides how it looks. */
export interface SessionListener {
  entry(entry: Entry): void;
  reset(channelId: number, entries: readonly Entry[], head: number, reason: ResetReason): void;
  added(channel: Channel): void;
  removed(channelId: number): void;
  /** False when it was dropped: the wire has enough to carry, and this may be missed. */
  signal(signal: Signal): boolean;
  /** Whether the client received all that it was told before this call; not every wire can say. */
  confirm?(): Promise<boolean>;
  /** The wire has enough to carry: a catch-up waits for `drained`. */
  readonly congested: boolean;
  /** Resolves when the wire can take more, or is closed. */
  drained(): Promise<void>;
  /** Nothing that is handed over arrives any more, though the socket may not be gone yet. */
  readonly closed: boolean;
  /** The session cannot be kept in step: the client is to come back. */
  failed(): void;
}

/** The channel that an entry says this user joined or left. Few kinds do, and no other is looked into. */
export const movedChannel = ({ channelId, json, kind }: Entry, userId: number): number | undefined => {
  if (kind !== 'member.left' && kind !== 'channel.left' && kind !== 'channel.joined') return undefined;
  const fields = JSON.parse(json) as { userId?: number; joinedChannelId?: number; leftChannelId?: number };
  if (kind === 'member.left') return fields.userId === userId ? channelId : undefined;
  return fields.joinedChannelId ?? fields.leftChannelId;
};

/** One client of one user, and the channels whose entries it is handed. */
export class Session {
  readonly identity: Identity;
  readonly listener: SessionListener;
  readonly #feeds: Feeds;
  readonly #seats = new Map<number, ChannelSeat>();
  readonly #onJoined: (channelId: number) => void;
  /** Catch-ups of one session happen one after the other. */
  #turn: Promise<void> = Promise.resolve();
  closed = false;

  constructor(identity: Identity, listener: SessionListener, feeds: Feeds, onJoined: (channelId: number) => void) {
    this.identity = identity;
    this.listener = listener;
    this.#feeds = feeds;
    this.#onJoined = onJoined;
  }

  /** Runs `work` after the catch-ups that were asked for before it. */
  inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  seat(channelId: number): ChannelSeat | undefined {
    return this.#seats.get(channelId);
  }

  get channelIds(): IterableIterator<number> {
    return this.#seats.keys();
  }

  /** Takes a seat that holds back what arrives; resolves when nothing can be missed from now on. A closed session takes none. */
  async sit(channelId: number): Promise<ChannelSeat | undefined> {
    if (this.closed) return undefined;
    let seat = this.#seats.get(channelId);
    if (!seat) {
      seat = new ChannelSeat(this, channelId);
      this.#seats.set(channelId, seat);
      seat.feed = this.#feeds.sit(channelId, seat);
    }
    await seat.feed?.subscribed;
    return seat;
  }

  leave(channelId: number): void {
    const seat = this.#seats.get(channelId);
    if (!seat) return;
    this.#seats.delete(channelId);
    seat.leave();
    if (seat.feed) this.#feeds.leave(seat.feed, seat);
  }

  /** The heads of channels that this session has not been handed yet. */
  missing(): Record<string, number> | undefined {
    let heads: Record<string, number> | undefined;
    for (const [channelId, { feed, from }] of this.#seats)
      if (feed && feed.knownHead > from) (heads ??= {})[channelId] = feed.knownHead;
    return heads;
  }

  /** Called by a seat with each entry, in order and once. */
  hand(entry: Entry): void {
    if (this.closed) return;
    this.listener.entry(entry);
    const moved = movedChannel(entry, this.identity.userId);
    if (moved === undefined) return;
    if (entry.kind === 'channel.joined') this.join(moved);
    else this.remove(moved);
  }

  /** Asks for a channel that the user has joined, unless the session is live in it: a seat that is only held may be given up. */
  join(channelId: number): void {
    if (this.#seats.get(channelId)?.holds ?? true) this.#onJoined(channelId);
  }

  /** False when the session was not told, though it should have been. */
  signal(signal: Signal): boolean {
    return this.closed || signal.exceptUserId === this.identity.userId || this.listener.signal(signal);
  }

  close(): void {
    this.closed = true;
    for (const channelId of [...this.#seats.keys()]) this.leave(channelId);
  }

  /** Leaves a channel that the user is no longer in, and says so. */
  remove(channelId: number): void {
    if (!this.#seats.has(channelId)) return;
    this.leave(channelId);
    this.listener.removed(channelId);
  }
}
