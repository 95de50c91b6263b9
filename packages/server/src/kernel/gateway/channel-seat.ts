import type { Entry, Feed, Seat, Signal } from './feed.ts';

/** Whoever sits here. */
interface Sitter {
  hand(entry: Entry): void;
  signal(signal: Signal): void;
}

const heldMax = 1_000;

/**
 * A session's place in one channel. While the session reads what it missed, the seat holds back what arrives; then it
 * goes live from the head that was read, without a seam: what is older was read already, what is newer follows.
 */
export class ChannelSeat implements Seat {
  readonly channelId: number;
  readonly #sitter: Sitter;
  feed: Feed | undefined;
  /** The last seq that the session was handed, or was told that it need not be. */
  from = 0;
  #held: Entry[] | undefined = [];
  #heldTooMuch = false;
  #left = false;

  constructor(sitter: Sitter, channelId: number) {
    this.#sitter = sitter;
    this.channelId = channelId;
  }

  /** Nothing is handed over from now on, not even what was held back. */
  leave(): void {
    this.#left = true;
  }

  take(entry: Entry): void {
    if (this.#left) return;
    if (this.#held) {
      if (this.#held.length < heldMax) this.#held.push(entry);
      else this.#heldTooMuch = true;
    } else if (entry.seq > this.from) {
      this.from = entry.seq;
      this.#sitter.hand(entry);
    }
  }

  signal(signal: Signal): void {
    if (!this.#left && !this.#held) this.#sitter.signal(signal);
  }

  /** The session is still reading what it missed. */
  get holds(): boolean {
    return this.#held !== undefined;
  }

  /** Holds back what arrives from now on. */
  hold(): void {
    this.#held ??= [];
  }

  /**
   * Goes on after `head`, up to which the session has everything. What is held back may not follow on that: it was more
   * than a seat remembers, or the feed began after it, at a head that another session read later. Then the seat stays as
   * it is and the range that must be read first is returned.
   */
  goLive(head: number): { after: number; upTo: number } | undefined {
    this.from = head;
    const held = this.#held ?? [];
    const reached = this.feed?.lastSeq ?? head;
    const follows = reached <= head || held.some(({ seq }) => seq === head + 1);
    if (this.#heldTooMuch || !follows) {
      this.#held = [];
      this.#heldTooMuch = false;
      return { after: head, upTo: Math.max(head, reached) };
    }
    this.#held = undefined;
    for (const entry of held) this.take(entry);
    return undefined;
  }
}
