import { type Bus, type BusEntry, shardOf } from '../../ports/bus.ts';
import type { Sql } from '../database/pool.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { NewMessage } from './append.ts';
import { type Change, commitChange } from './change.ts';
import { doubtLastsMs, doubtSignal } from './doubt.ts';
import { messageJson } from './entry-json.ts';
import { Sender, type Stored } from './sender.ts';

export interface TimelineOptions {
  readonly sql: Sql;
  /** A pool of its own for sends: no slow query stands in front of them. */
  readonly sendSql: Sql;
  /** For sends to channels that somebody else holds. */
  readonly sendApartSql: Sql;
  readonly bus: Bus;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly limits: {
    readonly timelineQueue: number;
    readonly timelineQueueBytes: number;
    readonly timelineBatch: number;
  };
}

/** Writes timelines: everything that is answered as done is committed, and what is committed is published. */
export class Timeline {
  readonly #sql: Sql;
  readonly #bus: Bus;
  readonly #sender: Sender;

  constructor({ sql, sendSql, sendApartSql, bus, log, metrics, limits }: TimelineOptions) {
    this.#sql = sql;
    this.#bus = bus;
    this.#sender = new Sender({
      sql: sendSql,
      apartSql: sendApartSql,
      log,
      metrics,
      queue: limits.timelineQueue,
      queueBytes: limits.timelineQueueBytes,
      batch: limits.timelineBatch,
      patienceMs: 10_000,
      onStored: (stored) =>
        this.#publish(
          stored.map(({ message, seq, sentAt }) => ({
            channelId: message.channelId,
            seq,
            kind: 'message',
            json: messageJson({
              channel_id: message.channelId,
              seq,
              sender_id: message.senderId,
              client_id: message.clientId,
              sent_at: sentAt,
              text: message.text,
              reply_to: message.replyTo,
              meta: message.meta,
              edited_at: null,
              deleted_at: null,
              reactions: null,
            }),
          })),
        ),
    });
  }

  /** Stores a message. @throws Fault as `Sender.send` */
  send(message: NewMessage): Promise<Stored> {
    return this.#sender.send(message);
  }

  /** Runs `work` in a transaction and publishes what it recorded once that is committed. */
  async change<T>(work: (change: Change) => Promise<T>): Promise<T> {
    const { result, entries } = await commitChange(this.#sql, work, (channelIds) => this.#doubt(channelIds));
    this.#publish(entries);
    return result;
  }

  /** Tells the channel's sessions something that may be missed; a name like `module:name` keeps it from `/ws`. */
  signal(channelId: number, event: string, data: unknown): void {
    this.#bus.publish(shardOf(channelId), { signal: { channelId, event, json: JSON.stringify(data) } });
  }

  /** Resolves when every send that was taken is answered, or after `ms`. */
  async drain(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
    await Promise.race([this.#sender.drain(), late]);
    clearTimeout(timer);
  }

  #doubt(channelIds: Iterable<number>): void {
    const tell = (): void => {
      for (const channelId of channelIds) this.signal(channelId, doubtSignal, null);
    };
    tell();
    setTimeout(tell, doubtLastsMs).unref();
  }

  #publish(entries: readonly BusEntry[]): void {
    const byShard = new Map<number, BusEntry[]>();
    for (const entry of entries) {
      const shard = shardOf(entry.channelId);
      const those = byShard.get(shard);
      if (those) those.push(entry);
      else byShard.set(shard, [entry]);
    }
    for (const [shard, those] of byShard) this.#bus.publish(shard, { entries: those });
  }
}
