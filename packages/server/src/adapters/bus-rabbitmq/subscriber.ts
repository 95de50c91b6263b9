import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { BusMessage } from '../../ports/bus.ts';
import type { BrokerLog } from './broker-log.ts';
import { type Connection, openConnection } from './connection.ts';
import { decodeBatch } from './decode-batch.ts';
import { Tallies } from './tallies.ts';
import { assertExchange, exchange, keyOf, queueOptions } from './topology.ts';

export interface SubscriberOptions {
  readonly url: string;
  readonly log: BrokerLog;
  /** What the broker keeps for this process at the most, in messages and in bytes. */
  readonly queueLength: number;
  readonly queueBytes: number;
  readonly onMessage: (message: BusMessage) => void;
  /** Messages of this shard, or of any, may have been lost. */
  readonly onGap: (shard?: number) => void;
}

/** Whoever subscribes waits no longer; a gap is told when the subscription is in force. */
const patienceMs = 2_000;
const garbageQuietMs = 10_000;

/** One queue of this process's own, bound by the shards that it wants; made anew, with its bindings, whenever it was lost. */
export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #wanted = new Set<number>();
  readonly #bound = new Set<number>();
  readonly #waiting = new Map<number, (() => void)[]>();
  /** Told to be subscribed before they were. */
  readonly #late = new Set<number>();
  readonly #tallies = new Tallies();
  #connection: Connection | undefined;
  #queue: { channel: Channel; name: string } | undefined;
  #isDown = false;
  /** Somebody subscribed, or was subscribed, while there was no queue. */
  #missed = false;
  #binding = false;
  #garbageToldAt = -Infinity;

  constructor(options: SubscriberOptions) {
    this.#options = options;
  }

  /** A process that wants nothing has no queue. */
  isReady(): boolean {
    return this.#connection?.isUp() ?? true;
  }

  reconnects(): number {
    return this.#connection?.reconnects() ?? 0;
  }

  wants(shard: number): boolean {
    return this.#wanted.has(shard);
  }

  async subscribe(shard: number): Promise<void> {
    this.#wanted.add(shard);
    this.#connection ??= openConnection({
      url: this.#options.url,
      name: 'messox bus subscriber',
      log: this.#options.log,
      setUp: (model, broken) => this.#setUp(model, broken),
      onUp: () => this.#onUp(),
      onDown: () => this.#onDown(),
    });
    if (this.#bound.has(shard) || this.#isDown) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        this.#late.add(shard);
        resolve();
      }, patienceMs);
      const inForce = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.set(shard, [...(this.#waiting.get(shard) ?? []), inForce]);
      void this.#bind();
    });
  }

  unsubscribe(shard: number): void {
    this.#wanted.delete(shard);
    this.#late.delete(shard);
    this.#tallies.forget(shard);
    this.#settle(shard);
    void this.#bind();
  }

  async close(): Promise<void> {
    this.#wanted.clear();
    this.#queue = undefined;
    for (const shard of [...this.#waiting.keys()]) this.#settle(shard);
    await this.#connection?.close();
  }

  async #setUp(model: ChannelModel, broken: (why?: string) => void): Promise<void> {
    this.#forgetQueue();
    const channel = await model.createChannel();
    channel.on('error', (error) => broken(error.message));
    channel.on('close', () => broken());
    await assertExchange(channel);
    const { queueBytes, queueLength } = this.#options;
    const { queue: name } = await channel.assertQueue('', queueOptions(queueLength, queueBytes));
    const onMessage = (message: ConsumeMessage | null): void => {
      if (message) this.#onMessage(message.content);
      else broken('its queue was deleted');
    };
    await channel.consume(name, onMessage, { noAck: true, exclusive: true });
    const wanted = [...this.#wanted];
    await Promise.all(wanted.map((shard) => channel.bindQueue(name, exchange, keyOf(shard))));
    for (const shard of wanted) this.#bound.add(shard);
    this.#queue = { channel, name };
  }

  #onUp(): void {
    this.#isDown = false;
    for (const shard of this.#bound) {
      if (this.#late.delete(shard)) this.#options.onGap(shard);
      this.#settle(shard);
    }
    if (this.#missed) this.#options.onGap();
    this.#missed = false;
    void this.#bind();
  }

  /** Nobody is kept waiting: what is missed now is repaired when the broker is back. */
  #onDown(): void {
    this.#isDown = true;
    this.#missed = true;
    this.#forgetQueue();
    for (const shard of [...this.#waiting.keys()]) this.#settle(shard);
  }

  #forgetQueue(): void {
    this.#queue = undefined;
    this.#bound.clear();
    this.#tallies.clear();
  }

  #settle(shard: number): void {
    const those = this.#waiting.get(shard);
    this.#waiting.delete(shard);
    for (const inForce of those ?? []) inForce();
  }

  /** Brings the bindings in line with what is wanted, one after the other. */
  async #bind(): Promise<void> {
    if (this.#binding) return;
    this.#binding = true;
    try {
      for (let next = this.#nextChange(); next !== undefined && this.#queue; next = this.#nextChange()) {
        const { channel, name } = this.#queue;
        if (this.#wanted.has(next)) {
          await channel.bindQueue(name, exchange, keyOf(next));
          this.#onBound(next, channel);
        } else {
          // First, so that who subscribes meanwhile waits for the binding that follows.
          this.#bound.delete(next);
          await channel.unbindQueue(name, exchange, keyOf(next));
        }
      }
    } catch (error) {
      // The connection is lost, and all bindings are made again with the next one.
      this.#options.log.warn({ err: error }, 'a binding could not be changed');
    } finally {
      this.#binding = false;
    }
  }

  #nextChange(): number | undefined {
    for (const shard of this.#wanted) if (!this.#bound.has(shard)) return shard;
    for (const shard of this.#bound) if (!this.#wanted.has(shard)) return shard;
    return undefined;
  }

  #onBound(shard: number, channel: Channel): void {
    if (this.#queue?.channel !== channel) return;
    this.#bound.add(shard);
    if (this.#late.delete(shard)) this.#options.onGap(shard);
    this.#settle(shard);
  }

  #onMessage(content: Buffer): void {
    try {
      const { publisher, records } = decodeBatch(content, (shard) => this.#wanted.has(shard));
      for (const { message, shard, tally } of records) {
        const missed = !message || 'entries' in message ? this.#tallies.note(publisher, shard, tally) : false;
        if (missed || !message) this.#options.onGap(shard);
        if (message) this.#options.onMessage(message);
      }
    } catch (error) {
      // Whoever may publish can publish anything.
      if (performance.now() - this.#garbageToldAt < garbageQuietMs) return;
      this.#garbageToldAt = performance.now();
      this.#options.log.warn({ err: error }, 'a message of the broker was no message of ours and was dropped');
    }
  }
}
