import { setTimeout as delay } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@messox/server';
import type { DatabaseControl } from './cluster.ts';
import { asAdmin, findPostmaster } from './postmaster.ts';

const patienceMs = 60_000;

export interface SeparatePostgres extends DatabaseControl {
  /** Its socket; the same after each start. */
  readonly socket: string;
  stop(): Promise<void>;
}

/** A PostgreSQL beside the servers, that is started again after whatever befell it. */
export const startSeparatePostgres = async (
  dataDir: string,
  password: string,
  disk?: string,
): Promise<SeparatePostgres> => {
  let running: EmbeddedPostgres | undefined;
  const launch = async (): Promise<void> => {
    const until = performance.now() + patienceMs;
    while (!running)
      try {
        const started: EmbeddedPostgres = await startEmbeddedPostgres({
          dataDir,
          password,
          onExit: () => {
            if (running === started) running = undefined;
          },
        });
        running = started;
      } catch (error) {
        // The one before may still be on its way out.
        if (performance.now() > until) throw error;
        await delay(100);
      }
  };
  let starting: Promise<void> | undefined;
  const start = async (): Promise<void> => {
    // One that was killed a moment ago is noticed when it has ended.
    const until = performance.now() + 1_000;
    while (running && performance.now() < until && !(await findPostmaster(dataDir))) await delay(50);
    await (starting ??= launch().finally(() => (starting = undefined)));
  };
  await start();
  const { socket = '' } = (await findPostmaster(dataDir)) ?? {};
  return {
    socket,
    start,
    ...(disk === undefined ? {} : { disk }),
    asAdmin: (work) => asAdmin(dataDir, password, work),
    pid: async () => (await findPostmaster(dataDir))?.pid,
    stop: async () => {
      await starting;
      await running?.stop();
    },
  };
};
