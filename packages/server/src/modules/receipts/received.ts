import type { Session } from '../../kernel/module.ts';
import type { ChannelSizes } from './channel-sizes.ts';

export interface ReceivedOptions {
  readonly sizes: ChannelSizes;
  readonly confirmMs: number;
  readonly confirmLargeMs: number;
  readonly onReceived: (channelId: number, userId: number, seq: number) => void;
}

/** What one session was handed and has not confirmed yet. */
interface Unconfirmed {
  readonly session: Session;
  /** Channel to the newest seq of somebody else's message. */
  seqs: Map<number, number>;
  /** When to ask, in performance.now(). */
  dueAt: number;
  askedAt: number;
  asking: boolean;
}

/**
 * Which entries have really come to a client. Bytes that the operating system took may still be lost with the
 * connection; but every WebSocket answers a ping, and its answer comes after all that was received before it. A session
 * is asked at once after a rest, then at most every `confirmMs`, and more seldom for large groups: the cost is a ping
 * for each session and second, not for each message.
 */
export class Received {
  readonly #options: ReceivedOptions;
  readonly #sessions = new Map<Session, Unconfirmed>();
  readonly #due = new Set<Unconfirmed>();
  readonly #tick: NodeJS.Timeout;
  #soon: NodeJS.Immediate | undefined;

  constructor(options: ReceivedOptions) {
    this.#options = options;
    this.#tick = setInterval(() => this.#ask(), Math.max(10, options.confirmMs / 2));
    this.#tick.unref();
  }

  /** Called with every message of somebody else that was written to a session. */
  note(session: Session, channelId: number, seq: number): void {
    const { confirmMs, confirmLargeMs, sizes } = this.#options;
    let unconfirmed = this.#sessions.get(session);
    if (!unconfirmed) {
      unconfirmed = { session, seqs: new Map(), dueAt: Infinity, askedAt: -Infinity, asking: false };
      this.#sessions.set(session, unconfirmed);
    }
    const known = unconfirmed.seqs.get(channelId);
    unconfirmed.seqs.set(channelId, seq);
    // Its time was set by an earlier entry of this channel.
    if (known !== undefined) return;
    const size = sizes.find(channelId);
    if (size === undefined) {
      const waiting = unconfirmed;
      void sizes.loaded(channelId).then(() => {
        if (this.#sessions.has(session))
          this.#wait(waiting, sizes.find(channelId) === 'small' ? confirmMs : confirmLargeMs);
      });
    } else if (size === 'self') unconfirmed.seqs.delete(channelId);
    else this.#wait(unconfirmed, size === 'small' ? confirmMs : confirmLargeMs);
  }

  closed(session: Session): void {
    const unconfirmed = this.#sessions.get(session);
    if (!unconfirmed) return;
    this.#sessions.delete(session);
    this.#due.delete(unconfirmed);
  }

  stop(): void {
    clearInterval(this.#tick);
    clearImmediate(this.#soon);
    this.#sessions.clear();
    this.#due.clear();
  }

  #wait(unconfirmed: Unconfirmed, everyMs: number): void {
    const now = performance.now();
    const { confirmMs } = this.#options;
    // In large groups even the first answer can wait: a thousand members would give it at once.
    const dueAt = everyMs === confirmMs ? unconfirmed.askedAt + confirmMs : now + everyMs;
    if (dueAt >= unconfirmed.dueAt) return;
    unconfirmed.dueAt = dueAt;
    this.#due.add(unconfirmed);
    if (dueAt <= now) this.#soon ??= setImmediate(() => this.#ask());
  }

  #ask(): void {
    clearImmediate(this.#soon);
    this.#soon = undefined;
    const now = performance.now();
    for (const unconfirmed of this.#due)
      if (unconfirmed.dueAt <= now && !unconfirmed.asking) {
        this.#due.delete(unconfirmed);
        void this.#confirm(unconfirmed, now);
      }
  }

  async #confirm(unconfirmed: Unconfirmed, now: number): Promise<void> {
    const { seqs, session } = unconfirmed;
    unconfirmed.seqs = new Map();
    unconfirmed.dueAt = Infinity;
    unconfirmed.askedAt = now;
    unconfirmed.asking = true;
    const received = await session.listener.confirm?.();
    unconfirmed.asking = false;
    if (!received) return;
    const { userId } = session.identity;
    for (const [channelId, seq] of seqs) this.#options.onReceived(channelId, userId, seq);
  }
}
