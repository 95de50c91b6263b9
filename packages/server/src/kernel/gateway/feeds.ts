import { type Bus, type BusMessage, type BusSignal, everyProcess, shardOf } from '../../ports/bus.ts';
import type { Sql } from '../database/pool.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { doubtSignal } from '../timeline/doubt.ts';
import { type Range, readEntries, readHeads } from '../timeline/read.ts';
import { Feed, type Seat } from './feed.ts';

export interface FeedsOptions {
  readonly bus: Bus;
  readonly sql: Sql;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Entries that one repair reads at once. */
  readonly repairEntries: number;
}

const sweepMs = 15_000;
const retryMs = 250;

/** The channels of which this process has sessions, kept whole whatever the bus does. */
export class Feeds {
  readonly #options: FeedsOptions;
  readonly #feeds = new Map<number, Feed>();
  /** Shard to the number of its feeds. */
  readonly #shards = new Map<number, { feeds: number; subscribed: Promise<void> }>();
  readonly #holed = new Set<Feed>();
  readonly #sweep: NodeJS.Timeout;
  /** What modules' own processes tell each other, by the name of the signal; no session is told of it. */
  readonly #privately = new Map<string, (signal: BusSignal) => void>();
  #repairing = false;
  #stopped = false;
  /** Called when signals may have been lost. */
  onGap: (() => void) | undefined;
  /** Called for each signal of a channel that has a feed here. */
  onSignal: ((feed: Feed, signal: BusSignal) => void) | undefined;

  constructor(options: FeedsOptions) {
    this.#options = options;
    options.bus.listen({
      onMessage: (message) => this.#onMessage(message),
      onGap: (shards) => {
        void this.compareHeads(shards);
        this.onGap?.();
      },
    });
    this.#sweep = setInterval(() => void this.compareHeads(), sweepMs);
    this.#sweep.unref();
  }

  get size(): number {
    return this.#feeds.size;
  }

  /** The channels that have a feed here. */
  get channelIds(): IterableIterator<number> {
    return this.#feeds.keys();
  }

  find(channelId: number): Feed | undefined {
    return this.#feeds.get(channelId);
  }

  /** Hands private signals of this name to `handler`: those to every process, and those of channels with a feed here. */
  onPrivate(event: string, handler: (signal: BusSignal) => void): () => void {
    // Held for good: what goes to every process is in this shard.
    if (this.#privately.size === 0) void this.#holdShard(shardOf(everyProcess));
    this.#privately.set(event, handler);
    return () => this.#privately.delete(event);
  }

  sit(channelId: number, seat: Seat): Feed {
    const feed = this.#feeds.get(channelId) ?? this.#open(channelId);
    feed.seats.add(seat);
    return feed;
  }

  leave(feed: Feed, seat: Seat): void {
    if (!feed.seats.delete(seat) || feed.seats.size > 0) return;
    this.#feeds.delete(feed.channelId);
    this.#holed.delete(feed);
    const shard = shardOf(feed.channelId);
    const held = this.#shards.get(shard);
    if (!held) return;
    held.feeds -= 1;
    if (held.feeds > 0) return;
    this.#shards.delete(shard);
    this.#options.bus.unsubscribe(shard);
  }

  /**
   * Compares the heads of the feeds, or of those in some shards, with the database in one query and fills what is
   * missing: after the bus lost something, and every now and then, since a lost last entry leaves no hole.
   */
  async compareHeads(shards?: ReadonlySet<number>): Promise<void> {
    const { log, sql } = this.#options;
    const started = [...this.#feeds.values()].filter(
      ({ channelId, lastSeq }) => lastSeq !== undefined && (!shards || shards.has(shardOf(channelId))),
    );
    if (started.length === 0 || this.#stopped) return;
    try {
      const heads = await readHeads(
        sql,
        started.map(({ channelId }) => channelId),
      );
      for (const feed of started) {
        // Nobody may be left who wants it.
        if (this.#feeds.get(feed.channelId) !== feed) continue;
        feed.noteHead(heads.get(feed.channelId) ?? 0);
        if (feed.hole) this.#onHole(feed);
      }
    } catch (error) {
      log.warn({ err: error }, 'the heads of channels could not be compared');
    }
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#sweep);
  }

  #open(channelId: number): Feed {
    const subscribed = this.#holdShard(shardOf(channelId));
    const feed = new Feed(channelId, subscribed, (it) => this.#onHole(it));
    this.#feeds.set(channelId, feed);
    return feed;
  }

  #holdShard(shard: number): Promise<void> {
    const held = this.#shards.get(shard) ?? { feeds: 0, subscribed: this.#options.bus.subscribe(shard) };
    held.feeds += 1;
    this.#shards.set(shard, held);
    return held.subscribed;
  }

  #onMessage(message: BusMessage): void {
    if ('signal' in message) {
      const { signal } = message;
      const { channelId, event } = signal;
      const feed = this.#feeds.get(channelId);
      const handler = this.#privately.get(event);
      if (handler && (feed || channelId === everyProcess)) handler(signal);
      else if (feed && event === doubtSignal) void this.compareHeads(new Set([shardOf(channelId)]));
      else if (feed && !handler) this.onSignal?.(feed, signal);
      return;
    }
    for (const entry of message.entries) this.#feeds.get(entry.channelId)?.receive(entry);
  }

  #onHole(feed: Feed): void {
    this.#holed.add(feed);
    if (this.#repairing) return;
    this.#repairing = true;
    void this.#repair();
  }

  async #repair(): Promise<void> {
    const { log, metrics, repairEntries, sql } = this.#options;
    while (this.#holed.size > 0 && !this.#stopped) {
      const feeds: Feed[] = [];
      const ranges: Range[] = [];
      let room = repairEntries;
      // One channel with much to fill does not keep the others waiting.
      const share = Math.ceil(repairEntries / this.#holed.size);
      for (const feed of this.#holed) {
        if (room <= 0) break;
        const hole = this.#feeds.get(feed.channelId) === feed ? feed.hole : undefined;
        feeds.push(feed);
        if (!hole) {
          this.#holed.delete(feed);
          continue;
        }
        const upTo = Math.min(hole.upTo, hole.after + share);
        ranges.push({ channelId: feed.channelId, after: hole.after, upTo });
        room -= upTo - hole.after;
      }
      try {
        const entries = await readEntries(sql, ranges);
        metrics.holesFilled.inc(ranges.length);
        for (const entry of entries) this.#feeds.get(entry.channelId)?.receive(entry);
        // Whole again, or the database has nothing: then asking again at once would bring nothing either.
        const filled = new Set(entries.map(({ channelId }) => channelId));
        for (const feed of feeds) if (!filled.has(feed.channelId)) this.#holed.delete(feed);
      } catch (error) {
        log.warn({ err: error, channels: ranges.length }, 'holes could not be filled yet');
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
    this.#repairing = false;
  }
}
