import type { Limits } from '@messox/protocol';
import type { Bus } from '../../ports/bus.ts';
import type { Identity } from '../auth/access-token.ts';
import type { Sql } from '../database/pool.ts';
import { Fault } from '../fault.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Describe } from '../module.ts';
import { catchUp, type CatchUpOptions, type CatchUpRequest } from './catch-up.ts';
import { catchUpReads } from './catch-up-reads.ts';
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

/** The open sessions of this process: whatever protocol a client speaks, it is handed entries by one of these. */
export class Sessions {
  readonly #options: SessionsOptions;
  readonly #feeds: Feeds;
  readonly #perUser = new Map<number, number>();
  readonly #catchUpOptions: CatchUpOptions;

  constructor(options: SessionsOptions) {
    this.#options = options;
    const { bus, describe, limits, log, metrics, sql } = options;
    this.#feeds = new Feeds({ bus, sql, log, metrics, repairEntries: limits.catchUpBatch });
    this.#catchUpOptions = { limits, reads: catchUpReads({ sql, limits, describe }) };
    this.#feeds.onSignal = (feed, signal) => {
      for (const seat of feed.seats) seat.signal(signal);
    };
  }

  /**
   * Opens a session that is handed nothing yet; `catchUp` brings it up to date and live.
   *
   * @throws Fault `too_many_sessions`
   */
  open(identity: Identity, listener: SessionListener): Session {
    const count = this.#perUser.get(identity.userId) ?? 0;
    if (count >= this.#options.limits.sessionsPerUser) throw new Fault('too_many_sessions', { retryAfterMs: 10_000 });
    this.#perUser.set(identity.userId, count + 1);
    this.#options.metrics.sessions.inc();
    const session: Session = new Session(identity, listener, this.#feeds, (channelId) =>
      this.#joined(session, channelId),
    );
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
    const count = this.#perUser.get(userId) ?? 1;
    if (count > 1) this.#perUser.set(userId, count - 1);
    else this.#perUser.delete(userId);
    this.#options.metrics.sessions.dec();
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
