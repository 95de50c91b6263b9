import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import type { JobsListener, JobsOptions } from '../../ports/jobs.ts';
import { type Connection, openConnection } from '../bus-rabbitmq/connection.ts';
import { isDead, jittered, lostError, waitLevelMs } from '../jobs-attempts.ts';
import { errorText } from '../jobs-dead.ts';
import { RunningJobs } from '../jobs-running.ts';
import { begin } from '../jobs-table.ts';
import { backoffMs } from '../jobs-wake.ts';
import { Burials } from './burials.ts';
import { type CarriedJob, decodeJob, lossesOf } from './message.ts';
import type { JobsPublisher } from './publisher.ts';
import { assertQueues, deadQueue, jobsQueue, waitQueue } from './topology.ts';

export interface WorkerOptions extends JobsOptions {
  readonly url: string;
  readonly listener: JobsListener;
  readonly publisher: JobsPublisher;
}

/** A job that the broker has handed out to this process. */
interface Held {
  readonly job: CarriedJob;
  readonly isOurs: () => boolean;
}

/** Begins the jobs that the broker hands out, as many as it may at once, and says how each ended. */
export class RabbitmqWorker {
  readonly #options: WorkerOptions;
  readonly #running: RunningJobs;
  readonly #burials: Burials;
  readonly #connection: Connection;
  #channel: Channel | undefined;
  #tag: string | undefined;
  #stopping = false;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#running = new RunningJobs((job) => options.listener.run(job), options.limits.jobMs);
    this.#burials = new Burials(options);
    this.#connection = openConnection({
      url: options.url,
      name: 'messox jobs worker',
      log: options.log,
      setUp: (model, broken) => this.#setUp(model, broken),
      onUp: () => undefined,
      onDown: () => this.#onDown(),
    });
  }

  isReady(): boolean {
    return this.#tag !== undefined && !this.#stopping;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    if (this.#tag !== undefined) await this.#channel?.cancel(this.#tag).catch(() => undefined);
    await this.#running.drain(this.#options.limits.drainMs);
    // Its answer says that the broker has seen the acknowledgements: with the connection alone it may throw them away.
    await this.#channel?.close().catch(() => undefined);
    await this.#burials.stop();
    await this.#connection.close();
  }

  async #setUp(model: ChannelModel, broken: (why?: string) => void): Promise<void> {
    const { limits } = this.#options;
    const channel = await model.createChannel();
    channel.on('error', (error) => broken(error.message));
    channel.on('close', () => {
      if (!this.#stopping) broken();
    });
    await assertQueues(channel, limits);
    await this.#burials.consume(await model.createChannel(), broken);
    if (this.#stopping) return;
    await channel.prefetch(limits.jobsParallel);
    this.#channel = channel;
    const { consumerTag } = await channel.consume(jobsQueue, (message) => {
      if (message) this.#take(channel, message);
      else broken(`the queue ${jobsQueue} was deleted`);
    });
    this.#tag = consumerTag;
  }

  /** The broker gives what this process had to others. */
  #onDown(): void {
    this.#channel = undefined;
    this.#tag = undefined;
    for (const id of this.#running.ids) this.#running.cut(id);
  }

  #take(channel: Channel, message: ConsumeMessage): void {
    const job = decodeJob(message);
    const acknowledge = (): void => {
      try {
        channel.ack(message);
      } catch {
        // The channel is closed: the job comes again, here or elsewhere.
      }
    };
    // Without the channel the broker gives the job to others.
    const isOurs = (): boolean => this.#channel === channel;
    this.#running.handle(
      () => this.#handle({ job, isOurs }, lossesOf(message)).then(acknowledge),
      (error) => {
        if (isOurs()) this.#options.log.warn({ err: error, job: job.id }, 'how a job ended could not be recorded');
      },
      () => undefined,
    );
  }

  /** Resolves when the message may be forgotten. */
  async #handle(held: Held, lost: number): Promise<void> {
    const { job } = held;
    if (this.#stopping && lost === 0) return this.#publish(held, jobsQueue);
    const isFirst = job.begun || (await this.#begin(held));
    const begun = { ...held, job: { ...job, begun: true } };
    if (lost > 0) return this.#fail(begun, lostError, lost);
    if (!isFirst) return;
    const end = await this.#running.attempt({ ...job, attempt: job.attempts + 1 });
    if (end.as === 'failed') return this.#fail(begun, errorText(end.error));
    if (end.as === 'unfinished') return this.#publish(begun, jobsQueue);
  }

  /** @returns false when it has surely begun before: it was handed over twice */
  async #begin(held: Held): Promise<boolean> {
    let isSure = true;
    const isFirst = await this.#tell(held, () =>
      begin(this.#options.sql, held.job.id).catch((error: unknown) => {
        // It may have been done, and the answer lost.
        isSure = false;
        throw error;
      }),
    );
    return isFirst || !isSure;
  }

  async #fail({ isOurs, job }: Held, error: string, lost = 0): Promise<void> {
    const { limits, listener } = this.#options;
    const failed = { ...job, attempts: job.attempts + 1, losses: job.losses + lost };
    if (isDead(failed, limits)) {
      await this.#publish({ isOurs, job: { ...failed, error } }, deadQueue);
      listener.onDead(job.kind);
      return;
    }
    const levelMs = waitLevelMs(failed.attempts, limits);
    const waitMs = jittered(levelMs);
    await this.#publish({ isOurs, job: failed }, waitQueue(levelMs), waitMs);
    listener.onRetry(job.kind, waitMs);
  }

  #publish(held: Held, queue: string, waitMs?: number): Promise<void> {
    return this.#tell(held, () => this.#options.publisher.publish(queue, held.job, waitMs));
  }

  /** Until it is told, or this process has not got the job any more. */
  async #tell<T>({ isOurs }: Held, what: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures += 1)
      try {
        if (!isOurs()) throw new Error('The connection to the broker was lost');
        return await what();
      } catch (error) {
        if (!isOurs() || (this.#stopping && failures > 0)) throw error;
        await pause(backoffMs(failures));
      }
  }
}
