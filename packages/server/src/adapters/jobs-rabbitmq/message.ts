import { randomUUID } from 'node:crypto';
import type { ConsumeMessage, Options } from 'amqplib';
import type { Attempts } from '../jobs-attempts.ts';

/** A job on its way through the broker. */
export interface CarriedJob extends Attempts {
  readonly id: string;
  readonly kind: string;
  readonly payload: string;
  readonly createdAt: Date;
  /** Its first attempt has begun: it has no row in the table of jobs any more. */
  readonly begun: boolean;
  /** What it was given up for. */
  readonly error?: string | undefined;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const kindLength = 200;

export const encodeJob = (job: CarriedJob): { content: Buffer; options: Options.Publish } => ({
  content: Buffer.from(job.payload),
  options: {
    persistent: true,
    contentType: 'application/json',
    messageId: job.id,
    type: job.kind,
    headers: {
      attempts: job.attempts,
      losses: job.losses,
      createdAt: job.createdAt.getTime(),
      begun: job.begun,
      ...(job.error === undefined ? {} : { error: job.error }),
    },
  },
});

const count = (value: unknown): number => (Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : 0);

/** Reads a message. Whoever may publish can publish anything: what is none of ours becomes a job that nobody knows. */
export const decodeJob = ({ content, properties }: Pick<ConsumeMessage, 'content' | 'properties'>): CarriedJob => {
  const { messageId, type } = properties as { messageId?: unknown; type?: unknown };
  const headers: Readonly<Record<string, unknown>> = properties.headers ?? {};
  const createdAt = count(headers.createdAt);
  return {
    id: typeof messageId === 'string' && uuid.test(messageId) ? messageId : randomUUID(),
    kind: typeof type === 'string' && type !== '' ? type.slice(0, kindLength) : 'unknown',
    payload: content.toString(),
    attempts: Math.min(count(headers.attempts), 2 ** 31 - 1),
    losses: Math.min(count(headers.losses), 2 ** 31 - 1),
    createdAt: new Date(createdAt > 0 && createdAt < 8.64e15 ? createdAt : Date.now()),
    begun: headers.begun !== false,
    error: typeof headers.error === 'string' ? headers.error : undefined,
  };
};

/**
 * How often the message was handed out before, and nothing was heard of it. The broker's count (`x-delivery-count`, of
 * quorum queues) leaves out some since RabbitMQ 4.3; the mark of a redelivery is always there.
 */
export const lossesOf = ({ fields, properties }: Pick<ConsumeMessage, 'fields' | 'properties'>): number =>
  Math.max(count(properties.headers?.['x-delivery-count']), fields.redelivered ? 1 : 0);
