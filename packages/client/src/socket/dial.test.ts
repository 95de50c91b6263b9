import { expect, test } from 'vitest';
import { dial } from './dial.ts';
import type { SocketLike } from './socket-like.ts';

const fakeSocket = () => {
  const socket: SocketLike & { closed: boolean } = {
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
    closed: false,
    send: () => undefined,
    close: () => {
      socket.closed = true;
    },
  };
  return socket;
};

const handlers = { onEvent: () => undefined, onEnd: () => undefined };

test('called off before, while and after the socket is made', async () => {
  const stop = new AbortController();
  const socket = fakeSocket();
  const openSocket = async (): Promise<SocketLike> => {
    await Promise.resolve();
    stop.abort();
    return socket;
  };
  const options = { base: 'ws://127.0.0.1', openSocket, timeoutMs: 60_000, signal: stop.signal };
  await expect(dial(options, handlers)).rejects.toMatchObject({ code: 'cancelled' });
  expect(socket.closed).toBe(true);

  let made = 0;
  const counting = { ...options, openSocket: () => ((made += 1), fakeSocket()) };
  await expect(dial(counting, handlers)).rejects.toMatchObject({ code: 'cancelled' });
  expect(made).toBe(0);

  const later = new AbortController();
  const waiting = fakeSocket();
  const dialling = dial({ ...options, openSocket: () => waiting, signal: later.signal }, handlers);
  await Promise.resolve();
  later.abort();
  await expect(dialling).rejects.toMatchObject({ code: 'cancelled' });
  expect(waiting.closed).toBe(true);
});

test('a socket that cannot even be made is unreachable', async () => {
  const openSocket = (): never => {
    throw new SyntaxError('bad address');
  };
  const { signal } = new AbortController();
  await expect(dial({ base: 'ws://x', openSocket, timeoutMs: 1, signal }, handlers)).rejects.toThrow('bad address');
});
