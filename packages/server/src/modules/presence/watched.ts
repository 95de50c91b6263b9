import { events, type Presence, type Sharing } from '@messox/protocol';
import type { Session, Signal } from '../../kernel/module.ts';
import type { UserState } from './read-presence.ts';

/** One session and the users that it watches. */
export interface Watch {
  readonly session: Session;
  /** Whether the session may see the user; undefined until that was asked and answered. */
  readonly users: Map<number, boolean | undefined>;
  /** Of whom it could not be told, having enough to read. */
  readonly owed: Set<number>;
}

const minuteMs = 60_000;

/** One user who is watched in this process, as the watchers were told. */
export class Watched {
  readonly userId: number;
  readonly watches = new Set<Watch>();
  sharing: Sharing | undefined;
  #state: Presence['state'] = 'unknown';
  #seenAt: Date | null = null;
  /** Since when the user is gone, though the watchers are not told yet (performance.now()). */
  leftAt: number | undefined;
  #signal: Signal | undefined;

  constructor(userId: number) {
    this.userId = userId;
  }

  /** What somebody who may see it sees. */
  get presence(): Presence {
    const userId = this.userId;
    if (this.#state !== 'offline' || !this.#seenAt) return { userId, state: this.#state };
    const minute = Math.floor(this.#seenAt.getTime() / minuteMs) * minuteMs;
    return { userId, state: 'offline', lastSeenAt: new Date(minute).toISOString() };
  }

  /** Takes what was read; `undefined` is a user that does not exist. Whoever comes back within `graceMs` was not away. */
  take(state: UserState | undefined, graceMs: number): void {
    const before = JSON.stringify(this.presence);
    const isGone = this.#state === 'online' && state?.online === false;
    this.leftAt = isGone ? (this.leftAt ?? performance.now()) : undefined;
    if (this.leftAt !== undefined && performance.now() - this.leftAt < graceMs) return;
    this.leftAt = undefined;
    this.#state = state ? (state.online ? 'online' : 'offline') : 'unknown';
    this.#seenAt = state?.seenAt ?? null;
    if (JSON.stringify(this.presence) === before) return;
    this.#signal = undefined;
    for (const watch of this.watches) if (watch.users.get(this.userId)) this.tell(watch);
  }

  /** Tells one watch what it may know. The frame is made once for all. */
  tell(watch: Watch): void {
    const signal = watch.users.get(this.userId)
      ? (this.#signal ??= signalOf(this.presence))
      : signalOf({ userId: this.userId, state: 'unknown' });
    if (watch.session.signal(signal)) watch.owed.delete(this.userId);
    else watch.owed.add(this.userId);
  }
}

const signalOf = (presence: Presence): Signal => ({
  channelId: 0,
  event: events.presence.name,
  json: JSON.stringify(presence),
});
