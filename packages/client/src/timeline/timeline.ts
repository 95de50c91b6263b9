import type { Channel, EventData, events, TimelineEntry } from '@messox/protocol';
import type { ResumePoint } from './resume-point.ts';

type Reset = EventData<typeof events.timelineReset>;

/** Where the app gets its news; the promise is of a handler that takes its time. */
export interface TimelineSink {
  entry(entry: TimelineEntry): Promise<unknown> | undefined;
  reset(reset: Reset): Promise<unknown> | undefined;
  channelAdded(added: { readonly channel: Channel }): Promise<unknown> | undefined;
  channelRemoved(removed: { readonly channelId: number }): Promise<unknown> | undefined;
}

// What is beyond this is asked for again instead of remembered.
const heldMax = 1_000;

/** Hands on every entry of every channel once and in the order of seq, whatever order they come in. */
export class Timeline {
  readonly #resume: ResumePoint;
  readonly #sink: TimelineSink;
  /** Entries behind a hole, by channel and seq. */
  readonly #held = new Map<number, Map<number, TimelineEntry>>();

  constructor(resume: ResumePoint, sink: TimelineSink) {
    this.#resume = resume;
    this.#sink = sink;
  }

  /** Channels of which something is known to be missing. */
  get holes(): readonly number[] {
    return [...this.#held.keys()];
  }

  /** Whether all is well with this entry's channel: false when something before it is missing. */
  entry(entry: TimelineEntry): boolean {
    const { channelId, seq } = entry;
    const cursor = this.#resume.cursors.get(channelId);
    if (cursor !== undefined && seq <= cursor) return true;
    if (cursor !== undefined && seq === cursor + 1) {
      this.#hand(entry);
      return this.#release(channelId);
    }
    this.#hold(entry);
    return false;
  }

  reset(reset: Reset): void {
    this.#resume.advance(reset.channelId, reset.head, this.#sink.reset(reset));
    const held = this.#held.get(reset.channelId);
    for (const seq of held?.keys() ?? []) if (seq <= reset.head) held?.delete(seq);
    this.#release(reset.channelId);
  }

  /** Its entries come with the reset that follows; until then they wait. */
  added(channel: Channel): void {
    void this.#sink.channelAdded({ channel });
  }

  removed(channelId: number): void {
    this.#held.delete(channelId);
    this.#resume.advance(channelId, undefined, this.#sink.channelRemoved({ channelId }));
  }

  /** Whether the server has something that was not seen here. */
  isBehind(heads: Readonly<Record<string, number>>): boolean {
    return Object.entries(heads).some(
      ([channelId, head]) => head > (this.#resume.cursors.get(Number(channelId)) ?? -1),
    );
  }

  /** The server has told everything: what waits for a channel that it did not tell of is of one that is left. */
  caughtUp(): void {
    for (const channelId of this.#held.keys()) if (!this.#resume.cursors.has(channelId)) this.#held.delete(channelId);
  }

  /** Whatever was held back comes again with the next line. */
  lineLost(): void {
    this.#held.clear();
  }

  #hand(entry: TimelineEntry): void {
    this.#resume.advance(entry.channelId, entry.seq, this.#sink.entry(entry));
  }

  #hold(entry: TimelineEntry): void {
    const held = this.#held.get(entry.channelId) ?? new Map<number, TimelineEntry>();
    if (held.size < heldMax) held.set(entry.seq, entry);
    this.#held.set(entry.channelId, held);
  }

  /** Hands on what was held back and has its turn now; true when nothing is left waiting. */
  #release(channelId: number): boolean {
    const held = this.#held.get(channelId);
    if (!held) return true;
    for (;;) {
      const next = (this.#resume.cursors.get(channelId) ?? -1) + 1;
      const entry = held.get(next);
      if (!entry) break;
      held.delete(next);
      this.#hand(entry);
    }
    if (held.size === 0) this.#held.delete(channelId);
    return held.size === 0;
  }
}
