import { z } from 'zod';
import type { Compose } from '../../../docker/compose.ts';

export interface QueueFacts {
  readonly name: string;
  readonly messages: number;
}

const listed = z.array(z.object({ name: z.string(), messages: z.int() }));

/** The queues of jobs, which wait for a worker, and those that nobody could do. What the gateways share is none of them. */
export const readQueues = async (compose: Compose, vhost: string): Promise<QueueFacts[]> => {
  const asked = ['list_queues', '--vhost', vhost, '--quiet', '--formatter', 'json', 'name', 'messages', 'durable'];
  const told = await compose.run(['exec', '--no-TTY', 'rabbitmq', 'rabbitmqctl', ...asked], {
    doing: 'ask RabbitMQ for its queues',
  });
  return listed.parse(JSON.parse(told)).filter(({ name }) => name.startsWith('messox.jobs'));
};
