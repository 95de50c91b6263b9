import { type BusRecord, headBytes, magic, publisherBytes, recordHeadBytes, recordTypes } from './batch.ts';
import type { BusMessage } from '../../ports/bus.ts';

/** Numbers beside the texts, of an entry and of a signal. */
const entryBytes = 21;
const signalBytes = 13;

const sizeOf = (message: BusMessage | undefined): number => {
  if (!message) return 0;
  if ('signal' in message)
    return signalBytes + Buffer.byteLength(message.signal.event) + Buffer.byteLength(message.signal.json);
  let size = 0;
  for (const { json, kind } of message.entries) size += entryBytes + Buffer.byteLength(kind) + Buffer.byteLength(json);
  return size;
};

const typeOf = (message: BusMessage | undefined): number => {
  if (!message) return recordTypes.lost;
  return 'signal' in message ? recordTypes.signal : recordTypes.entries;
};

/** Writes the text after its length, and returns where it ends. */
const writeShort = (bytes: Buffer, text: string, at: number): number => {
  const length = bytes.write(text, at + 1);
  bytes.writeUInt8(length, at);
  return at + 1 + length;
};

const writeLong = (bytes: Buffer, text: string, at: number): number => {
  const length = bytes.write(text, at + 4);
  bytes.writeUInt32BE(length, at);
  return at + 4 + length;
};

const writeMessage = (bytes: Buffer, message: BusMessage | undefined, begin: number): number => {
  if (!message) return begin;
  let at = begin;
  if ('signal' in message) {
    const { channelId, event, json } = message.signal;
    at = bytes.writeDoubleBE(channelId, at);
    return writeLong(bytes, json, writeShort(bytes, event, at));
  }
  for (const { channelId, json, kind, seq } of message.entries) {
    at = bytes.writeDoubleBE(channelId, at);
    at = bytes.writeDoubleBE(seq, at);
    at = writeLong(bytes, json, writeShort(bytes, kind, at));
  }
  return at;
};

/** @throws RangeError when the name of a kind or event has more than 255 bytes */
export const encodeBatch = (publisher: Buffer, records: readonly BusRecord[]): Buffer => {
  const sizes = records.map(({ message }) => sizeOf(message));
  const bytes = Buffer.allocUnsafe(sizes.reduce((sum, size) => sum + recordHeadBytes + size, headBytes));
  magic.copy(bytes);
  publisher.copy(bytes, magic.length, 0, publisherBytes);
  let at = headBytes;
  for (const [index, { message, shard, tally }] of records.entries()) {
    at = bytes.writeUInt16BE(shard, at);
    at = bytes.writeUInt32BE(tally, at);
    at = bytes.writeUInt8(typeOf(message), at);
    at = bytes.writeUInt32BE(sizes[index] ?? 0, at);
    at = writeMessage(bytes, message, at);
  }
  return bytes;
};
