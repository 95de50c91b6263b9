import type { BusMessage } from '../../ports/bus.ts';

/**
 * What one AMQP message holds: news of several shards from one publisher. The texts of entries are JSON already and are
 * not encoded a second time; everything is in network order.
 *
 *     "mx" 1 publisher(8) { shard(2) tally(4) type(1) length(4) payload(length) }…
 *     entries: { channelId(8) seq(8) length(1) kind length(4) json }…
 *     signal:  channelId(8) length(1) event length(4) json
 */
export interface BusRecord {
  readonly shard: number;
  /** How many messages with entries this publisher had for the shard so far; by it a reader notices what it missed. */
  readonly tally: number;
  /** Undefined: only says that something was lost. */
  readonly message: BusMessage | undefined;
}

export const magic = Buffer.from('mx\x01', 'latin1');
export const publisherBytes = 8;
export const headBytes = magic.length + publisherBytes;
export const recordHeadBytes = 11;
export const recordTypes = { lost: 0, entries: 1, signal: 2 } as const;
