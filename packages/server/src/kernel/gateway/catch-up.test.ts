import { describe, expect, it, vi } from 'vitest';
import { catchUp, type CatchUpOptions } from './catch-up.ts';
import { brunosSession } from './session.test.fixture.ts';

/** Counts the turns at the database. */
const counting = (options: CatchUpOptions) => {
  const count = { reads: 0 };
  const entries: CatchUpOptions['reads']['entries'] = (ranges) => {
    count.reads += 1;
    return options.reads.entries(ranges);
  };
  return { count, options: { ...options, reads: { ...options.reads, entries } } };
};

describe('a catch-up with a client that does not read', () => {
  it('reads nothing more from the database once the socket was closed for it', async () => {
    const { ana, bruno, makeGroup, options, session, sessions, told, wire } = await brunosSession({ catchUpBatch: 5 });
    const channelId = await makeGroup([bruno.id]);
    const socket = await ana.socket();
    await socket.hello({ token: ana.accessToken });
    await Promise.all(Array.from({ length: 20 }, (_, index) => socket.send(channelId, `${index}`)));
    const few = counting(options);
    wire.reads = false;
    const done = session.inTurn(() => catchUp(session, { cursors: new Map([[channelId, 1]]) }, few.options));
    await vi.waitFor(() => expect(wire.waited).toBe(1));
    const { reads } = few.count;
    wire.closed = true;
    wire.read();
    await done;
    expect(few.count.reads).toBe(reads);
    expect(told.length).toBeLessThan(20);
    sessions.close(session);
    await socket.close();
  });

  it('tells of no more channels than the wire takes, however many there are', async () => {
    const { bruno, makeGroup, options, session, sessions, told, wire } = await brunosSession();
    for (let count = 0; count < 10; count += 1) await makeGroup([bruno.id]);
    wire.reads = false;
    const done = session.inTurn(() => catchUp(session, { cursors: new Map() }, options));
    await vi.waitFor(() => expect(wire.waited).toBe(1));
    expect(told.filter((it) => it.startsWith('added'))).toHaveLength(1);
    wire.read();
    await done;
    const channels = told.filter((it) => it.startsWith('added')).map((it) => it.slice('added '.length));
    expect(new Set(channels).size).toBe(11);
    // Each is told of just before its entries.
    expect(told).toEqual(channels.flatMap((id) => [`added ${id}`, `reset ${id}`]));
    sessions.close(session);
  });
});
