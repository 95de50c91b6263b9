import { randomBytes } from 'node:crypto';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { type BusCounts, type BusMessage, shardCount } from '../../ports/bus.ts';
import { type BusRecord, publisherBytes } from './batch.ts';
import type { BrokerLog } from './broker-log.ts';
import { type Connection, openConnection } from './connection.ts';
import { encodeBatch } from './encode-batch.ts';
import { chunkShards, sizeOf, splitUp, takeChunk, type Waiting } from './outbox.ts';
import { nextTally } from './tallies.ts';
import { assertExchange, exchange, keyOf } from './topology.ts';

export interface PublisherOptions {
  readonly url: string;
  readonly log: BrokerLog;
  /** Messages that the broker has not confirmed yet; meanwhile others are gathered. */
  readonly window: number;
  /** What may wait or be unconfirmed, roughly; what is more is dropped. */
  readonly queueBytes: number;
  /** A message that is not sent: to be handed over in this process at least. */
  readonly onDropped: (shard: number, message: BusMessage) => void;
  /** Nobody knows whether messages of this shard arrive, or when. */
  readonly onUncertain: (shard: number) => void;
}

/** Others hear of what was lost no more often than this. */
const announceMs = 200;
const drainMs = 2_000;

/** Sends what is published in one turn of the event loop in few messages, with a window, and remembers what was lost. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #connection: Connection;
  readonly #id = randomBytes(publisherBytes);
  readonly #tallies = new Uint32Array(shardCount);
  /** Shards with entries that did not arrive for certain; their readers are told as soon as that is possible. */
  readonly #lost = new Set<number>();
  #queue: Waiting[] = [];
  #bytes = 0;
  readonly #inFlight = new Set<readonly Waiting[]>();
  #channel: ConfirmChannel | undefined;
  #blocked = false;
  #closed = false;
  #flushing: NodeJS.Immediate | undefined;
  #announcing: NodeJS.Timeout | undefined;
  #drained: (() => void) | undefined;
  #published = 0;
  #confirmed = 0;
  #dropped = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#connection = openConnection({
      url: options.url,
      name: 'messox bus publisher',
      log: options.log,
      setUp: (model, broken) => this.#setUp(model, broken),
      onUp: () => this.#announce(),
      onDown: () => this.#onDown(),
      onBlocked: () => this.#onBlocked(),
      onUnblocked: () => this.#onUnblocked(),
    });
  }

  get first(): Promise<Error | undefined> {
    return this.#connection.first;
  }

  isReady(): boolean {
    return !this.#closed && this.#canSend;
  }

  counts(): BusCounts {
    const [published, confirmed, dropped] = [this.#published, this.#confirmed, this.#dropped];
    const unconfirmed = published - confirmed - dropped;
    return { published, confirmed, dropped, unconfirmed, reconnects: this.#connection.reconnects() };
  }

  publish(shard: number, message: BusMessage): void {
    for (const part of splitUp(message)) this.#take(shard, part);
  }

  /** Sends what is waiting, if the broker takes it, and ends. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#canSend) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        timer = setTimeout(resolve, drainMs);
        this.#drained = resolve;
        this.#flush();
      });
      clearTimeout(timer);
    }
    clearImmediate(this.#flushing);
    clearTimeout(this.#announcing);
    this.#channel = undefined;
    await this.#connection.close();
    this.#dropQueue();
  }

  get #canSend(): boolean {
    return this.#channel !== undefined && !this.#blocked;
  }

  #take(shard: number, message: BusMessage): void {
    this.#published += 1;
    const tally = 'signal' in message ? (this.#tallies[shard] ?? 0) : nextTally(this.#tallies[shard] ?? 0);
    this.#tallies[shard] = tally;
    const waiting = { shard, tally, message, bytes: sizeOf(message) };
    if (this.#closed || !this.#canSend || this.#bytes + waiting.bytes > this.#options.queueBytes) {
      this.#drop(waiting);
      this.#announceSoon();
      return;
    }
    this.#bytes += waiting.bytes;
    this.#queue.push(waiting);
    this.#flushing ??= setImmediate(() => this.#flush());
  }

  async #setUp(model: ChannelModel, broken: (why?: string) => void): Promise<void> {
    const channel = await model.createConfirmChannel();
    channel.on('error', (error) => broken(error.message));
    // Before the callbacks of what is unconfirmed, which would send on it.
    channel.prependListener('close', () => {
      if (this.#channel === channel) this.#channel = undefined;
      broken();
    });
    await assertExchange(channel);
    this.#blocked = false;
    this.#channel = channel;
  }

  #onDown(): void {
    this.#channel = undefined;
    this.#blocked = false;
    this.#dropQueue();
  }

  /** The broker reads nothing from this connection until its alarm ends, which may take long. */
  #onBlocked(): void {
    this.#blocked = true;
    this.#options.log.warn({}, 'the message broker takes no messages: it is short of memory or disk');
    for (const chunk of this.#inFlight) for (const { shard } of chunk) this.#options.onUncertain(shard);
    this.#dropQueue();
  }

  #onUnblocked(): void {
    this.#blocked = false;
    this.#options.log.info({}, 'the message broker takes messages again');
    this.#announce();
  }

  #dropQueue(): void {
    for (const waiting of this.#queue.splice(0)) {
      this.#bytes -= waiting.bytes;
      this.#drop(waiting);
    }
  }

  #drop({ message, shard }: Waiting): void {
    this.#dropped += 1;
    if ('entries' in message) this.#lost.add(shard);
    this.#options.onDropped(shard, message);
  }

  #flush(): void {
    this.#flushing = undefined;
    while (this.#queue.length > 0 && this.#canSend && this.#inFlight.size < this.#options.window) {
      const chunk = takeChunk(this.#queue);
      this.#inFlight.add(chunk);
      this.#send(chunk, (error) => this.#onSettled(chunk, error));
    }
    if (this.#inFlight.size === 0) this.#drained?.();
  }

  #onSettled(chunk: readonly Waiting[], error: unknown): void {
    this.#inFlight.delete(chunk);
    for (const { bytes, message, shard } of chunk) {
      this.#bytes -= bytes;
      if (!error) {
        this.#confirmed += 1;
        continue;
      }
      this.#dropped += 1;
      if (!('entries' in message)) continue;
      this.#lost.add(shard);
      this.#options.onUncertain(shard);
    }
    this.#announceSoon();
    this.#flush();
  }

  /** Sends one message to the queues that are bound by any of these shards; `settled` is called once, later. */
  #send(records: readonly BusRecord[], settled: (error: unknown) => void): void {
    const [key = '', ...others] = new Set(records.map(({ shard }) => keyOf(shard)));
    try {
      const content = encodeBatch(this.#id, records);
      const options = { persistent: false, ...(others.length > 0 ? { CC: others } : {}) };
      this.#channel?.publish(exchange, key, content, options, settled);
    } catch (error) {
      this.#options.log.error({ err: error }, 'a message could not be given to the broker');
      setImmediate(settled, error);
    }
  }

  #announceSoon(): void {
    if (this.#lost.size > 0 && this.#canSend) this.#announcing ??= setTimeout(() => this.#announce(), announceMs);
  }

  /** Tells the readers of the shards that lost something to look into the database. */
  #announce(): void {
    clearTimeout(this.#announcing);
    this.#announcing = undefined;
    if (!this.#canSend) return;
    const shards = [...this.#lost];
    this.#lost.clear();
    for (let from = 0; from < shards.length; from += chunkShards) {
      const those = shards.slice(from, from + chunkShards);
      const records = those.map((shard) => ({ shard, tally: this.#tallies[shard] ?? 0, message: undefined }));
      this.#send(records, (error) => {
        if (!error) return;
        for (const shard of those) this.#lost.add(shard);
        this.#announceSoon();
      });
    }
  }
}
