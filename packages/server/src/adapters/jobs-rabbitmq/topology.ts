import type { Channel } from 'amqplib';
import type { JobLimits } from '../../ports/jobs.ts';
import { waitLevelMs } from '../jobs-attempts.ts';

/** Jobs that a worker may begin. */
export const jobsQueue = 'messox.jobs';
/** Jobs that were given up, on their way into the database. */
export const deadQueue = 'messox.jobs.dead';
/** Jobs that failed, until this time has passed. One queue a time, which is its name: what a queue is declared with cannot change. */
export const waitQueue = (ms: number): string => `messox.jobs.wait.${ms}`;

/**
 * How often the broker hands a job out that nobody says anything of. A worker that lives sends what comes a second time
 * on to a queue of those that wait, so this is for a job that ends each worker before that.
 */
const brokerLosses = 20;
const never = 2 ** 31 - 1;

/** Replicated where the broker has several nodes; a message leaves for another queue when it has arrived there. */
const quorum = (more: Record<string, unknown>) => ({
  durable: true,
  arguments: { 'x-queue-type': 'quorum', 'x-overflow': 'reject-publish', ...more },
});

const onwards = (queue: string) => ({
  'x-dead-letter-exchange': '',
  'x-dead-letter-routing-key': queue,
  'x-dead-letter-strategy': 'at-least-once',
});

const waitLevelsMs = (limits: JobLimits): number[] => {
  const levels: number[] = [];
  for (let attempts = 1; attempts < limits.jobAttempts; attempts += 1) {
    const level = waitLevelMs(attempts, limits);
    if (level === levels.at(-1)) break;
    levels.push(level);
  }
  return levels;
};

/** Makes the queues that are not there. */
export const assertQueues = async (channel: Channel, limits: JobLimits): Promise<void> => {
  await channel.assertQueue(deadQueue, quorum({ 'x-delivery-limit': never }));
  await channel.assertQueue(jobsQueue, quorum({ 'x-delivery-limit': brokerLosses, ...onwards(deadQueue) }));
  for (const ms of waitLevelsMs(limits))
    await channel.assertQueue(waitQueue(ms), quorum({ 'x-message-ttl': ms, ...onwards(jobsQueue) }));
};
