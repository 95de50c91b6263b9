import { type AddressInfo, connect, createServer, type NetConnectOpts, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What a proxy does to the bytes that pass. */
export interface Weather {
  /** Each piece arrives so much later. */
  readonly delayMs?: number;
  /** Pieces of this size at the most, each in a packet of its own. */
  readonly sliceBytes?: number;
  readonly bytesPerSecond?: number;
  /** Nobody gets a new connection. */
  readonly refuse?: boolean;
}

/** Bytes on their way before the sender is asked to wait. */
const roomBytes = 1_048_576;

/** One connection through the proxy. */
class Link {
  readonly #ends: readonly [Socket, Socket];
  readonly #weather: () => Weather;
  /** Both sides think that the connection stands, and hear nothing any more. */
  isSilent = false;
  /** What the server sends is left where it is. */
  isStuck = false;

  constructor(client: Socket, server: Socket, weather: () => Weather, onClose: (link: Link) => void) {
    this.#ends = [client, server];
    this.#weather = weather;
    for (const end of this.#ends) {
      end.setNoDelay(true);
      end.on('error', () => undefined);
    }
    this.#pump(client, server);
    this.#pump(server, client);
    client.on('close', () => onClose(this));
  }

  cut(): void {
    for (const end of this.#ends) end.destroy();
  }

  stick(isStuck: boolean): void {
    this.isStuck = isStuck;
    const [, server] = this.#ends;
    if (isStuck) server.pause();
    else server.resume();
  }

  #pump(from: Socket, to: Socket): void {
    let turn = Promise.resolve();
    let waiting = 0;
    const next = (work: () => Promise<void>): void => {
      turn = turn.then(work).catch(() => this.cut());
    };
    from.on('data', (bytes: Buffer) => {
      if (this.isSilent) return;
      waiting += bytes.length;
      if (waiting > roomBytes) from.pause();
      const dueAt = performance.now() + (this.#weather().delayMs ?? 0);
      next(async () => {
        const ms = dueAt - performance.now();
        if (ms > 0) await delay(ms);
        await this.#write(to, bytes);
        waiting -= bytes.length;
        if (waiting <= roomBytes && !this.isStuck) from.resume();
      });
    });
    const pass = (goodbye: () => void) => (): void =>
      next(async () => {
        if (!this.isSilent) goodbye();
      });
    from.on(
      'end',
      pass(() => to.end()),
    );
    from.on(
      'close',
      pass(() => to.destroy()),
    );
  }

  async #write(to: Socket, bytes: Buffer): Promise<void> {
    const { bytesPerSecond, sliceBytes = bytes.length } = this.#weather();
    for (let from = 0; from < bytes.length; from += sliceBytes) {
      if (this.isSilent || to.destroyed) return;
      const slice = bytes.subarray(from, from + sliceBytes);
      if (!to.write(slice)) await new Promise<void>((resolve) => to.once('drain', resolve).once('close', resolve));
      if (bytesPerSecond !== undefined) await delay((slice.length * 1_000) / bytesPerSecond);
      else if (slice.length < bytes.length) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** A small TCP proxy for everything that can happen on a line: cut, delayed, half-open, sliced, slow, stuck. */
export class Proxy {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  weather: Weather = {};
  port = 0;

  constructor(target: () => NetConnectOpts) {
    this.#server = createServer({ allowHalfOpen: true }, (client) => {
      if (this.weather.refuse) {
        client.resetAndDestroy();
        return;
      }
      const server = connect({ allowHalfOpen: true, ...target() });
      this.#links.add(
        new Link(
          client,
          server,
          () => this.weather,
          (link) => this.#links.delete(link),
        ),
      );
    });
  }

  static async start(target: () => NetConnectOpts): Promise<Proxy> {
    const proxy = new Proxy(target);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    proxy.port = (proxy.#server.address() as AddressInfo).port;
    return proxy;
  }

  /** The connections that stand and speak. */
  get links(): readonly Link[] {
    return [...this.#links].filter(({ isSilent }) => !isSilent);
  }

  /** All is well for new connections and for those that still speak. A silent one stays so: nobody tells its ends. */
  heal(): void {
    this.weather = {};
    for (const link of this.#links) if (link.isStuck) link.stick(false);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const link of this.#links) link.cut();
    await closed;
  }
}
