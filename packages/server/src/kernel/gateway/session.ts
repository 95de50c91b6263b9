import type { Channel, EventData, events } from '@messox/protocol';
import type { BusSignal } from '../../ports/bus.ts';
import type { Identity } from '../auth/access-token.ts';
import { ChannelSeat } from './channel-seat.ts';
import type { Entry } from './feed.ts';
import type { Feeds } from './feeds.ts';

export type ResetReason = EventData<typeof events.timelineReset>['reason'];

/** What a session is told, in the order in which it happens. The wire decides how it looks. */
export interface SessionListener {
  entry(entry: Entry): void;
  reset(channelId: number, entries: readonly Entry[], head: number, reason: ResetReason): void;
  added(channel: Channel): void;
  removed(channelId: number): void;
  signal(signal: BusSignal): void;
  /** The wire has enough to carry: a catch-up waits for `drained`. */
  readonly congested: boolean;
  /** Resolves when the wire can take more. */
  drained(): Promise<void>;
  /** The session cannot be kept in step: the client is to come back. */
  failed(): void;
}

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

  /** Takes a seat that holds back what arrives; resolves when nothing can be missed from now on. */
  async sit(channelId: number): Promise<ChannelSeat> {
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
    if (entry.kind === 'message') return;
    const fields = JSON.parse(entry.json) as { userId?: number; joinedChannelId?: number; leftChannelId?: number };
    if (entry.kind === 'member.left' && fields.userId === this.identity.userId) this.#remove(entry.channelId);
    else if (entry.kind === 'channel.left' && fields.leftChannelId !== undefined) this.#remove(fields.leftChannelId);
    else if (entry.kind === 'channel.joined' && fields.joinedChannelId !== undefined)
      this.#onJoined(fields.joinedChannelId);
  }

  signal(signal: BusSignal): void {
    if (!this.closed) this.listener.signal(signal);
  }

  close(): void {
    this.closed = true;
    for (const channelId of [...this.#seats.keys()]) this.leave(channelId);
  }

  #remove(channelId: number): void {
    if (!this.#seats.has(channelId)) return;
    this.leave(channelId);
    this.listener.removed(channelId);
  }
}
