import type { Presence } from '@messox/protocol';
import { type Host, type Session, within } from '../../kernel/module.ts';
import { leaseMsOf } from './lease.ts';
import { type Pair, readStates, readVisible } from './read-presence.ts';
import { type Watch, Watched } from './watched.ts';

const atOnce = 1_000;
const statementMs = 10_000;

/** Whom the sessions of this process watch, and what they were told: all of it is read from the database again and again. */
export class Watches {
  readonly #options: Pick<Host, 'sql' | 'limits'>;
  readonly #watches = new Map<Session, Watch>();
  readonly #watched = new Map<number, Watched>();
  readonly #staleUsers = new Set<number>();
  readonly #stalePairs = new Map<Watch, Set<number>>();
  readonly #leaving = new Set<number>();
  #pairs = 0;
  #graceMs: number;
  /** What is still to be looked at in this turn of all that is watched. */
  #userQueue: number[] = [];
  #watchQueue: Watch[] = [];
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(options: Pick<Host, 'sql' | 'limits'>) {
    this.#options = options;
    this.#graceMs = options.limits.presenceGraceMs;
  }

  /** From now on `session` watches these users and no others. Resolves with what it may know of them. */
  async watch(session: Session, userIds: readonly number[]): Promise<Presence[]> {
    const wanted = new Set(userIds);
    if (session.closed) return [];
    const watch = this.#watches.get(session) ?? { session, users: new Map<number, boolean>(), owed: new Set<number>() };
    this.#watches.set(session, watch);
    for (const userId of watch.users.keys()) if (!wanted.has(userId)) this.#leave(watch, userId);
    for (const userId of wanted) {
      if (!watch.users.has(userId)) this.#enter(watch, userId);
      this.#staleUsers.add(userId);
      this.#addStalePair(watch, userId);
    }
    if (wanted.size === 0) this.closed(session);
    else await this.look();
    return [...wanted].map((userId) => {
      const visible = watch.users.get(userId) === true;
      return (visible ? this.#watched.get(userId)?.presence : undefined) ?? { userId, state: 'unknown' };
    });
  }

  closed(session: Session): void {
    const watch = this.#watches.get(session);
    if (!watch) return;
    this.#watches.delete(session);
    for (const userId of watch.users.keys()) this.#leave(watch, userId);
    this.#stalePairs.delete(watch);
  }

  /** Something is new with these users. Returns whether anybody here wants to know. */
  changed(userIds: readonly number[]): boolean {
    const those = userIds.filter((userId) => this.#watched.has(userId));
    for (const userId of those) this.#staleUsers.add(userId);
    return those.length > 0;
  }

  /** Whom this user lets see them has changed, and so whom they see. */
  sharingChanged(userId: number, own: readonly Session[]): void {
    this.changed([userId]);
    for (const watch of this.#watched.get(userId)?.watches ?? []) this.#addStalePair(watch, userId);
    for (const session of own) this.#addAllPairs(this.#watches.get(session));
  }

  /** Nothing that is known of anybody's presence is sure; `atOnce`: who is gone now has been gone for long enough. */
  allChanged({ atOnce: isUrgent = false } = {}): void {
    if (isUrgent) this.#graceMs = 0;
    for (const userId of this.#watched.keys()) this.#staleUsers.add(userId);
  }

  /** Chooses a part of all that is watched to be read again; with each beat another. */
  rotate(): void {
    const { presenceBeatMs, presenceRefreshMs } = this.#options.limits;
    const share = (all: number): number =>
      Math.min(atOnce, Math.ceil((all * presenceBeatMs) / Math.max(presenceBeatMs, presenceRefreshMs)));
    if (this.#userQueue.length === 0) this.#userQueue = [...this.#watched.keys()];
    for (const userId of this.#userQueue.splice(0, share(this.#watched.size))) this.#staleUsers.add(userId);
    if (this.#watchQueue.length === 0) this.#watchQueue = [...this.#watches.values()];
    for (let left = share(this.#pairs); left > 0 && this.#watchQueue.length > 0;) {
      const watch = this.#watchQueue.pop();
      this.#addAllPairs(watch);
      left -= watch?.users.size ?? 0;
    }
    for (const userId of this.#leaving) this.#staleUsers.add(userId);
    for (const watch of this.#watches.values()) for (const userId of watch.owed) this.#watched.get(userId)?.tell(watch);
  }

  /** Reads what is stale; resolves when what was so before this call is read. Those who ask meanwhile share the next read. */
  look(): Promise<void> {
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#running = this.#read();
        this.#next = undefined;
        return this.#running;
      });
    return this.#next;
  }

  #enter(watch: Watch, userId: number): void {
    const watched = this.#watched.get(userId) ?? new Watched(userId);
    this.#watched.set(userId, watched);
    watched.watches.add(watch);
    watch.users.set(userId, undefined);
    this.#pairs += 1;
  }

  #leave(watch: Watch, userId: number): void {
    watch.users.delete(userId);
    watch.owed.delete(userId);
    this.#pairs -= 1;
    const watched = this.#watched.get(userId);
    watched?.watches.delete(watch);
    if (watched?.watches.size !== 0) return;
    this.#watched.delete(userId);
    this.#leaving.delete(userId);
  }

  #addStalePair(watch: Watch, userId: number): void {
    const those = this.#stalePairs.get(watch) ?? new Set();
    this.#stalePairs.set(watch, those.add(userId));
  }

  #addAllPairs(watch: Watch | undefined): void {
    for (const userId of watch?.users.keys() ?? []) if (watch) this.#addStalePair(watch, userId);
  }

  async #read(): Promise<void> {
    while (this.#staleUsers.size > 0 || this.#stalePairs.size > 0) {
      await this.#readUsers();
      await this.#readPairs();
    }
    this.#graceMs = this.#options.limits.presenceGraceMs;
  }

  async #readUsers(): Promise<void> {
    const { limits, sql } = this.#options;
    const userIds: number[] = [];
    for (const userId of this.#staleUsers) {
      if (userIds.length === atOnce) break;
      this.#staleUsers.delete(userId);
      if (this.#watched.has(userId)) userIds.push(userId);
    }
    if (userIds.length === 0) return;
    try {
      const rows = await within(statementMs, readStates(sql, userIds, leaseMsOf(limits)));
      const states = new Map(rows.map((row) => [row.userId, row]));
      for (const userId of userIds) {
        const watched = this.#watched.get(userId);
        const state = states.get(userId);
        if (!watched) continue;
        if (state && watched.sharing !== undefined && watched.sharing !== state.sharing)
          for (const watch of watched.watches) this.#addStalePair(watch, userId);
        watched.sharing = state?.sharing;
        watched.take(state, this.#graceMs);
        if (watched.leftAt === undefined) this.#leaving.delete(userId);
        else this.#leaving.add(userId);
      }
    } catch (error) {
      for (const userId of userIds) this.#staleUsers.add(userId);
      throw error;
    }
  }

  async #readPairs(): Promise<void> {
    const asked: { watch: Watch; userId: number }[] = [];
    for (const [watch, userIds] of this.#stalePairs) {
      if (asked.length >= atOnce) break;
      this.#stalePairs.delete(watch);
      for (const userId of userIds) if (watch.users.has(userId)) asked.push({ watch, userId });
    }
    if (asked.length === 0) return;
    const pairs = asked.map(({ userId, watch }): Pair => ({ watcherId: watch.session.identity.userId, userId }));
    try {
      const rows = await within(statementMs, readVisible(this.#options.sql, pairs));
      const visible = new Set(rows.map(({ userId, watcherId }) => `${watcherId} ${userId}`));
      for (const { userId, watch } of asked)
        if (watch.users.has(userId))
          this.#see(watch, userId, visible.has(`${watch.session.identity.userId} ${userId}`));
    } catch (error) {
      for (const { userId, watch } of asked) if (!watch.session.closed) this.#addStalePair(watch, userId);
      throw error;
    }
  }

  #see(watch: Watch, userId: number, isVisible: boolean): void {
    const before = watch.users.get(userId);
    watch.users.set(userId, isVisible);
    // The first time it is in the reply.
    if (before !== undefined && before !== isVisible) this.#watched.get(userId)?.tell(watch);
  }
}
