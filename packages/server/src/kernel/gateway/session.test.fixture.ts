import { defaultLimits, type Limits } from '@messox/protocol';
import { onTestFinished } from 'vitest';
import { linkedBuses, startTestServer } from '../../testing/index.ts';
import { openPool } from '../database/pool.ts';
import { silentLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import type { Describe } from '../module.ts';
import type { CatchUpOptions } from './catch-up.ts';
import { catchUpReads } from './catch-up-reads.ts';
import type { SessionListener } from './session.ts';
import { Sessions } from './sessions.ts';

/** Ana's server, and a session of Bruno's in a process of its own beside it, with every turn of it in the hands of the test. */
export const brunosSession = async (changedLimits: Partial<Limits> = {}) => {
  const [here, there] = linkedBuses();
  const server = await startTestServer({ bus: here });
  const sql = openPool(server.database.connection, { connections: 4, name: 'test' });
  onTestFinished(async () => {
    await sql.end();
    await server.stop();
  });
  const [ana, bruno] = [await server.user(), await server.user()];
  /** Channels of which the session's process hears nothing. */
  const deaf = new Set<number>();
  const bus: typeof there = {
    ...there,
    listen: (listener) =>
      there.listen({
        onGap: () => listener.onGap(),
        onMessage: (message) => {
          const isHeard = !('entries' in message) || !message.entries.some(({ channelId }) => deaf.has(channelId));
          if (isHeard) listener.onMessage(message);
        },
      }),
  };
  const described: Describe = {
    user: async () => undefined,
    channels: async (_, ids) => new Map(ids.map((id) => [id, { id } as never])),
  };
  const limits = { ...defaultLimits, ...changedLimits };
  const options: CatchUpOptions = { limits, reads: catchUpReads({ sql, limits, describe: described }) };
  const sessions = new Sessions({
    bus,
    sql,
    log: silentLog(),
    metrics: createMetrics(),
    limits,
    describe: described,
  });
  const told: string[] = [];
  let onRead: () => void = () => undefined;
  /** What the client has not read: while that is more than nothing, the wire has enough to carry. */
  const wire = {
    reads: true,
    closed: false,
    waited: 0,
    /** The client reads what there is, and goes on reading. */
    read: () => {
      wire.reads = true;
      onRead();
    },
  };
  const tell = (what: string): void => void told.push(what);
  const listener: SessionListener = {
    entry: ({ channelId, kind, seq }) => tell(`${channelId}/${seq} ${kind}`),
    reset: (channelId) => tell(`reset ${channelId}`),
    added: ({ id }) => tell(`added ${id}`),
    removed: (channelId) => tell(`removed ${channelId}`),
    signal: () => true,
    failed: () => tell('failed'),
    get closed() {
      return wire.closed;
    },
    get congested() {
      return !wire.reads && told.length > 0;
    },
    drained: async () => {
      wire.waited += 1;
      if (!wire.closed) await new Promise<void>((resolve) => (onRead = resolve));
    },
  };
  const session = sessions.open({ userId: bruno.id, sessionId: 'x', sessionEndsAt: Date.now() + 1e9 }, listener);
  const makeGroup = async (memberIds: number[]): Promise<number> =>
    ((await ana.call('POST', '/api/v1/channels', { kind: 'group', name: 'Feira', memberIds })).body as { id: number })
      .id;
  return { ana, bruno, deaf, makeGroup, options, server, session, sessions, sql, told, wire };
};
