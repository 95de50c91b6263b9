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
  /** Messages may have been lost; what matters is read from the database again. */
  onGap(): void;
}

/**
 * Carries news of channels from the process that committed them to the gateways that have somebody listening. It may
 * lose, repeat and reorder: the gateway repairs from PostgreSQL. Channels are spread over a fixed number of shards, so
 * that a broker holds few bindings however many users there are.
 */
export interface Bus {
  /** Hands every message of subscribed shards to the one listener of this process. */
  listen(listener: BusListener): void;
  /** Never throws and never waits; a message that cannot be sent is lost. */
  publish(shard: number, message: BusMessage): void;
  /** Resolves when every message published from now on will arrive. */
  subscribe(shard: number): Promise<void>;
  unsubscribe(shard: number): void;
  /** Whether messages get through at present. */
  ready(): boolean;
  close(): Promise<void>;
}

const shardCount = 1_024;

export const shardOf = (channelId: number): number => channelId % shardCount;
