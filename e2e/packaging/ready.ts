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
