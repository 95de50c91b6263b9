import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

interface Reply {
  id: string | number;
  ok: boolean;
  data?: Record<string, unknown>;
  error?: { code: string; message: string; details?: Record<string, unknown> };
}

interface Event {
  event: string;
  data: Record<string, unknown>;
}

export type TestSocket = Awaited<ReturnType<typeof testSocket>>;

const patienceMs = 10_000;

/** A bare client of messox.v1 that remembers everything it was told, in order. */
export const testSocket = async (
  url: string,
  headers: Record<string, string> = {},
  protocols: string[] = ['messox.v1'],
) => {
  const socket = new WebSocket(url, protocols, { headers, perMessageDeflate: false });
  const events: Event[] = [];
  const replies: Reply[] = [];
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  let nextId = 0;
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as Reply | Event;
    if ('event' in frame) events.push(frame);
    else replies.push(frame);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);

  const until = async <T>(what: string, look: () => T | undefined): Promise<T> => {
    const end = performance.now() + patienceMs;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (performance.now() > end)
        throw new Error(`There was no ${what}; events: ${JSON.stringify(events).slice(0, 2_000)}`);
      await delay(2);
    }
  };

  const request = async (op: string, data: unknown): Promise<Reply> => {
    const id = (nextId += 1);
    socket.send(JSON.stringify({ id, op, data }));
    return until(`reply to ${op}`, () => replies.find((reply) => reply.id === id));
  };

  const ok = async (op: string, data: unknown): Promise<Record<string, unknown>> => {
    const reply = await request(op, data);
    if (!reply.ok) throw new Error(`${op} was answered ${reply.error?.code ?? ''}`);
    return reply.data ?? {};
  };

  return {
    socket,
    events,
    replies,
    closed,
    request,
    /** The data of a reply that is ok. */
    ok,
    until,
    /** Says hello and waits for `ready`. */
    hello: async (data: Record<string, unknown>) => {
      const before = events.filter(({ event }) => event === 'ready').length;
      const reply = await ok('hello', data);
      await until('ready', () => events.filter(({ event }) => event === 'ready')[before]);
      return reply;
    },
    event: (name: string, matches: (data: Record<string, unknown>) => boolean = () => true) =>
      until(`event ${name}`, () => events.find(({ data, event }) => event === name && matches(data))),
    /** The entries of a channel that came as events, in the order in which they came. */
    entries: (channelId: number) =>
      events
        .filter(({ data, event }) => event === 'timeline.entry' && data.channelId === channelId)
        .map(({ data }) => data),
    send: (channelId: number, text: string, clientId: string = crypto.randomUUID()) =>
      ok('message.send', { channelId, clientId, text }),
    close: async () => {
      socket.close();
      await closed;
    },
  };
};
