import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Jobs } from '../../ports/jobs.ts';
import { within } from '../database/pool.ts';

const countMs = 2_000;

/** How jobs stand, told by the processes that work on them. */
export const gaugeJobs = (registry: Registry, jobs: Pick<Jobs, 'waiting' | 'ready'>): void => {
  const registers = [registry];
  new Gauge({
    name: 'messox_jobs_waiting',
    help: 'Jobs that wait for an attempt, in all processes together.',
    registers,
    async collect() {
      // Without the database it stays as it was.
      await within(countMs, jobs.waiting()).then(
        (count) => this.set(count),
        () => undefined,
      );
    },
  });
  new Gauge({
    name: 'messox_jobs_ready',
    help: 'Whether this process could begin a job.',
    registers,
    collect() {
      this.set(jobs.ready() ? 1 : 0);
    },
  });
};

/** What is counted of jobs, by kind. */
export const jobMetrics = (registry: Registry) => {
  const registers = [registry];
  const labelNames = ['kind'] as const;
  return {
    enqueued: new Counter({
      name: 'messox_jobs_enqueued_total',
      help: 'Jobs enqueued, those of transactions that were rolled back included.',
      labelNames,
      registers,
    }),
    done: new Counter({ name: 'messox_jobs_done_total', help: 'Attempts that succeeded.', labelNames, registers }),
    failed: new Counter({ name: 'messox_jobs_failed_total', help: 'Attempts that failed.', labelNames, registers }),
    retried: new Counter({
      name: 'messox_jobs_retried_total',
      help: 'Failed attempts that another one follows.',
      labelNames,
      registers,
    }),
    dead: new Counter({ name: 'messox_jobs_dead_total', help: 'Jobs that were given up.', labelNames, registers }),
    seconds: new Histogram({
      name: 'messox_job_seconds',
      help: 'How long attempts took, whatever their end.',
      labelNames,
      buckets: [0.01, 0.1, 1, 10, 60, 600],
      registers,
    }),
  };
};

export type JobMetrics = ReturnType<typeof jobMetrics>;
