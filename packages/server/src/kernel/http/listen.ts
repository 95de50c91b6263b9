import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import type { Limits } from '@messox/protocol';
import { StartFault } from '../fault.ts';
import type { Api } from './api.ts';

export interface ListenOptions {
  readonly api: Api;
  readonly host: string;
  readonly port: number;
  readonly limits: Limits;
  /** Whether a proxy in front keeps connections open to send the requests of others on them. */
  readonly isBehindProxy: boolean;
  readonly onError: (error: Error) => void;
  readonly upgrade: (request: IncomingMessage, stream: Duplex, head: Buffer) => void;
}

export interface Listening {
  readonly host: string;
  readonly port: number;
  /**
   * Takes no more connections, and answers what comes on those that are open, each for the last time; resolves when the requests
   * under way were answered and the connections are closed, or after `ms`.
   */
  close(ms: number): Promise<void>;
}

const reasons: Record<string, (host: string, port: number) => [code: string, message: string, help: string]> = {
  EADDRINUSE: (host, port) => [
    'port_in_use',
    `Port ${port} of ${host} is in use by another program.`,
    'Stop that program, or choose another port: `messox config set server.port 8081`',
  ],
  EACCES: (_, port) => [
    'port_not_permitted',
    `This user may not listen on port ${port}.`,
    'Choose a port from 1024 up, and put nginx in front for 80 and 443.',
  ],
  EADDRNOTAVAIL: (host) => [
    'address_not_available',
    `This machine has no address ${host}.`,
    'Set server.host to 127.0.0.1 (this machine only) or 0.0.0.0 (all addresses).',
  ],
  ENOTFOUND: (host) => [
    'address_not_available',
    `The name ${host} has no address.`,
    'Set server.host to an address of this machine.',
  ],
};

/** Connections of plain requests, beside those of sockets. */
const spareConnections = 5_000;

/**
 * How long an idle connection of a proxy is left open in a stop, in ms. The proxy may be sending on it right now, and what it
 * has sent it does not send again; in this time it learns that there is nobody any more who takes connections.
 */
const lingerMs = 2_000;

/** Listens, with bounds on how slowly a request may come. @throws StartFault port_in_use, port_not_permitted, address_not_available */
export const listen = async (options: ListenOptions): Promise<Listening> => {
  const { api, host, isBehindProxy, limits, onError, port, upgrade } = options;
  const server = createAdaptorServer({
    fetch: api.app.fetch,
    serverOptions: {
      // Node refuses to start with headers that may take longer than the request that they belong to.
      headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 1_000,
      insecureHTTPParser: false,
      // Else the first of two Host, Origin or Authorization headers would count here and perhaps the last in a proxy.
      joinDuplicateHeaders: true,
    },
  }) as Server;
  let isClosing = false;
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (isClosing) response.shouldKeepAlive = false;
  });
  server.on('upgrade', upgrade);
  server.maxConnections = limits.sockets + spareConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, backlog: 4_096 }, () => resolve());
  }).catch((failure: unknown) => {
    const error = failure as NodeJS.ErrnoException;
    const [code, message, help] = reasons[error.code ?? '']?.(host, port) ?? [
      'listen_failed',
      error.message,
      'Check server.host and server.port.',
    ];
    throw new StartFault(code, message, help, { cause: error });
  });
  // A connection that could not be taken is that client's trouble, not the end of the process.
  server.on('error', onError);
  const address = server.address();
  return {
    host,
    port: typeof address === 'object' && address ? address.port : port,
    close: async (ms) => {
      isClosing = true;
      // The server's own `close` would close idle connections at once.
      const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
      const begin = performance.now();
      // Connections that are kept alive become idle one by one.
      const sweep = setInterval(() => {
        if (!isBehindProxy || performance.now() - begin > lingerMs) server.close();
      }, 20);
      const timer = setTimeout(() => server.closeAllConnections(), ms);
      await closed;
      clearInterval(sweep);
      clearTimeout(timer);
    },
  };
};
