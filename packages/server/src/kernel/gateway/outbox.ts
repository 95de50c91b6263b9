import type { Duplex } from 'node:stream';

/** What waits for the end of the turn; more is handed to the operating system at once, which says what it does not take. */
const gatheredBytes = 65_536;

const waiting = new Set<Outbox>();

const flushAll = (): void => {
  const those = [...waiting];
  waiting.clear();
  for (const outbox of those) outbox.flush();
};

/** Gathers the frames for one socket within a turn of the event loop and writes them together: a write is what costs. */
export class Outbox {
  readonly #socket: Duplex;
  #frames: Buffer[] = [];
  #waitingBytes = 0;

  constructor(socket: Duplex) {
    this.#socket = socket;
  }

  push(frame: Buffer): void {
    this.#frames.push(frame);
    this.#waitingBytes += frame.length;
    if (this.#waitingBytes > gatheredBytes) {
      this.flush();
      return;
    }
    if (this.#frames.length > 1) return;
    if (waiting.size === 0) setImmediate(flushAll);
    waiting.add(this);
  }

  flush(): void {
    const frames = this.#frames;
    if (frames.length === 0 || !this.#socket.writable) return;
    this.#frames = [];
    this.#waitingBytes = 0;
    const [first] = frames;
    if (first) this.#socket.write(frames.length === 1 ? first : Buffer.concat(frames));
  }

  /** Bytes that the operating system has not taken. */
  get untaken(): number {
    return this.#socket.writableLength;
  }

  /** The same with what this turn of the event loop has gathered so far. */
  get bytes(): number {
    return this.#socket.writableLength + this.#waitingBytes;
  }
}
