import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { JobsListener, JobsOptions } from '../ports/jobs.ts';
import { isDead, jittered, lostError, waitLevelMs } from './jobs-attempts.ts';
import { bury, errorText } from './jobs-dead.ts';
import { RunningJobs } from './jobs-running.ts';
import { giveBack, jobsChannel, nextDueMs, remove, renew, take, type TakenJob } from './jobs-table.ts';
import { backoffMs, Wake } from './jobs-wake.ts';

/** What others take at this very moment is due, and not for us. */
const leastSleepMs = 50;
/** How often the end of a job is told to the database before it is left to the end of the lease. */
const tellTimes = 8;

/**
 * Takes jobs out of the table while there are free places, and sleeps until PostgreSQL tells of another or the next one
 * is due. Every job it has is on a lease, which it renews: when the process is gone, the lease ends.
 */
export class PostgresWorker {
  readonly #options: JobsOptions & { readonly listener: JobsListener };
  readonly #id = randomUUID();
  readonly #wake = new Wake();
  readonly #running: RunningJobs;
  #stopping = false;
  #looking: Promise<void> = Promise.resolve();
  #renewing: NodeJS.Timeout | undefined;
  #renewedAt = performance.now();
  #unlisten: () => Promise<void> = async () => undefined;

  constructor(options: JobsOptions & { readonly listener: JobsListener }) {
    this.#options = options;
    this.#running = new RunningJobs((job) => options.listener.run(job), options.limits.jobMs);
  }

  async start(): Promise<void> {
    const { limits, sql } = this.#options;
    const wake = (): void => this.#wake.wake();
    // After the connection was away, too: what was told meanwhile is told to nobody again.
    const listening = await sql.listen(jobsChannel, wake, wake);
    this.#unlisten = () => listening.unlisten();
    this.#renewing = setInterval(() => void this.#renew(), limits.jobLeaseMs / 3);
    this.#looking = this.#look();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake.wake();
    await this.#looking;
    await this.#running.drain(this.#options.limits.drainMs);
    clearInterval(this.#renewing);
    await this.#unlisten().catch(() => undefined);
  }

  async #look(): Promise<void> {
    const { jobsParallel } = this.#options.limits;
    for (let failures = 0; !this.#stopping;)
      try {
        const free = jobsParallel - this.#running.size;
        const taken = free > 0 ? await this.#take(free) : [];
        for (const job of taken) this.#begin(job);
        failures = 0;
        if (free === 0) await this.#wake.sleep(Infinity);
        else if (taken.length === 0) await this.#wake.sleep(await this.#idleMs());
      } catch (error) {
        if (failures === 0) this.#options.log.warn({ err: error }, 'jobs have to wait');
        await this.#wake.sleep(backoffMs(failures));
        failures += 1;
      }
  }

  #take(count: number): Promise<TakenJob[]> {
    const { limits, sql } = this.#options;
    return take(sql, { worker: this.#id, count, leaseMs: limits.jobLeaseMs, begin: true });
  }

  async #idleMs(): Promise<number> {
    const { limits, sql } = this.#options;
    const dueMs = (await nextDueMs(sql)) ?? Infinity;
    return Math.min(Math.max(dueMs, leastSleepMs), limits.jobPollMs);
  }

  #begin(job: TakenJob): void {
    const wasFull = (): boolean => this.#running.size + 1 >= this.#options.limits.jobsParallel;
    this.#running.handle(
      () => this.#handle(job),
      (error) => this.#options.log.warn({ err: error, job: job.id }, 'how a job ended could not be recorded'),
      () => wasFull() && this.#wake.wake(),
    );
  }

  async #handle(job: TakenJob): Promise<void> {
    const { sql } = this.#options;
    if (job.lost) return this.#fail({ ...job, losses: job.losses + 1 }, lostError);
    const end = await this.#running.attempt({ ...job, attempt: job.attempts + 1 });
    if (end.as === 'failed') return this.#fail(job, errorText(end.error));
    return this.#tell(() => (end.as === 'done' ? remove(sql, this.#id, [job.id]) : giveBack(sql, this.#id, [job])));
  }

  async #fail(job: TakenJob, error: string): Promise<void> {
    const { limits, listener, sql } = this.#options;
    const failed = { ...job, attempts: job.attempts + 1 };
    if (isDead(failed, limits)) {
      await this.#tell(() => bury(sql, { ...failed, error }, this.#id));
      listener.onDead(job.kind);
      return;
    }
    const waitMs = jittered(waitLevelMs(failed.attempts, limits));
    await this.#tell(() => giveBack(sql, this.#id, [failed], waitMs));
    listener.onRetry(job.kind, waitMs);
  }

  /** Until the database has heard it; without that, the job comes again when its lease ends. */
  async #tell(what: () => Promise<void>): Promise<void> {
    for (let failures = 0; ; failures += 1)
      try {
        await what();
        return;
      } catch (error) {
        if (this.#stopping || failures === tellTimes) throw error;
        await pause(backoffMs(failures));
      }
  }

  async #renew(): Promise<void> {
    const { limits, sql } = this.#options;
    const ids = this.#running.ids;
    const askedAt = performance.now();
    try {
      const kept = ids.length === 0 ? [] : await renew(sql, this.#id, ids, limits.jobLeaseMs);
      this.#renewedAt = askedAt;
      for (const id of ids) if (!kept.includes(id)) this.#running.cut(id);
    } catch {
      // Looking for jobs fails as well, and says so.
      if (performance.now() - this.#renewedAt > limits.jobLeaseMs) for (const id of ids) this.#running.cut(id);
    }
  }
}
