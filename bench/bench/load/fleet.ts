import { messageFrames, firstNumber } from './message-frame.ts';
import { type ClientEvents, RawClient } from './raw-client.ts';

export interface Member {
  readonly token: string;
  /** Where this client writes to, if it writes. */
  readonly channelId?: number;
  /** Data of its `hello` besides the token. */
  readonly cursors?: Readonly<Record<string, number>>;
}

export interface Samples {
  readonly sent: number;
  readonly stored: number;
  readonly refused: number;
  readonly deliveries: number;
  /** From the moment that a message was meant to be sent to its reply, in ms. */
  readonly acknowledged: number[];
  /** The same to the entry at another client than the sender's. */
  readonly delivered: number[];
}

const ring = 1 << 21;

/** Many raw clients of one server, and what became of each message that they sent. */
export class Fleet {
  readonly clients: RawClient[] = [];
  readonly #host: string;
  readonly #port: number;
  readonly #text: string;
  readonly #frames: ((number: number) => Buffer)[] = [];
  readonly #meantAt = new Float64Array(ring);
  readonly #senderOf = new Int32Array(ring);
  readonly #waits = new Map<RawClient, { resolve: () => void; reject: (error: Error) => void }>();
  #number = firstNumber;
  #counts = { sent: 0, stored: 0, refused: 0, deliveries: 0 };
  #acknowledged: number[] = [];
  #delivered: number[] = [];
  /** Messages without a reply. */
  outstanding = 0;
  readonly closeCodes: number[] = [];
  /** Called when a client got a reply; a closed loop sends the next one. */
  onReply: ((index: number) => void) | undefined;
  onReconnect: ((client: RawClient) => void) | undefined;
  onClose: ((client: RawClient) => void) | undefined;

  constructor(url: string, text: string) {
    const { hostname, port } = new URL(url);
    this.#host = hostname;
    this.#port = Number(port);
    this.#text = text;
  }

  /** Connects these clients, `atOnce` at a time; resolves when all are ready, with the seconds that it took. */
  async connect(members: readonly Member[], atOnce: number): Promise<number> {
    const begin = performance.now();
    const first = this.clients.length;
    let next = 0;
    const opener = async (): Promise<void> => {
      while (next < members.length) {
        const index = next;
        next += 1;
        const member = members[index];
        if (member) await this.open(first + index, member);
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, members.length) }, opener));
    return (performance.now() - begin) / 1_000;
  }

  /** One client, in place `index`; resolves when it is ready. */
  open(index: number, { channelId, cursors, token }: Member): Promise<void> {
    return new Promise((resolve, reject) => {
      const client = new RawClient(index, {
        host: this.#host,
        port: this.#port,
        hello: { token, ...(cursors ? { cursors } : {}) },
        events: this.#events,
      });
      this.clients[index] = client;
      if (channelId !== undefined) this.#frames[index] ??= messageFrames(channelId, this.#text);
      this.#waits.set(client, { resolve, reject });
    });
  }

  /** Sends the next message of a client that was meant to be sent at `meantAt` (performance.now()). */
  send(index: number, meantAt: number): void {
    const number = (this.#number += 1);
    this.#meantAt[number % ring] = meantAt;
    this.#senderOf[number % ring] = index;
    this.#counts.sent += 1;
    this.outstanding += 1;
    const frame = this.#frames[index]?.(number);
    if (frame) this.clients[index]?.send(frame);
  }

  /** What was counted since the last call. */
  take(): Samples {
    const samples = { ...this.#counts, acknowledged: this.#acknowledged, delivered: this.#delivered };
    this.#counts = { sent: 0, stored: 0, refused: 0, deliveries: 0 };
    this.#acknowledged = [];
    this.#delivered = [];
    return samples;
  }

  end(): void {
    this.onClose = undefined;
    for (const client of this.clients) client.end();
  }

  readonly #events: ClientEvents = {
    onReply: (client, number, ok) => {
      // The reply to `hello` is no message's.
      if (number < firstNumber) {
        if (!ok) this.#fail(client, 'hello was refused');
        return;
      }
      this.outstanding -= 1;
      if (ok) {
        this.#counts.stored += 1;
        this.#acknowledged.push(performance.now() - (this.#meantAt[number % ring] ?? 0));
      } else this.#counts.refused += 1;
      this.onReply?.(client.index);
    },
    onEntry: (client, number) => {
      this.#counts.deliveries += 1;
      if (number === 0 || this.#senderOf[number % ring] === client.index) return;
      this.#delivered.push(performance.now() - (this.#meantAt[number % ring] ?? 0));
    },
    onReady: (client) => {
      this.#waits.get(client)?.resolve();
      this.#waits.delete(client);
    },
    onReconnect: (client) => this.onReconnect?.(client),
    onClose: (client, code) => {
      this.closeCodes.push(code);
      this.#fail(client, `closed with ${code} before it was ready`);
      this.onClose?.(client);
    },
  };

  #fail(client: RawClient, why: string): void {
    this.#waits.get(client)?.reject(new Error(`Client ${client.index}: ${why}`));
    this.#waits.delete(client);
  }
}
