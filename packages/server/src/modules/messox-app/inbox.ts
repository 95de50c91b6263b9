import type { MessageEntry } from '@messox/protocol';
import { type Entry, type Gate, type Host, messageEntryOf, readPage } from '../../kernel/module.ts';
import type { Place } from './cursors.ts';

export interface InboxOptions {
  readonly sql: Host['sql'];
  /** Few sockets read what they missed at the same time. */
  readonly gate: Gate;
  /** Messages that are read at once. */
  readonly page: number;
  readonly write: (message: MessageEntry) => void;
  /** Nothing of the channel up to `seq` remains to be written. */
  readonly onWritten: (channelId: number, seq: number) => void;
  /** All that was missed is written. */
  readonly onCaughtUp: () => void;
  /** Resolves when the wire can take more. */
  readonly drained: () => Promise<void>;
  readonly closed: () => boolean;
  readonly onFailed: (error: unknown) => void;
}

interface Thread {
  /** What was handed over, up to and with this seq. */
  seq: number;
  /** What is known to exist. */
  head: number;
}

/**
 * The direct channels of one socket, each handed over from its place on, in order and once. An entry that follows on the
 * last one goes straight to the socket; for one that does not, everything up to it is read from the database, however
 * much that is, and what arrives meanwhile only says how far there is to read.
 */
export class Inbox {
  readonly #options: InboxOptions;
  readonly #threads = new Map<number, Thread>();
  /** Heads that were seen before `begin`, when it was not known yet which channels are direct ones. */
  readonly #early = new Map<number, number>();
  /** Channels that have something to be read. */
  readonly #behind = new Set<number>();
  #begun = false;
  #reading = false;

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** The session is live, and these places were read after it was. */
  begin(places: readonly Place[]): void {
    for (const { channelId, head, seq } of places) this.#threads.set(channelId, { seq, head });
    this.#begun = true;
    for (const [channelId, head] of this.#early) this.reach(channelId, head);
    this.#early.clear();
    for (const { channelId, head } of places) this.reach(channelId, head);
  }

  /** A direct channel that the user is in from now on. */
  add(channelId: number): void {
    if (!this.#threads.has(channelId)) this.#threads.set(channelId, { seq: 0, head: 0 });
  }

  take(entry: Entry): void {
    const { channelId, json, kind, seq } = entry;
    const thread = this.#threads.get(channelId);
    const follows = this.#begun && thread?.seq === seq - 1 && !this.#behind.has(channelId);
    if (!follows) this.reach(channelId, seq);
    else {
      thread.seq = seq;
      if (kind === 'message') this.#options.write(JSON.parse(json) as MessageEntry);
      this.#options.onWritten(channelId, seq);
    }
  }

  /** There is something up to `head`. */
  reach(channelId: number, head: number): void {
    const thread = this.#threads.get(channelId);
    if (!this.#begun) this.#early.set(channelId, Math.max(head, this.#early.get(channelId) ?? 0));
    else if (thread) {
      thread.head = Math.max(thread.head, head);
      if (thread.head > thread.seq) this.#behind.add(channelId);
      if (this.#behind.size > 0 && !this.#reading) void this.#readOn();
    }
  }

  async #readOn(): Promise<void> {
    this.#reading = true;
    try {
      for (const channelId of this.#behind) {
        const thread = this.#threads.get(channelId);
        while (thread && thread.seq < thread.head && !this.#options.closed()) await this.#readPage(channelId, thread);
        this.#behind.delete(channelId);
      }
      this.#options.onCaughtUp();
    } catch (error) {
      this.#options.onFailed(error);
    }
    this.#reading = false;
  }

  async #readPage(channelId: number, thread: Thread): Promise<void> {
    const { closed, drained, gate, onWritten, page, sql, write } = this.#options;
    const { head } = thread;
    const rows = await gate.through(() => readPage(sql, { channelId, after: thread.seq, limit: page }));
    for (const row of rows) {
      if (closed()) return;
      write(messageEntryOf(row));
      thread.seq = row.seq;
      await drained();
    }
    // What is not a message has no row; a page that is not full ends behind everything that was there before it.
    if (rows.length < page) thread.seq = Math.max(thread.seq, head);
    onWritten(channelId, thread.seq);
  }
}
