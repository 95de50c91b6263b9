import type { BusMessage } from '../../ports/bus.ts';

/** A message that waits to be sent. */
export interface Waiting {
  readonly shard: number;
  readonly tally: number;
  readonly message: BusMessage;
  /** Roughly. */
  readonly bytes: number;
}

/** Messages that go to the broker as one. */
export type Chunk = readonly Waiting[];

/** A queue gets one copy of a message, however many of its keys it is bound by; each key costs the broker a look-up. */
export const chunkShards = 128;
const chunkBytes = 262_144;
const overheadBytes = 32;

const entrySize = (kind: string, json: string): number => kind.length + json.length + overheadBytes;

export const sizeOf = (message: BusMessage): number =>
  'signal' in message
    ? entrySize(message.signal.event, message.signal.json)
    : message.entries.reduce((sum, { json, kind }) => sum + entrySize(kind, json), 0);

/** Parts of a message, so that a great many entries do not become one that a broker refuses. */
export const splitUp = (message: BusMessage): BusMessage[] => {
  if ('signal' in message || sizeOf(message) <= chunkBytes) return [message];
  const parts: BusMessage[] = [];
  let part: (typeof message.entries)[number][] = [];
  let size = 0;
  for (const entry of message.entries) {
    const more = entrySize(entry.kind, entry.json);
    if (part.length > 0 && size + more > chunkBytes) {
      parts.push({ entries: part });
      [part, size] = [[], 0];
    }
    part.push(entry);
    size += more;
  }
  return [...parts, { entries: part }];
};

/** Takes from the front of the queue what goes as one. */
export const takeChunk = (queue: Waiting[]): Chunk => {
  const shards = new Set<number>();
  let bytes = 0;
  let count = 0;
  for (const waiting of queue) {
    shards.add(waiting.shard);
    bytes += waiting.bytes;
    if (count > 0 && (shards.size > chunkShards || bytes > chunkBytes)) break;
    count += 1;
  }
  return queue.splice(0, count);
};
