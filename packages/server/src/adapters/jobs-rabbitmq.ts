import type { Jobs, OpenJobs } from '../ports/jobs.ts';
import { checkedAmqpUrl } from './bus-rabbitmq/amqp-url.ts';
import { deadJobs } from './jobs-dead.ts';
import { JobsPublisher } from './jobs-rabbitmq/publisher.ts';
import { Relay } from './jobs-rabbitmq/relay.ts';
import { RabbitmqWorker } from './jobs-rabbitmq/worker.ts';
import { countWaiting, enqueue } from './jobs-table.ts';

/**
 * Jobs that RabbitMQ hands out. They are enqueued in PostgreSQL, by the transaction that wants them done, and processes
 * that work on jobs bring them to the broker; only these connect to it. @throws AmqpUrlError
 */
export const rabbitmqJobs = (amqpUrl: string): OpenJobs => {
  const url = checkedAmqpUrl(amqpUrl);
  return (options): Jobs => {
    const { limits, sql } = options;
    let working: { publisher: JobsPublisher; relay: Relay; worker: RabbitmqWorker } | undefined;
    return {
      dead: deadJobs(sql),
      enqueue: (on, job) => enqueue(on, job, limits),
      work: async (listener) => {
        const publisher = new JobsPublisher({ ...options, url, onUp: () => relay.wake() });
        const relay = new Relay({ ...options, publisher });
        working = { publisher, relay, worker: new RabbitmqWorker({ ...options, url, listener, publisher }) };
        await relay.start();
      },
      waiting: async () => {
        const inBroker = working?.publisher.isReady() ? await working.publisher.countReady() : 0;
        return inBroker + (await countWaiting(sql));
      },
      ready: () => working !== undefined && working.publisher.isReady() && working.worker.isReady(),
      stop: async () => {
        const stopping = working;
        working = undefined;
        await Promise.all([stopping?.relay.stop(), stopping?.worker.stop()]);
        await stopping?.publisher.close();
      },
    };
  };
};
