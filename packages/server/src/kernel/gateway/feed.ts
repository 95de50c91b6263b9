import type { BusEntry, BusSignal } from '../../ports/bus.ts';

/** An entry with its frame, which is made when the first socket wants it. */
export interface Entry extends BusEntry {
  frame?: Buffer;
  /** Read from the JSON when somebody first asks: see `senderOf`. */
  senderId?: number;
}

const senderKey = '"senderId":';

/** Whose entry this is; the server itself wrote the JSON, with the sender near its beginning. */
export const senderOf = (entry: Entry): number =>
  (entry.senderId ??= parseInt(entry.json.slice(entry.json.indexOf(senderKey) + senderKey.length), 10));

/** A signal with its frame, as far as the sessions of this process are told of it. */
export interface Signal extends BusSignal {
  frame?: Buffer;
  /** Sessions of this user are not told. */
  readonly exceptUserId?: number;
}

/** Whoever has a seat at a channel gets its entries in order. */
export interface Seat {
  take(entry: Entry): void;
  signal(signal: Signal): void;
}

const earlyMax = 1_000;

/**
 * One channel of which this process has sessions. It knows the last seq that it handed on: the next one is handed on,
 * an older one dropped, and before a later one the hole is filled from the database. So the bus may lose, repeat and
 * reorder.
 */
export class Feed {
  readonly channelId: number;
  readonly seats = new Set<Seat>();
  /** The last seq handed on; undefined until the channel's head was read after the subscription was in force. */
  lastSeq: number | undefined;
  /** The newest seq that is known to exist. */
  knownHead = 0;
  /** In force when the bus hands over everything that is published in this channel. */
  readonly subscribed: Promise<void>;
  readonly #early = new Map<number, Entry>();
  readonly #onHole: (feed: Feed) => void;

  constructor(channelId: number, subscribed: Promise<void>, onHole: (feed: Feed) => void) {
    this.channelId = channelId;
    this.subscribed = subscribed;
    this.#onHole = onHole;
  }

  /** The head as read from the database while the subscription was in force. */
  start(head: number): void {
    this.noteHead(head);
    if (this.lastSeq !== undefined) return;
    this.lastSeq = head;
    this.#handEarly();
    this.#reportHole();
  }

  receive(entry: Entry): void {
    this.noteHead(entry.seq);
    if (this.lastSeq === undefined) this.#keep(entry);
    else if (entry.seq === this.lastSeq + 1) {
      this.#hand(entry);
      if (this.#early.size > 0) this.#handEarly();
    } else if (entry.seq > this.lastSeq) {
      this.#keep(entry);
      this.#reportHole();
    }
  }

  noteHead(head: number): void {
    if (head > this.knownHead) this.knownHead = head;
  }

  /** Entries that are missing here, up to what came early or to the known head. */
  get hole(): { after: number; upTo: number } | undefined {
    if (this.lastSeq === undefined || this.knownHead <= this.lastSeq) return undefined;
    let upTo = this.knownHead;
    for (const seq of this.#early.keys()) if (seq > this.lastSeq && seq <= upTo) upTo = seq - 1;
    return { after: this.lastSeq, upTo };
  }

  #keep(entry: Entry): void {
    // What does not fit is read from the database like any other hole.
    if (this.#early.size < earlyMax) this.#early.set(entry.seq, entry);
  }

  #hand(entry: Entry): void {
    this.lastSeq = entry.seq;
    for (const seat of this.seats) seat.take(entry);
  }

  #handEarly(): void {
    for (const seq of this.#early.keys()) if (seq <= (this.lastSeq ?? 0)) this.#early.delete(seq);
    for (let next = this.#next(); next; next = this.#next()) {
      this.#early.delete(next.seq);
      this.#hand(next);
    }
  }

  #next(): Entry | undefined {
    return this.#early.get((this.lastSeq ?? 0) + 1);
  }

  #reportHole(): void {
    if (this.hole) this.#onHole(this);
  }
}
