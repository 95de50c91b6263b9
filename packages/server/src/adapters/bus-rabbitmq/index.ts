import type { Bus, BusListener, BusMessage } from '../../ports/bus.ts';
import { checkedAmqpUrl } from './amqp-url.ts';
import type { BrokerLog } from './broker-log.ts';
import { Gaps } from './gaps.ts';
import { Publisher } from './publisher.ts';
import { Subscriber } from './subscriber.ts';

export { AmqpUrlError, checkedAmqpUrl } from './amqp-url.ts';

export interface RabbitmqBusOptions {
  /** A secret: it holds a password. */
  readonly url: string;
  readonly log: BrokerLog;
  readonly limits: {
    readonly busWindow: number;
    readonly busBytes: number;
    readonly gatewayQueue: number;
    readonly gatewayQueueBytes: number;
  };
}

/** The broker is there and does not let this process do what it must. */
export class BrokerRefusal extends Error {
  override readonly name = 'BrokerRefusal';
}

/** A broker that is away at the start is no reason not to start: sends work without it. */
const firstMs = 5_000;

/** Why the broker does not want this process, in words that help; undefined when it is something that may pass. */
const refusalOf = ({ message }: Error): string | undefined => {
  // The driver does not say why the broker closes the connection at this point, where it can only be the vhost.
  if (message.includes('Expected ConnectionOpenOk'))
    return 'There is no vhost of that name, or the user has no permission for it.';
  if (/Handshake.*ACCESS.REFUSED/s.test(message)) return 'The name or the password of the user is wrong.';
  if (/ACCESS.REFUSED/.test(message))
    return `The user may not configure, write to and read from the exchange and queues of messox: ${message}`;
  return undefined;
};

const within = async <T>(ms: number, work: Promise<T>): Promise<T | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};

/**
 * A bus over RabbitMQ, 3.10 or newer. It resolves when the broker is connected, or after some seconds without one.
 *
 * @throws AmqpUrlError, BrokerRefusal
 */
export const rabbitmqBus = async (options: RabbitmqBusOptions): Promise<Bus> => {
  const { limits, log } = options;
  const url = checkedAmqpUrl(options.url);
  let listener: BusListener | undefined;
  const heed = (what: string, call: () => void): void => {
    try {
      call();
    } catch (error) {
      log.error({ err: error }, `a listener of the bus failed at ${what}`);
    }
  };
  const hand = (message: BusMessage): void => heed('a message', () => listener?.onMessage(message));
  const gaps = new Gaps((shards) => heed('a gap', () => listener?.onGap(shards)));
  const subscriber = new Subscriber({
    url,
    log,
    queueLength: limits.gatewayQueue,
    queueBytes: limits.gatewayQueueBytes,
    onMessage: hand,
    onGap: (shard) => (shard === undefined ? gaps.addAll() : gaps.add(shard)),
  });
  const publisher = new Publisher({
    url,
    log,
    window: limits.busWindow,
    queueBytes: limits.busBytes,
    onDropped: (shard, message) => {
      if (subscriber.wants(shard)) hand(message);
    },
    onUncertain: (shard) => {
      if (subscriber.wants(shard)) gaps.add(shard);
    },
  });
  const failure = await within(firstMs, publisher.first);
  const refusal = failure && refusalOf(failure);
  if (refusal !== undefined) {
    await publisher.close();
    throw new BrokerRefusal(refusal, { cause: failure });
  }
  return {
    listen: (it) => (listener = it),
    publish: (shard, message) => publisher.publish(shard, message),
    subscribe: (shard) => subscriber.subscribe(shard),
    unsubscribe: (shard) => subscriber.unsubscribe(shard),
    ready: () => publisher.isReady() && subscriber.isReady(),
    counts: () => {
      const counts = publisher.counts();
      return { ...counts, reconnects: counts.reconnects + subscriber.reconnects() };
    },
    close: async () => {
      await publisher.close();
      listener = undefined;
      gaps.stop();
      await subscriber.close();
    },
  };
};
