import type { Duplex } from 'node:stream';
import { type CloseReason, closeCodes } from '@messox/protocol';
import { WebSocket } from 'ws';
import { Bucket } from './bucket.ts';
import { Outbox } from './outbox.ts';

/** What ws itself finds wrong with a frame, in the codes of our protocol. */
const ownCodes = new Map<number, CloseReason>([
  [1003, 'malformedFrame'],
  [1007, 'malformedFrame'],
  [1008, 'tooManyRequests'],
  [1009, 'frameTooLarge'],
]);

/** The socket class that the WebSocket server makes: `ws` closes with its own codes, the contract has others. */
export class Socket extends WebSocket {
  /** Called once, before the close frame is sent, whoever began to close. */
  ending: (() => void) | undefined;

  override close(code?: number, data?: string | Buffer): void {
    if (this.readyState === WebSocket.OPEN) this.ending?.();
    const reason = code === undefined ? undefined : ownCodes.get(code);
    super.close(reason ? closeCodes[reason].code : code, reason ?? data);
  }
}

export interface ConnectionOptions {
  readonly socket: Socket;
  /** The TCP socket beneath. */
  readonly stream: Duplex;
  readonly address: string;
  readonly outboxBytes: number;
  readonly outboxStuckMs: number;
  readonly controlFramesPerSecond: number;
  readonly onText: (text: string) => void;
  readonly onClose: (code: number) => void;
}

/** One WebSocket: bytes out with a bound, texts in, and a close that always ends. */
export class Connection {
  readonly address: string;
  readonly #socket: Socket;
  readonly #outbox: Outbox;
  readonly #outboxBytes: number;
  readonly #outboxStuckMs: number;
  #closed = false;
  /** The code with which this side closed. */
  #reason: number | undefined;
  #pings = 0;
  /** Who waits for the answer to the ping of this number. */
  readonly #confirms = new Map<number, (received: boolean) => void>();
  /** performance.now() of the last sign of life. */
  heardAt = performance.now();

  constructor(options: ConnectionOptions) {
    const { socket, stream, onText, onClose } = options;
    this.address = options.address;
    this.#socket = socket;
    this.#outbox = new Outbox(stream);
    this.#outboxBytes = options.outboxBytes;
    this.#outboxStuckMs = options.outboxStuckMs;
    socket.ending = () => {
      this.#outbox.flush();
      this.#closed = true;
    };
    const control = new Bucket(options.controlFramesPerSecond, options.controlFramesPerSecond * 3);
    const onControl = (): void => {
      this.heardAt = performance.now();
      if (!control.take()) this.close('tooManyRequests');
    };
    socket.on('ping', onControl);
    socket.on('pong', (data: Buffer) => {
      onControl();
      this.#confirmUpTo(Number(data.toString()));
    });
    socket.on('message', (data: Buffer, isBinary) => {
      if (this.#closed) return;
      this.heardAt = performance.now();
      if (isBinary) this.close('malformedFrame');
      else onText(data.toString());
    });
    // What went wrong is in the close code; without a listener an error would end the process.
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      this.#closed = true;
      for (const settle of this.#confirms.values()) settle(false);
      this.#confirms.clear();
      onClose(this.#reason ?? code);
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Hands a frame to the socket; a client that does not read is closed rather than remembered without end. */
  push(frame: Buffer): void {
    if (this.#closed) return;
    this.#outbox.push(frame);
    if (this.#outbox.untaken > this.#outboxBytes) this.close('tooSlow');
  }

  /** More is waiting to be written than a catch-up may add to: what happens live needs the rest of the bound. */
  get congested(): boolean {
    return this.#outbox.bytes > this.#outboxBytes / 4;
  }

  /** Bytes that wait for the client. */
  get waitingBytes(): number {
    return this.#outbox.bytes;
  }

  /** Resolves when the connection is no longer congested, or is closed: a client that reads nothing does not keep it open. */
  async drained(): Promise<void> {
    let least = Infinity;
    let movedAt = performance.now();
    while (!this.#closed && this.congested) {
      if (this.#outbox.bytes < least) {
        least = this.#outbox.bytes;
        movedAt = performance.now();
      } else if (performance.now() - movedAt > this.#outboxStuckMs) this.close('tooSlow');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  pause(): void {
    if (!this.#closed) this.#socket.pause();
  }

  resume(): void {
    if (!this.#closed) this.#socket.resume();
  }

  ping(): void {
    if (!this.#closed && this.#outbox.bytes < this.#outboxBytes) this.#socket.ping(String((this.#pings += 1)));
  }

  /**
   * Whether the client received all that was pushed before this call: true with its answer to a ping that follows it on
   * the wire, false when the socket closes first. Answers count against `controlFramesPerSecond`.
   */
  confirm(): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    this.#outbox.flush();
    const number = (this.#pings += 1);
    return new Promise((resolve) => {
      this.#confirms.set(number, resolve);
      this.#socket.ping(String(number));
    });
  }

  close(reason: CloseReason): void {
    if (this.#closed) return;
    this.#reason = closeCodes[reason].code;
    this.#socket.resume();
    this.#socket.close(closeCodes[reason].code, reason);
  }

  /** Something went wrong here: the client comes back and catches up (1011, RFC 6455). */
  fail(): void {
    if (!this.#closed) this.#socket.close(1011, 'internal');
  }

  /** Without a word: the other side is gone. */
  terminate(): void {
    this.#socket.terminate();
  }

  /** A client may answer only the last of several pings (RFC 6455, 5.5.3). */
  #confirmUpTo(number: number): void {
    for (const [own, settle] of this.#confirms)
      if (own <= number) {
        this.#confirms.delete(own);
        settle(true);
      }
  }
}
