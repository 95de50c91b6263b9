import { defaultLimits, type OpReply, ops } from '@messox/protocol';
import { fullJitter } from '../backoff.ts';
import { MessoxError } from '../error.ts';
import type { Timings } from '../options.ts';
import type { Line } from '../socket/line.ts';
import { type ClientStorage, LatestWrite, readStored } from '../storage.ts';
import { type Item, Lane } from './lane.ts';
import { type FailedMessage, readUnsent, type SentMessage, type UnsentMessage } from './unsent.ts';

type Reply = OpReply<typeof ops.messageSend>;

export interface OutboxOptions {
  readonly storage: ClientStorage | undefined;
  readonly timings: Timings;
  /** Messages of one channel that may fly at the same time. */
  readonly window: number;
  readonly onSent: (sent: SentMessage) => void;
  readonly onFailed: (failed: FailedMessage) => void;
  readonly onProblem: (error: unknown) => void;
}

/** `meta` stands in the `data` of a frame. */
const metaDepth = defaultLimits.jsonDepth - 2;

/** Sends that may fly at the same time in all channels together; fewer than the server's `opsInFlight`. */
const flyingMax = 32;

/**
 * Keeps every message until the server has confirmed it for good, and sends it again with the same `clientId` until then.
 * Messages of one channel go out in the order in which they were written.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #lanes = new Map<number, Lane>();
  #line: Line | undefined;
  #write: LatestWrite | undefined;
  #flying = 0;
  /** Shrinks when the session is refused as too quick, and grows again with every success. */
  #allowed = flyingMax;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  get unsent(): readonly UnsentMessage[] {
    return [...this.#lanes.values()].flatMap(({ items }) => items.map(({ message }) => message));
  }

  /** Takes over what an earlier life left under `key`; it goes out before what was added since. */
  async open(key: string): Promise<void> {
    const { storage, onProblem } = this.#options;
    const stored = readUnsent(await readStored(storage, key));
    this.#write = storage && new LatestWrite(storage, key, onProblem);
    for (const message of stored.reverse())
      this.#laneOf(message.channelId).items.unshift({ message, flying: false, resolve: ignore, reject: ignore });
    this.#save();
    this.#pump();
  }

  /** Resolves when the server has the message for good. Nothing is called back before this has returned. */
  add(message: UnsentMessage): Promise<Reply> {
    return new Promise<Reply>((resolve, reject) => {
      const item: Item = { message, resolve, reject, flying: false };
      if (isTooDeep(message.meta, metaDepth)) {
        queueMicrotask(() => this.#fail(item, new MessoxError('invalid_json', { details: { depth: metaDepth } })));
        return;
      }
      this.#laneOf(message.channelId).items.push(item);
      this.#save();
      queueMicrotask(() => this.#pump());
    });
  }

  /** Takes a message back; one that was sent already may have been stored. */
  cancel(clientId: string): boolean {
    for (const lane of this.#lanes.values()) {
      const item = lane.items.find(({ message }) => message.clientId === clientId);
      if (!item) continue;
      this.#remove(lane, item);
      item.reject(new MessoxError('cancelled'));
      return true;
    }
    return false;
  }

  /** The server took the `hello`: everything unconfirmed goes out again. */
  lineUp(line: Line): void {
    this.#line = line;
    this.#pump();
  }

  lineDown(): void {
    this.#line = undefined;
  }

  /** Gives up all messages in memory; with `stored`, also those in the storage. */
  async abandon(error: MessoxError, { stored }: { readonly stored: boolean }): Promise<void> {
    if (stored) this.#write?.put(() => undefined);
    // What is written is read from here at that moment.
    await this.#write?.settled();
    this.#write = undefined;
    const lanes = [...this.#lanes.values()];
    this.#lanes.clear();
    for (const lane of lanes) {
      lane.stop();
      for (const item of lane.items.splice(0)) this.#fail(item, error);
    }
  }

  async settled(): Promise<void> {
    await this.#write?.settled();
  }

  #laneOf(channelId: number): Lane {
    let lane = this.#lanes.get(channelId);
    if (!lane) this.#lanes.set(channelId, (lane = new Lane()));
    return lane;
  }

  #pump(): void {
    for (const [channelId, lane] of this.#lanes) {
      this.#pumpLane(lane);
      if (lane.idle) this.#lanes.delete(channelId);
    }
  }

  #pumpLane(lane: Lane): void {
    while (this.#line && !this.#line.end && this.#flying < this.#allowed) {
      const item = lane.next(this.#options.window);
      if (!item) return;
      this.#fly(this.#line, lane, item);
    }
  }

  #fly(line: Line, lane: Lane, item: Item): void {
    item.flying = true;
    lane.flying += 1;
    this.#flying += 1;
    line.ask(ops.messageSend.name, item.message, this.#options.timings.sendTimeoutMs, (error, reply) => {
      item.flying = false;
      lane.flying -= 1;
      this.#flying -= 1;
      // A message that was taken back meanwhile is nobody's any more.
      if (lane.items.includes(item)) this.#land(line, lane, item, error, reply as Reply);
      if (this.#flying < this.#allowed) this.#pump();
    });
  }

  #land(line: Line, lane: Lane, item: Item, error: MessoxError | undefined, reply: Reply): void {
    if (!error) {
      const { seq, sentAt } = reply;
      const { channelId, clientId } = item.message;
      lane.refusals = 0;
      this.#allowed = Math.min(flyingMax, this.#allowed + 1);
      this.#remove(lane, item);
      item.resolve(reply);
      this.#options.onSent({ channelId, clientId, seq, sentAt });
    } else if (line.end) {
      // It goes out again on the next line.
    } else if (error.remedy === 'reauthenticate') line.drop(error);
    else if (error.remedy === 'retry') this.#retry(lane, error);
    else {
      this.#remove(lane, item);
      this.#fail(item, error);
    }
  }

  #retry(lane: Lane, error: MessoxError): void {
    const { retryBaseMs, retryCapMs } = this.#options.timings;
    const ms = error.retryAfterMs ?? fullJitter(lane.refusals, retryBaseMs, retryCapMs);
    lane.refusals += 1;
    const paused = error.code === 'rate_limited' ? this.#lanes.values() : [lane];
    // The session as a whole was too quick: go on with one message at a time.
    if (error.code === 'rate_limited') this.#allowed = 1;
    for (const those of paused) those.pause(ms, () => this.#pump());
  }

  #remove(lane: Lane, item: Item): void {
    lane.remove(item);
    this.#save();
  }

  #fail(item: Item, error: MessoxError): void {
    item.reject(error);
    this.#options.onFailed({ message: item.message, error });
  }

  #save(): void {
    this.#write?.put(() => (this.unsent.length === 0 ? undefined : JSON.stringify(this.unsent)));
  }
}

const ignore = (): void => undefined;

const isTooDeep = (value: unknown, levels: number): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
};
