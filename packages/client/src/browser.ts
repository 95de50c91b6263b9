import type { Client } from './client.ts';
import { makeClient } from './make-client.ts';
import type { ClientOptions } from './options.ts';
import type { SocketConstructor } from './socket/socket-like.ts';

export * from './shared.ts';

/** A client for browsers and whatever else has a WebSocket of its own. @throws TypeError when `url` is no server's address */
export const createClient = (options: ClientOptions): Client => {
  const WebSocket = options.WebSocket ?? (globalThis as unknown as { WebSocket: SocketConstructor }).WebSocket;
  return makeClient(options, (url, protocol) => new WebSocket(url, protocol));
};
