import { isUtf8 } from 'node:buffer';
import { type BusEntry, type BusMessage, shardCount, shardOf } from '../../ports/bus.ts';
import { type BusRecord, headBytes, magic, recordTypes } from './batch.ts';

export interface DecodedBatch {
  /** Who published it: another one after each start of a process. */
  readonly publisher: string;
  /** Those of the wanted shards. */
  readonly records: readonly BusRecord[];
}

/** Bytes that are no batch. */
export class BatchError extends Error {
  override readonly name = 'BatchError';
}

/** Reads one value after the other; what is not all there is no batch. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The place of the next `length` bytes, which are passed. */
  #pass(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) throw new BatchError('It ends too early');
    this.#at += length;
    return at;
  }

  slice(length: number): Buffer {
    const at = this.#pass(length);
    return this.#bytes.subarray(at, at + length);
  }

  byte = (): number => this.#bytes.readUInt8(this.#pass(1));
  short = (): number => this.#bytes.readUInt16BE(this.#pass(2));
  long = (): number => this.#bytes.readUInt32BE(this.#pass(4));

  /** An id or a place in a channel. */
  ordinal(): number {
    const value = this.#bytes.readDoubleBE(this.#pass(8));
    if (!Number.isSafeInteger(value) || value < 0) throw new BatchError('A number is none of ours');
    return value;
  }

  text(length: number): string {
    const slice = this.slice(length);
    if (!isUtf8(slice)) throw new BatchError('A text is not UTF-8');
    return slice.toString();
  }
}

const readChannel = (reader: Reader, shard: number): number => {
  const channelId = reader.ordinal();
  if (shardOf(channelId) !== shard) throw new BatchError('A channel is not of its shard');
  return channelId;
};

const readEntries = (reader: Reader, shard: number): BusMessage => {
  const entries: BusEntry[] = [];
  while (!reader.isAtEnd) {
    const channelId = readChannel(reader, shard);
    const seq = reader.ordinal();
    const kind = reader.text(reader.byte());
    entries.push({ channelId, seq, kind, json: reader.text(reader.long()) });
  }
  return { entries };
};

const readSignal = (reader: Reader, shard: number): BusMessage => {
  const channelId = readChannel(reader, shard);
  const event = reader.text(reader.byte());
  return { signal: { channelId, event, json: reader.text(reader.long()) } };
};

const readMessage = (type: number, payload: Reader, shard: number): BusMessage | undefined => {
  if (type === recordTypes.lost) return undefined;
  if (type === recordTypes.entries) return readEntries(payload, shard);
  if (type === recordTypes.signal) return readSignal(payload, shard);
  throw new BatchError('A record is of no type that is known');
};

/** Reads the records of the shards that are wanted and passes over the others. @throws BatchError */
export const decodeBatch = (bytes: Buffer, isWanted: (shard: number) => boolean): DecodedBatch => {
  const reader = new Reader(bytes);
  if (!reader.slice(magic.length).equals(magic)) throw new BatchError('It does not begin like a batch');
  const publisher = reader.slice(headBytes - magic.length).toString('latin1');
  const records: BusRecord[] = [];
  while (!reader.isAtEnd) {
    const shard = reader.short();
    const tally = reader.long();
    const type = reader.byte();
    const payload = reader.slice(reader.long());
    if (shard >= shardCount) throw new BatchError('There is no such shard');
    if (!isWanted(shard)) continue;
    const rest = new Reader(payload);
    records.push({ shard, tally, message: readMessage(type, rest, shard) });
    if (!rest.isAtEnd) throw new BatchError('A record is longer than what it holds');
  }
  return { publisher, records };
};
