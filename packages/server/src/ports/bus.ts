/** One committed entry of a channel's timeline on its way to the gateways. */
export interface BusEntry {
  readonly channelId: number;
  readonly seq: number;
  readonly kind: string;
  /** The entry as clients get it: serialised once, handed on as it is. */
  readonly json: string;
}

/** Something that may be missed: typing, a read mark. */
export interface BusSignal {
  readonly channelId: number;
  /** The event's name; `module:name` is between a module's own processes and no event of the API. */
  readonly event: string;
  readonly json: string;
}

/** No channel has this id: private signals of it go to every process. */
export const everyProcess = 0;

export const isPrivateSignal = (event: string): boolean => event.includes(':');

export type BusMessage = { readonly entries: readonly BusEntry[] } | { readonly signal: BusSignal };

export interface BusListener {
  onMessage(message: BusMessage): void;
  /** Messages of these shards, or of any, may have been lost; what matters is read from the database again. */
  onGap(shards?: ReadonlySet<number>): void;
}

/** What became of messages since the start. Each that was published is confirmed, dropped or neither yet. */
export interface BusCounts {
  readonly published: number;
  /** On their way for certain. */
  readonly confirmed: number;
  /** Not sent, or nobody knows. */
  readonly dropped: number;
  readonly unconfirmed: number;
  /** How often a connection was made anew. */
  readonly reconnects: number;
}

/**
 * Carries news of channels from the process that committed them to the gateways that have somebody listening. It may
 * lose, repeat and reorder: the gateway repairs from PostgreSQL. Channels are spread over a fixed number of shards, so
 * that a broker holds few bindings however many users there are.
 */
export interface Bus {
  /** Hands every message of subscribed shards to the one listener of this process. */
  listen(listener: BusListener): void;
  /**
   * Never throws, never waits and holds a bounded number of messages. One that cannot be sent is dropped: then this
   * process's own listener is handed it at once, and those of others learn of a gap as soon as they can be reached.
   */
  publish(shard: number, message: BusMessage): void;
  /** Resolves when every message published from now on will arrive, or, while that cannot be had, soon: a gap follows. */
  subscribe(shard: number): Promise<void>;
  unsubscribe(shard: number): void;
  /** Whether messages get through at present. */
  ready(): boolean;
  counts(): BusCounts;
  /** Sends what is waiting, if that goes quickly, and ends. */
  close(): Promise<void>;
}

export const shardCount = 1_024;

export const shardOf = (channelId: number): number => channelId % shardCount;
