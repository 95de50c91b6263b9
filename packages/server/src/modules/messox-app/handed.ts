import { setTimeout as delay } from 'node:timers/promises';
import { Bucket, type Connection } from '../../kernel/module.ts';

/**
 * What was written to a socket and not yet received. Bytes that the operating system took may still be lost with the
 * connection, and the app acknowledges nothing; but every WebSocket answers a ping, and the answer comes after all that
 * was received before it.
 */
export class Handed {
  readonly #connection: Connection;
  readonly #onReceived: (channelId: number, seq: number) => void;
  readonly #pings: Bucket;
  #seqs = new Map<number, number>();
  #asking = false;
  #again = false;

  constructor(
    connection: Connection,
    controlFramesPerSecond: number,
    onReceived: (channelId: number, seq: number) => void,
  ) {
    this.#connection = connection;
    this.#onReceived = onReceived;
    // The answers count against the client's control frames, of which its own pings need some.
    this.#pings = new Bucket(controlFramesPerSecond * 0.4, Math.max(1, controlFramesPerSecond));
  }

  /** Nothing of the channel up to `seq` remains to be written. */
  note(channelId: number, seq: number): void {
    this.#seqs.set(channelId, seq);
  }

  /** Asks the client whether it has come, at the end of this turn of the event loop. */
  ask(): void {
    this.#again = true;
    if (this.#asking) return;
    this.#asking = true;
    // Ends with the connection: nothing of it rejects.
    void this.#askOn();
  }

  async #askOn(): Promise<void> {
    while (this.#again) {
      await new Promise((resolve) => setImmediate(resolve));
      while (!this.#pings.take()) await delay(this.#pings.waitMs);
      this.#again = false;
      const those = this.#seqs;
      this.#seqs = new Map();
      if (!(await this.#connection.confirm())) return;
      for (const [channelId, seq] of those) this.#onReceived(channelId, seq);
    }
    this.#asking = false;
  }
}
