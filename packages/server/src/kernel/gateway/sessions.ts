import type { Limits } from '@messox/protocol';
import type { Bus, BusSignal } from '../../ports/bus.ts';
import type { Identity } from '../auth/access-token.ts';
import type { Sql } from '../database/pool.ts';
import { Fault } from '../fault.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Describe } from '../module.ts';
import { catchUp, type CatchUpOptions, type CatchUpRequest } from './catch-up.ts';
import { catchUpReads } from './catch-up-reads.ts';
import type { Entry, Signal } from './feed.ts';
import { Feeds } from './feeds.ts';
import { Session, type SessionListener } from './session.ts';

export interface SessionsOptions {
  readonly bus: Bus;
  readonly sql: Sql;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly limits: Limits;
  readonly describe: Describe;
}

/** Who wants to know what becomes of the sessions of this process. */
export interface SessionsFollower {
  /** A session was opened or closed: whether the user has one here now. */
  present?(userId: number, isPresent: boolean): void;
  closed?(session: Session): void;
  /** An entry was written to a session whose wire can confirm it. This is the hot path: note it, and be gone. */
  handed?(session: Session, entry: Entry): void;
  /** Signals may have been lost. */
  gap?(): void;
}

const nobody: readonly Session[] = [];

/** The open sessions of this process: whatever protocol a client speaks, it is handed entries by one of these. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #feeds: Feeds;
  readonly #perUser = new Map<number, Session[]>();
  readonly #followers: SessionsFollower[] = [];
  readonly #catchUpOptions: CatchUpOptions;

  constructor(options: SessionsOptions) {
    this.#options = options;
    const { bus, describe, limits, log, metrics, sql } = options;
    this.#feeds = new Feeds({ bus, sql, log, metrics, repairEntries: limits.catchUpBatch });
    this.#catchUpOptions = { limits, reads: catchUpReads({ sql, limits, describe }) };
    this.#feeds.onSignal = (feed, signal) => {
      for (const seat of feed.seats) seat.signal(signal);
    };
    this.#feeds.onGap = () => {
      for (const follower of this.#followers) follower.gap?.();
    };
  }

  /** Tells `follower` of everything from now on, for as long as the process lives. */
  follow(follower: SessionsFollower): void {
    this.#followers.push(follower);
  }

  /** Hands private signals of this name to `handler`; see `Host.onSignal`. */
  onPrivate(event: string, handler: (signal: BusSignal) => void): () => void {
    return this.#feeds.onPrivate(event, handler);
  }

  /** The open sessions of a user in this process. */
  of(userId: number): readonly Session[] {
    return this.#perUser.get(userId) ?? nobody;
  }

  /** The channels that have a session here. */
  get channelIds(): number[] {
    return [...this.#feeds.channelIds];
  }

  /** Tells the sessions that are live in this channel and in this process something that may be missed. */
  tell(channelId: number, event: string, data: unknown, { exceptUserId }: { exceptUserId?: number } = {}): void {
    const feed = this.#feeds.find(channelId);
    if (!feed) return;
    const except = exceptUserId === undefined ? {} : { exceptUserId };
    const signal: Signal = { channelId, event, json: JSON.stringify(data), ...except };
    for (const seat of feed.seats) seat.signal(signal);
  }

  /** The same for the sessions of one user that are live in this channel. */
  tellUser(userId: number, channelId: number, event: string, data: unknown): void {
    const signal: Signal = { channelId, event, json: JSON.stringify(data) };
    for (const session of this.of(userId)) session.seat(channelId)?.signal(signal);
  }

  /** Called with each entry once it is written to a session. */
  handed(session: Session, entry: Entry): void {
    for (const follower of this.#followers) follower.handed?.(session, entry);
  }

  /**
   * Opens a session that is handed nothing yet; `catchUp` brings it up to date and live.
   *
   * @throws Fault `too_many_sessions`
   */
  open(identity: Identity, listener: SessionListener): Session {
    const { userId } = identity;
    const own = this.#perUser.get(userId) ?? [];
    if (own.length >= this.#options.limits.sessionsPerUser)
      throw new Fault('too_many_sessions', { retryAfterMs: 10_000 });
    this.#options.metrics.sessions.inc();
    const session: Session = new Session(identity, listener, this.#feeds, (channelId) =>
      this.#joined(session, channelId),
    );
    own.push(session);
    this.#perUser.set(userId, own);
    for (const follower of this.#followers) follower.present?.(userId, true);
    return session;
  }

  /** Brings a session up to date and live. Few reads are under way at once, whoever comes back. */
  catchUp(session: Session, request: CatchUpRequest): Promise<void> {
    return session.inTurn(() => catchUp(session, request, this.#catchUpOptions));
  }

  close(session: Session): void {
    if (session.closed) return;
    session.close();
    const { userId } = session.identity;
    const others = this.of(userId).filter((other) => other !== session);
    if (others.length > 0) this.#perUser.set(userId, others);
    else this.#perUser.delete(userId);
    this.#options.metrics.sessions.dec();
    for (const follower of this.#followers) {
      follower.closed?.(session);
      follower.present?.(userId, others.length > 0);
    }
  }

  stop(): void {
    this.#feeds.stop();
  }

  #joined(session: Session, channelId: number): void {
    const request = { cursors: new Map<number, number>(), only: new Set([channelId]) };
    // A catch-up that was under way may have brought it.
    const joining = session.inTurn(async () => {
      if (!session.seat(channelId)) await catchUp(session, request, this.#catchUpOptions);
    });
    joining.catch((error: unknown) => {
      this.#options.log.warn({ err: error, channelId }, 'a session could not be shown a channel that its user joined');
      session.listener.failed();
    });
  }
}
