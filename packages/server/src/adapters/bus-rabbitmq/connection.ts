import { type ChannelModel, connect, type RecoveringChannelModel } from 'amqplib';
import type { BrokerLog } from './broker-log.ts';

export interface ConnectionOptions {
  /** Checked; it holds a password. */
  readonly url: string;
  /** What it is for, shown by the broker and in the log. */
  readonly name: string;
  readonly log: BrokerLog;
  /** Makes the channel and what is on it, each time anew. `broken` ends the connection, so that all is made again. */
  readonly setUp: (model: ChannelModel, broken: (why?: string) => void) => Promise<void>;
  /** It works, for the first time or again. */
  readonly onUp: () => void;
  /** It does not work, at first or any more. */
  readonly onDown: () => void;
  readonly onBlocked?: () => void;
  readonly onUnblocked?: () => void;
}

export interface Connection {
  isUp(): boolean;
  /** How often it was made after the first time. */
  reconnects(): number;
  /** Resolves with undefined when it is up, or with why the first attempt failed. */
  readonly first: Promise<Error | undefined>;
  close(): Promise<void>;
}

/** Short enough that sessions hardly notice, spread enough that a broker that comes back is not stormed. */
const recovery = { initialDelay: 100, maxDelay: 5_000, factor: 2, jitter: 0.5, waitForConnect: false } as const;
const handshakeMs = 10_000;
const closeMs = 2_000;

/** A connection to the broker that is made again for as long as it takes, with growing and scattered waits. */
export const openConnection = (options: ConnectionOptions): Connection => {
  const { log, name, onDown, onUp } = options;
  let up = 0;
  let isUp = false;
  let closing = false;
  let model: RecoveringChannelModel | undefined;
  let isToldDown = false;
  const noteDown = (error: Error): void => {
    if (closing) return;
    // Once, not at every attempt.
    if (!isToldDown)
      log.warn({ connection: name, reason: error.message }, 'the message broker cannot be reached; trying on');
    isToldDown = true;
    isUp = false;
    onDown();
  };
  const setup = async (raw: ChannelModel): Promise<void> => {
    // An error without a listener ends the process; what follows from it comes as `disconnect`.
    raw.on('error', () => undefined);
    await options.setUp(raw, (why) => {
      if (closing) return;
      if (why !== undefined)
        log.warn({ connection: name, reason: why }, 'the connection to the message broker is made anew');
      raw.close().catch(() => undefined);
    });
  };
  const opened = connect(options.url, {
    timeout: handshakeMs,
    noDelay: true,
    keepAlive: true,
    clientProperties: { connection_name: name },
    recovery: { ...recovery, setup },
  });
  const first = new Promise<Error | undefined>((resolve) => {
    void opened.then((it) => {
      model = it;
      it.on('connect', () => {
        up += 1;
        isUp = true;
        isToldDown = false;
        log.info({ connection: name }, up === 1 ? 'connected to the message broker' : 'the message broker is back');
        onUp();
        resolve(undefined);
      });
      it.on('connect-failed', (error) => {
        noteDown(error);
        resolve(error);
      });
      it.on('disconnect', noteDown);
      it.on('blocked', () => options.onBlocked?.());
      it.on('unblocked', () => options.onUnblocked?.());
      it.on('error', () => undefined);
      it.on('handler-error', (error: Error) =>
        log.error({ err: error, connection: name }, 'a handler of the broker failed'),
      );
    });
  });
  return {
    isUp: () => isUp,
    reconnects: () => Math.max(0, up - 1),
    first,
    close: async () => {
      closing = true;
      isUp = false;
      await opened;
      let timer: NodeJS.Timeout | undefined;
      // A broker that does not answer any more must not keep the process.
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, closeMs)));
      await Promise.race([model?.close(), late]);
      clearTimeout(timer);
    },
  };
};
