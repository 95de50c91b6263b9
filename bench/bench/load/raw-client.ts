import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { clientControlFrame, clientTextFrame, FrameReader } from './frames.ts';

/** What a raw client reports; `number` is that of a message of `message-frame.ts`. */
export interface ClientEvents {
  onReply(client: RawClient, number: number, ok: boolean): void;
  onEntry(client: RawClient, number: number): void;
  onReady(client: RawClient): void;
  onReconnect(client: RawClient, afterMs: number): void;
  onClose(client: RawClient, code: number): void;
}

export interface RawClientOptions {
  readonly host: string;
  readonly port: number;
  /** Data of `hello`. */
  readonly hello: Readonly<Record<string, unknown>>;
  readonly events: ClientEvents;
}

const clientIdKey = Buffer.from('"clientId":"');
const letter = (text: string): number => text.charCodeAt(0);
const [i, t, r, a, c, o, e] = ['i', 't', 'r', 'a', 'c', 'o', 'e'].map(letter);

const decimal = (bytes: Buffer, from: number): number => {
  let value = 0;
  for (let at = from; ; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return value;
    value = value * 10 + digit;
  }
};

/** A client that reads just enough of each frame to know what it is: a reply, an entry, `ready`. */
export class RawClient {
  readonly index: number;
  readonly #options: RawClientOptions;
  readonly #socket: Socket;
  #upgraded = false;
  #closeCode = 1006;
  #head = '';
  entries = 0;
  ready = false;
  #ended = false;
  reconnectAfterMs = 0;

  constructor(index: number, options: RawClientOptions) {
    this.index = index;
    this.#options = options;
    const { events, hello, host, port } = options;
    const reader = new FrameReader({
      onText: (bytes, start, end) => this.#onText(bytes, start, end),
      onControl: (opcode, payload) => this.#onControl(opcode, payload),
    });
    this.#socket = connect({ host, port, noDelay: true }, () => {
      this.#socket.write(
        `GET /ws HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
          `Sec-WebSocket-Protocol: messox.v1\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`,
      );
    });
    this.#socket.on('data', (chunk: Buffer) => {
      if (this.#upgraded) reader.read(chunk);
      else {
        this.#head += chunk.toString('latin1');
        const end = this.#head.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!this.#head.startsWith('HTTP/1.1 101')) {
          this.#socket.destroy();
          return;
        }
        this.#upgraded = true;
        this.send(clientTextFrame(Buffer.from(JSON.stringify({ id: 1, op: 'hello', data: hello }))));
        const rest = Buffer.from(this.#head.slice(end + 4), 'latin1');
        this.#head = '';
        if (rest.length > 0) reader.read(rest);
      }
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      this.#ended = true;
      events.onClose(this, this.#closeCode);
    });
  }

  send(frame: Buffer): void {
    this.#socket.write(frame);
  }

  hasEnded(): boolean {
    return this.#ended;
  }

  get untaken(): number {
    return this.#socket.writableLength;
  }

  /** Stops reading, like a client whose machine sleeps. */
  pause(): void {
    this.#socket.pause();
  }

  end(): void {
    this.#socket.destroy();
  }

  #onText(bytes: Buffer, start: number, end: number): void {
    const { events } = this.#options;
    // {"id":1000000001,"ok":true …
    if (bytes[start + 2] === i) {
      const id = decimal(bytes, start + 6);
      const ok = bytes[bytes.indexOf('"ok":', start + 7) + 5] === t;
      events.onReply(this, id, ok);
      return;
    }
    // {"event":"timeline.entry" … {"event":"ready" … {"event":"reconnect"
    const [first, third] = [bytes[start + 10], bytes[start + 12]];
    if (first === t && bytes[start + 19] === e) {
      this.entries += 1;
      const at = bytes.indexOf(clientIdKey, start + 60);
      const number = at > 0 && at < end ? parseInt(bytes.toString('latin1', at + 36, at + 48), 16) : 0;
      events.onEntry(this, number);
    } else if (first === r && third === a) {
      this.ready = true;
      events.onReady(this);
    } else if (first === r && third === c && bytes[start + 13] === o) {
      const { data } = JSON.parse(bytes.toString('utf8', start, end)) as { data: { afterMs: number } };
      this.reconnectAfterMs = data.afterMs;
      events.onReconnect(this, data.afterMs);
    }
  }

  #onControl(opcode: number, payload: Buffer): void {
    if (opcode === 9) this.send(clientControlFrame(10, payload));
    else if (opcode === 8) {
      this.#closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.#socket.end(Buffer.from([0x88, 0x82, 0, 0, 0, 1, payload[0] ?? 3, (payload[1] ?? 0xe8) ^ 1]));
    }
  }
}
