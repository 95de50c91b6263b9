import { randomUUID } from 'node:crypto';
import type { JobsOptions } from '../../ports/jobs.ts';
import { giveBack, jobsChannel, nextDueMs, renew, take, type TakenJob } from '../jobs-table.ts';
import { backoffMs, Wake } from '../jobs-wake.ts';
import type { JobsPublisher } from './publisher.ts';
import { jobsQueue } from './topology.ts';

const batch = 100;
const leastSleepMs = 50;
/** How often it is looked whether the broker's queue has become shorter. */
const fullMs = 200;

/**
 * Hands what is due from the table of jobs to the broker. The broker's queue is kept short: what waits longer waits in
 * the table, where no kind stands in front of another.
 */
export class Relay {
  readonly #options: JobsOptions & { readonly publisher: JobsPublisher };
  readonly #id = randomUUID();
  readonly #wake = new Wake();
  #stopping = false;
  #relaying: Promise<void> = Promise.resolve();
  #unlisten: () => Promise<void> = async () => undefined;

  constructor(options: JobsOptions & { readonly publisher: JobsPublisher }) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const wake = (): void => this.#wake.wake();
    // After the connection was away, too: what was told meanwhile is told to nobody again.
    const listening = await this.#options.sql.listen(jobsChannel, wake, wake);
    this.#unlisten = () => listening.unlisten();
    this.#relaying = this.#relay();
  }

  wake(): void {
    this.#wake.wake();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake.wake();
    await this.#relaying;
    await this.#unlisten().catch(() => undefined);
  }

  async #relay(): Promise<void> {
    const { limits, log, publisher } = this.#options;
    for (let failures = 0; !this.#stopping;)
      try {
        // It wakes this when it is.
        if (!publisher.isReady()) await this.#wake.sleep(limits.jobPollMs);
        else await this.#wake.sleep(await this.#handOver());
        failures = 0;
      } catch (error) {
        if (failures === 0) log.warn({ err: error }, 'jobs could not be handed to the message broker; trying on');
        await this.#wake.sleep(backoffMs(failures));
        failures += 1;
      }
  }

  /** @returns how long to sleep then */
  async #handOver(): Promise<number> {
    const { limits, publisher, sql } = this.#options;
    const room = limits.jobsAhead - (await publisher.countReady());
    if (room <= 0) return (await nextDueMs(sql)) === undefined ? limits.jobPollMs : fullMs;
    const count = Math.min(room, batch);
    const jobs = await take(sql, { worker: this.#id, count, leaseMs: limits.jobLeaseMs, begin: false });
    if (jobs.length > 0) {
      await this.#carry(jobs);
      return 0;
    }
    const dueMs = (await nextDueMs(sql)) ?? Infinity;
    return Math.min(Math.max(dueMs, leastSleepMs), limits.jobPollMs);
  }

  async #carry(jobs: readonly TakenJob[]): Promise<void> {
    const { limits, publisher, sql } = this.#options;
    const carried = await Promise.allSettled(jobs.map((job) => publisher.publish(jobsQueue, { ...job, begun: false })));
    const isCarried = (_: unknown, index: number): boolean => carried[index]?.status === 'fulfilled';
    const done = jobs.filter(isCarried).map(({ id }) => id);
    // They stay in the table until they begin: what the broker loses meanwhile is handed over again.
    if (done.length > 0) await renew(sql, this.#id, done, limits.jobBrokerMs);
    const failed = jobs.filter((_, index) => carried[index]?.status === 'rejected');
    if (failed.length === 0) return;
    await giveBack(sql, this.#id, failed);
    const reasons = carried.flatMap((it) => (it.status === 'rejected' ? [it.reason as unknown] : []));
    throw new Error('The broker did not take all jobs', { cause: reasons[0] });
  }
}
