import type { Jobs, JobsListener, OpenJobs } from '../ports/jobs.ts';
import { deadJobs } from './jobs-dead.ts';
import { PostgresWorker } from './jobs-postgres-worker.ts';
import { countWaiting, enqueue } from './jobs-table.ts';

/** Jobs of a server without a broker: they are taken from the table that they were written to. */
export const postgresJobs: OpenJobs = (options): Jobs => {
  const { limits, sql } = options;
  let worker: PostgresWorker | undefined;
  return {
    dead: deadJobs(sql),
    enqueue: (on, job) => enqueue(on, job, limits),
    work: async (listener: JobsListener) => {
      worker = new PostgresWorker({ ...options, listener });
      await worker.start();
    },
    waiting: () => countWaiting(sql),
    ready: () => worker !== undefined,
    stop: async () => {
      await worker?.stop();
      worker = undefined;
    },
  };
};
