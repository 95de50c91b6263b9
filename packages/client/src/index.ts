import type { Client } from './client.ts';
import { makeClient } from './make-client.ts';
import type { ClientOptions } from './options.ts';
import type { OpenSocket } from './socket/socket-like.ts';

export * from './shared.ts';

const wsOptions = { perMessageDeflate: false, closeTimeout: 2_000 };

/** Loaded when the first socket is opened: a program that only calls REST does without it. */
const openWs: OpenSocket = async (url, protocol) => {
  const { WebSocket } = await import('ws');
  return new WebSocket(url, protocol, wsOptions);
};

/** A client for Node. @throws TypeError when `url` is no server's address */
export const createClient = (options: ClientOptions): Client => {
  const { WebSocket } = options;
  return makeClient(options, WebSocket ? (url, protocol) => new WebSocket(url, protocol) : openWs);
};
