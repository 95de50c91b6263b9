import { randomBytes } from 'node:crypto';

/** A masked text frame of a client (RFC 6455, 5.3). */
export const clientTextFrame = (payload: Uint8Array): Buffer => {
  const header = payload.length < 126 ? 2 : 4;
  const frame = Buffer.allocUnsafe(header + 4 + payload.length);
  frame[0] = 0x81;
  if (header === 2) frame[1] = 0x80 | payload.length;
  else {
    frame[1] = 0x80 | 126;
    frame.writeUInt16BE(payload.length, 2);
  }
  const mask = maskKey();
  mask.copy(frame, header);
  const start = header + 4;
  for (let index = 0; index < payload.length; index += 1)
    frame[start + index] = (payload[index] ?? 0) ^ (mask[index & 3] ?? 0);
  return frame;
};

/** A masked ping or pong. */
export const clientControlFrame = (opcode: 9 | 10, payload: Uint8Array): Buffer => {
  const mask = maskKey();
  return Buffer.from([
    0x80 | opcode,
    0x80 | payload.length,
    ...mask,
    ...payload.map((byte, i) => byte ^ (mask[i & 3] ?? 0)),
  ]);
};

// Never zero: `ws` leaves out the work of unmasking for a key of zeros.
const keys = Array.from({ length: 256 }, () => Buffer.from(randomBytes(4).map((byte) => byte || 1)));
let turn = 0;
const maskKey = (): Buffer => keys[(turn = (turn + 1) & 255)] ?? Buffer.of(1, 2, 3, 4);

export interface FrameSink {
  /** A text frame's payload: `bytes` from `start` up to `end`; the buffer is only lent. */
  onText(bytes: Buffer, start: number, end: number): void;
  onControl(opcode: number, payload: Buffer): void;
}

/** Cuts what a server sends into frames, and no more: what a load generator spends is not the server's. */
export class FrameReader {
  readonly #sink: FrameSink;
  #rest: Buffer | undefined;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  read(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    while (at + 2 <= bytes.length) {
      const opcode = (bytes[at] ?? 0) & 0x0f;
      const short = (bytes[at + 1] ?? 0) & 0x7f;
      const header = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (at + header > bytes.length) break;
      const length =
        short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
      const start = at + header;
      if (start + length > bytes.length) break;
      at = start + length;
      if (opcode === 1) this.#sink.onText(bytes, start, at);
      else this.#sink.onControl(opcode, bytes.subarray(start, at));
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : undefined;
  }
}
