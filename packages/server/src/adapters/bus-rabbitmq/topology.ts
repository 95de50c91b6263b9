import type { Channel, Options } from 'amqplib';

/** Carries every message; its routing keys are shards. */
export const exchange = 'messox.bus';

export const keyOf = (shard: number): string => String(shard);

/** Durable, for it costs nothing and a broker that restarts still has it; messages are not. */
export const assertExchange = (channel: Channel) => channel.assertExchange(exchange, 'direct', { durable: true });

/** A gateway's own queue: it ends with its connection, and what nobody fetches pushes out what is oldest. */
export const queueOptions = (length: number, bytes: number): Options.AssertQueue => ({
  exclusive: true,
  durable: false,
  autoDelete: true,
  maxLength: length,
  arguments: { 'x-queue-type': 'classic', 'x-max-length-bytes': bytes, 'x-overflow': 'drop-head' },
});
