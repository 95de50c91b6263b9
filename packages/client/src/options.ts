import type { SavedTokens } from './auth/saved-tokens.ts';
import type { SocketConstructor } from './socket/socket-like.ts';
import type { ClientStorage } from './storage.ts';

/** How long the client waits for what, in milliseconds. */
export interface Timings {
  /** From dialling to an open socket. */
  readonly connectTimeoutMs: number;
  /** From `hello` to its reply; less than the server's own `helloTimeoutMs`. */
  readonly helloTimeoutMs: number;
  /** From a REST call or an op to its answer. */
  readonly requestTimeoutMs: number;
  /** From a `message.send` to its reply; then it is sent again. */
  readonly sendTimeoutMs: number;
  /** From a `ping` to any sign of life; then the line is dead. */
  readonly pingTimeoutMs: number;
  /** From a `hello` or `sync` to `ready`; then the line is given up. What arrived by then is kept. */
  readonly catchUpTimeoutMs: number;
  /** The first wait before coming back is at most this long, each further one at most twice as long … */
  readonly reconnectBaseMs: number;
  /** … up to this. */
  readonly reconnectCapMs: number;
  /** A connection that was live for so long starts the waits from the beginning. */
  readonly steadyMs: number;
  /** The same two for sends that were refused with the remedy `retry`, and for repeated `sync`. */
  readonly retryBaseMs: number;
  readonly retryCapMs: number;
  /** So long before an access token expires it is changed for a new one. */
  readonly refreshEarlyMs: number;
}

export const defaultTimings: Timings = {
  connectTimeoutMs: 10_000,
  helloTimeoutMs: 8_000,
  requestTimeoutMs: 15_000,
  sendTimeoutMs: 30_000,
  pingTimeoutMs: 10_000,
  catchUpTimeoutMs: 60_000,
  reconnectBaseMs: 500,
  reconnectCapMs: 30_000,
  steadyMs: 10_000,
  retryBaseMs: 500,
  retryCapMs: 30_000,
  refreshEarlyMs: 60_000,
};

export interface ClientOptions {
  /** Where the server is, as in `https://chat.example.org` or `http://127.0.0.1:8080`; a path in front of `/api` is kept. */
  readonly url: string;
  /** What this client calls itself in the list of sessions. */
  readonly clientName?: string;
  /**
   * Keeps tokens, cursors and unsent messages from one life of the program to the next. It is for a program that keeps
   * its messages too: one that starts empty wants `tokens` and `onTokens` only.
   */
  readonly storage?: ClientStorage;
  /** The tokens of an earlier life, as `onTokens` was given them. They go before what is in `storage`. */
  readonly tokens?: SavedTokens;
  /** Called with every new pair of tokens before the old one is dropped, and with `undefined` when there are none any more. */
  readonly onTokens?: (tokens: SavedTokens | undefined) => void | Promise<void>;
  /** Instead of the global one. */
  readonly fetch?: typeof globalThis.fetch;
  /** Instead of the global one in browsers and `ws` in Node. */
  readonly WebSocket?: SocketConstructor;
  /**
   * Messages of one channel that may wait for their replies at the same time; 1 when not given. With more, a message that
   * the server refuses for the moment (`rate_limited`, `overloaded`) is stored behind those that were sent after it.
   */
  readonly sendWindow?: number;
  readonly timings?: Partial<Timings>;
}

/** The two addresses of a server. @throws TypeError when `url` is not an absolute http or https address */
export const endpointsOf = (url: string): { readonly rest: string; readonly socket: string } => {
  const wrong = (why: string): TypeError =>
    new TypeError(`The url of the server ${why}; it is like https://chat.example.org.`);
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw wrong('is not an absolute address');
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:')
    throw wrong('does not begin with http:// or https://');
  if (parsed.username || parsed.password) throw wrong('holds a username or password');
  if (parsed.search || parsed.hash) throw wrong('has a query or a fragment');
  const rest = `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
  return { rest, socket: rest.replace(/^http/, 'ws') };
};
