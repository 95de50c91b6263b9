import { randomUUID } from 'node:crypto';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import type { JobsOptions } from '../../ports/jobs.ts';
import { type Connection, openConnection } from '../bus-rabbitmq/connection.ts';
import { type CarriedJob, encodeJob } from './message.ts';
import { assertQueues, jobsQueue } from './topology.ts';

export interface PublisherOptions extends Pick<JobsOptions, 'limits' | 'log'> {
  readonly url: string;
  /** Jobs can be published, for the first time or again. */
  readonly onUp: () => void;
}

/** Puts jobs into queues of the broker. Its connection is its own: one that publishes is not read while the broker is short of memory or disk. */
export class JobsPublisher {
  readonly #options: PublisherOptions;
  readonly #connection: Connection;
  #channel: ConfirmChannel | undefined;
  #blocked = false;
  /** Messages that came back because there is no such queue. */
  readonly #returned = new Set<string>();

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#connection = openConnection({
      url: options.url,
      name: 'messox jobs publisher',
      log: options.log,
      setUp: (model, broken) => this.#setUp(model, broken),
      onUp: () => options.onUp(),
      onDown: () => (this.#channel = undefined),
      onBlocked: () => {
        this.#blocked = true;
        options.log.warn({}, 'the message broker takes no jobs: it is short of memory or disk');
      },
      onUnblocked: () => {
        this.#blocked = false;
        options.log.info({}, 'the message broker takes jobs again');
        options.onUp();
      },
    });
  }

  isReady(): boolean {
    return this.#channel !== undefined && !this.#blocked;
  }

  /** How many jobs wait in the broker to begin. @throws Error when it cannot be asked */
  async countReady(): Promise<number> {
    return (await this.#ready().checkQueue(jobsQueue)).messageCount;
  }

  /** Resolves when the broker has stored the job. @throws Error when it did not, or when that is not known */
  async publish(queue: string, job: CarriedJob, expirationMs?: number): Promise<void> {
    const channel = this.#ready();
    const { content, options } = encodeJob(job);
    const correlationId = randomUUID();
    const expiration = expirationMs === undefined ? {} : { expiration: String(expirationMs) };
    await new Promise<void>((resolve, reject) => {
      const settled = (error: unknown): void => {
        if (error) reject(error instanceof Error ? error : new Error('The broker refused a job'));
        else if (this.#returned.delete(correlationId)) reject(this.#missing(queue));
        else resolve();
      };
      channel.publish('', queue, content, { ...options, ...expiration, correlationId, mandatory: true }, settled);
    });
  }

  close(): Promise<void> {
    this.#channel = undefined;
    return this.#connection.close();
  }

  #ready(): ConfirmChannel {
    if (!this.#channel || this.#blocked) throw new Error('The message broker takes no jobs at present');
    return this.#channel;
  }

  #missing(queue: string): Error {
    return new Error(`The broker has no queue ${queue}`);
  }

  async #setUp(model: ChannelModel, broken: (why?: string) => void): Promise<void> {
    const channel = await model.createConfirmChannel();
    channel.on('error', (error) => broken(error.message));
    channel.on('close', () => {
      if (this.#channel !== channel) return;
      this.#channel = undefined;
      broken();
    });
    // It comes before the confirm of the same message.
    channel.on('return', ({ fields, properties }) => {
      this.#returned.add(String(properties.correlationId));
      // Made anew, the connection makes the queues that are missing.
      broken(this.#missing(fields.routingKey).message);
    });
    await assertQueues(channel, this.#options.limits);
    this.#returned.clear();
    this.#blocked = false;
    this.#channel = channel;
  }
}
