import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { JobsListener, JobsOptions } from '../../ports/jobs.ts';
import { lostError } from '../jobs-attempts.ts';
import { bury } from '../jobs-dead.ts';
import { backoffMs } from '../jobs-wake.ts';
import { decodeJob } from './message.ts';
import { deadQueue } from './topology.ts';

const atOnce = 10;

/** Brings dead letters from the broker into the database, where they can be listed; until it takes them they stay in the broker. */
export class Burials {
  readonly #options: JobsOptions & { readonly listener: Pick<JobsListener, 'onDead'> };
  readonly #underWay = new Set<Promise<void>>();
  #stopping = false;

  constructor(options: JobsOptions & { readonly listener: Pick<JobsListener, 'onDead'> }) {
    this.#options = options;
  }

  async consume(channel: Channel, broken: (why?: string) => void): Promise<void> {
    channel.on('error', (error) => broken(error.message));
    channel.on('close', () => broken());
    await channel.prefetch(atOnce);
    await channel.consume(deadQueue, (message) => {
      if (!message) {
        broken(`the queue ${deadQueue} was deleted`);
        return;
      }
      const burial = this.#bury(channel, message).finally(() => this.#underWay.delete(burial));
      this.#underWay.add(burial);
    });
  }

  /** Takes no more of them; resolves when those under way are in the database, or stay in the broker. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#underWay);
  }

  async #bury(channel: Channel, message: ConsumeMessage): Promise<void> {
    const { listener, log, sql } = this.#options;
    const job = decodeJob(message);
    // Without an error it is the broker that gave it up: it was handed out again and again.
    if (job.error === undefined) listener.onDead(job.kind);
    for (let failures = 0; !this.#stopping; failures += 1)
      try {
        await bury(sql, { ...job, error: job.error ?? lostError });
        channel.ack(message);
        return;
      } catch (error) {
        if (failures === 0) log.warn({ err: error, job: job.id }, 'a dead letter could not be recorded yet');
        await pause(backoffMs(failures));
      }
  }
}
