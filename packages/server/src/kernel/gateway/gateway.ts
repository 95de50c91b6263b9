import { randomInt } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type CloseReason, closeCodes, type Limits } from '@messox/protocol';
import { type Server, WebSocketServer } from 'ws';
import type { Identity } from '../auth/access-token.ts';
import type { Revocations } from '../auth/revocations.ts';
import type { Elsewhere } from '../elsewhere.ts';
import { Fault } from '../fault.ts';
import { clientAddress, networkOf } from '../http/client-address.ts';
import type { Metrics } from '../metrics.ts';
import { Connection, Socket } from './connection.ts';
import { isAllowedOrigin } from './origin.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import type { SocketHandler, SocketService } from './socket-service.ts';

export interface GatewayOptions {
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly revocations: Revocations;
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: number;
  /** What a path is answered that this process does not serve. */
  readonly elsewhere: Elsewhere;
}

interface Open {
  readonly connection: Connection;
  readonly handler: SocketHandler;
  readonly openedAt: number;
  pingedAt: number;
}

const sweepMs = ({ heartbeatMs, helloTimeoutMs }: Limits): number =>
  Math.max(10, Math.min(1_000, heartbeatMs / 4, helloTimeoutMs / 4));

/** A message in more pieces is meant to cost memory; a close that takes longer is not meant to end. */
const bounds = { maxFragments: 64, maxBufferedChunks: 1_024, closeTimeout: 5_000 };

/** Close codes that are counted by themselves; a client may send any other. */
const countedCodes: ReadonlySet<number> = new Set([
  1_000,
  1_001,
  1_002,
  1_005,
  1_006,
  1_011,
  ...Object.values(closeCodes).map(({ code }) => code),
]);

/** The path of a request as it is on the wire: `/ws` has no other spelling. */
const pathOf = ({ url = '/' }: IncomingMessage): string => url.replace(/^https?:\/\/[^/?]*/i, '').replace(/\?.*$/s, '');

/** The open WebSockets of this process: who may open one, whether it still lives, and how all are closed. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #services = new Map<string, { service: SocketService; server: Server<typeof Socket> }>();
  readonly #open = new Set<Open>();
  readonly #perNetwork = new Map<string, number>();
  readonly #sweep: NodeJS.Timeout;
  #draining = false;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#sweep = setInterval(() => this.#tick(), sweepMs(options.limits));
    this.#sweep.unref();
    options.revocations.onRevoked((sessionId) => {
      for (const { connection, handler } of this.#open)
        if (handler.identity?.sessionId === sessionId) connection.close('unauthenticated');
    });
  }

  get paths(): string[] {
    return [...this.#services.keys()];
  }

  serve(path: string, service: SocketService): () => void {
    const server = new WebSocketServer({
      noServer: true,
      WebSocket: Socket,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: this.#options.limits.frameBytes,
      ...bounds,
      handleProtocols: (offered) =>
        service.subprotocol !== undefined && offered.has(service.subprotocol) ? service.subprotocol : false,
    });
    // A handshake that breaks RFC 6455, 4.2.1: its version, its key, its method.
    server.on('wsClientError', (_error, stream) =>
      refuseUpgrade(stream, new Fault('invalid_header', { expected: 'a WebSocket handshake, version 13' })),
    );
    this.#services.set(path, { service, server });
    return () => this.#services.delete(path);
  }

  /** Answers an HTTP upgrade, with a socket or with a refusal. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    stream.on('error', () => stream.destroy());
    this.#accept(request, stream, head).catch((error: unknown) =>
      refuseUpgrade(stream, error instanceof Fault ? error : new Fault('internal')),
    );
  }

  async #accept(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    const { allowedOrigins, limits, revocations, trustedProxies } = this.#options;
    this.#refuseWhileDraining();
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') throw new Fault('upgrade_required');
    const path = pathOf(request);
    const served = this.#services.get(path);
    if (!served) throw this.#options.elsewhere.fault(path);
    if (!isAllowedOrigin(request, allowedOrigins)) throw new Fault('origin_not_allowed');
    const { server, service } = served;
    const offered = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim());
    if (service.subprotocol !== undefined && offered && !offered.includes(service.subprotocol))
      throw new Fault('invalid_header', { header: 'Sec-WebSocket-Protocol', expected: service.subprotocol });
    const admitted = await service.admit(request);
    if (typeof admitted === 'string') throw new Fault(admitted);
    // Either may have begun while the service was asking.
    this.#refuseWhileDraining();
    if (admitted && revocations.has(admitted.sessionId)) throw new Fault('unauthenticated');
    const address = clientAddress(request, trustedProxies);
    const network = networkOf(address);
    const count = this.#perNetwork.get(network) ?? 0;
    if (count >= limits.socketsPerAddress || this.#open.size >= limits.sockets)
      throw new Fault('too_many_sessions', { retryAfterMs: 10_000 });
    server.handleUpgrade(request, stream, head, (socket) => {
      this.#perNetwork.set(network, (this.#perNetwork.get(network) ?? 0) + 1);
      this.#take(socket, stream, address, network, service, admitted);
    });
  }

  #refuseWhileDraining(): void {
    if (this.#draining) throw new Fault('draining', { retryAfterMs: this.#options.limits.reconnectSpreadMs });
  }

  #take(
    socket: Socket,
    stream: Duplex,
    address: string,
    network: string,
    service: SocketService,
    identity: Identity | undefined,
  ): void {
    const { limits, metrics } = this.#options;
    const connection = new Connection({
      socket,
      stream,
      address,
      outboxBytes: limits.outboxBytes,
      outboxStuckMs: limits.outboxStuckMs,
      controlFramesPerSecond: limits.controlFramesPerSecond,
      onText: (text) => open.handler.onText(text),
      onClose: (code) => {
        metrics.socketsClosed.inc({ code: countedCodes.has(code) ? code : 'other' });
        this.#open.delete(open);
        const count = this.#perNetwork.get(network) ?? 1;
        if (count > 1) this.#perNetwork.set(network, count - 1);
        else this.#perNetwork.delete(network);
        open.handler.onClose();
      },
    });
    const now = performance.now();
    const open: Open = { connection, handler: service.open(connection, identity), openedAt: now, pingedAt: now };
    this.#open.add(open);
  }

  #tick(): void {
    const { heartbeatMs, helloTimeoutMs } = this.#options.limits;
    const now = performance.now();
    const date = Date.now();
    for (const open of this.#open) {
      const { connection, handler } = open;
      handler.onTick?.(date);
      if (!handler.identity && now - open.openedAt > helloTimeoutMs) connection.close('unauthenticated');
      // Half a beat after a ping at least: when this process stood still, what it was sent is yet to be read.
      else if (
        now - connection.heardAt > heartbeatMs * 2.5 &&
        open.pingedAt > connection.heardAt &&
        now - open.pingedAt > heartbeatMs / 2
      )
        connection.terminate();
      else if (now - Math.max(connection.heardAt, open.pingedAt) > heartbeatMs) {
        open.pingedAt = now;
        connection.ping();
      }
    }
  }

  /** Takes no more sockets, and tells each when to come back, every one at another moment. */
  drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    for (const { handler } of this.#open) handler.onDrain(randomInt(100, this.#options.limits.reconnectSpreadMs + 101));
  }

  /** Resolves when no client is owed an answer any more, or after `ms`. */
  async answered(ms: number): Promise<void> {
    const end = performance.now() + ms;
    const isBusy = (): boolean => [...this.#open].some(({ handler }) => handler.busy === true);
    while (isBusy() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** Closes every socket; resolves when they are gone. */
  async close(reason: CloseReason = 'draining'): Promise<void> {
    clearInterval(this.#sweep);
    for (const { connection } of this.#open) connection.close(reason);
    const patience = performance.now() + 2_000;
    while (this.#open.size > 0 && performance.now() < patience) await new Promise((resolve) => setTimeout(resolve, 10));
    for (const { connection } of this.#open) connection.terminate();
  }
}
