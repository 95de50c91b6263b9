import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/** Waits until the server answers that it is ready, or fails with what it said when it ended instead. */
export async function ready(port: number, server: PromiseLike<{ all: string }>): Promise<void> {
  const ended = new AbortController();
  const failed = server.then(({ all }) => {
    throw new Error(`It ended without being told to: ${all}`);
  });
  const answered = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await setTimeout(50);
    }
  };
  try {
    await Promise.race([failed, answered()]);
  } finally {
    ended.abort();
  }
}

/** Below the ports that the system gives to clients, so that none of them takes it meanwhile. */
export async function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  await new Promise((resolve) => server.close(resolve));
  return isFree ? port : freePort();
}
