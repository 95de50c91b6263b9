/** What the client uses of a WebSocket; that of browsers, of `ws` and of undici all have it. */
export interface SocketLike {
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  /** Only in `ws`: without a closing handshake, for a line that is dead. */
  terminate?(): void;
}

export type SocketConstructor = new (url: string, protocol: string) => SocketLike;
export type OpenSocket = (url: string, protocol: string) => SocketLike | Promise<SocketLike>;
