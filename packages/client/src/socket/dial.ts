import { ops } from '@messox/protocol';
import { MessoxError } from '../error.ts';
import { Line, type LineHandlers } from './line.ts';
import type { OpenSocket, SocketLike } from './socket-like.ts';

export interface DialOptions {
  /** The server's address with ws or wss. */
  readonly base: string;
  readonly openSocket: OpenSocket;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const ignore = (): void => undefined;

const discard = (socket: SocketLike): void => {
  socket.onopen = null;
  socket.onclose = null;
  // `ws` reports a close before the open as an error, and an error without a handler ends the process.
  socket.onerror = ignore;
  socket.close();
};

/** Opens a line. @throws MessoxError unreachable; cancelled by `signal` */
export const dial = async (options: DialOptions, handlers: LineHandlers): Promise<Line> => {
  const { base, openSocket, timeoutMs, signal } = options;
  const cancelled = (): MessoxError => new MessoxError('cancelled', { message: 'The client was closed.' });
  if (signal.aborted) throw cancelled();
  const socket = await openSocket(`${base}${ops.socketPath}`, ops.subprotocol);
  return new Promise((resolve, reject) => {
    let trouble: string | undefined;
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      settle();
    };
    const fail = (error: MessoxError): void =>
      finish(() => {
        discard(socket);
        reject(error);
      });
    const abort = (): void => fail(cancelled());
    const timer = setTimeout(
      () => fail(new MessoxError('unreachable', { message: `No connection within ${timeoutMs} ms.` })),
      timeoutMs,
    );
    signal.addEventListener('abort', abort);
    socket.onopen = () => finish(() => resolve(new Line(socket, handlers)));
    // Only `ws` says what went wrong; browsers keep it from the page.
    socket.onerror = ({ message }: { readonly message?: string }) => {
      trouble = message;
    };
    socket.onclose = ({ code }: { readonly code: number }) =>
      fail(new MessoxError('unreachable', { message: trouble ?? `The connection failed with ${code}.` }));
    if (signal.aborted) abort();
  });
};
