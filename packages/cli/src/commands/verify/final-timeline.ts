import { MessoxError } from '@messox/client';
import { ops, type TimelineEntry } from '@messox/protocol';
import { WebSocket } from 'ws';

const patienceMs = 30_000;

interface Frame {
  readonly id?: number;
  readonly ok?: boolean;
  readonly event?: string;
  readonly data?: unknown;
}

/** The whole timelines of these channels, as catch-up tells them to somebody who holds nothing of them yet. */
export const readTimelines = (
  url: string,
  token: string,
  channelIds: readonly number[],
): Promise<Map<number, TimelineEntry[]>> =>
  new Promise((resolve, reject) => {
    const timelines = new Map<number, TimelineEntry[]>(channelIds.map((id) => [id, []]));
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${ops.socketPath}`, ops.subprotocol, {
      perMessageDeflate: false,
    });
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      settle();
      socket.terminate();
    };
    const fail = (why: string): void =>
      finish(() => reject(new MessoxError('unreachable', { message: `The timelines could not be read: ${why}.` })));
    const timer = setTimeout(() => fail(`no end of the catch-up within ${patienceMs / 1_000} s`), patienceMs);
    socket.on('open', () => {
      const cursors = Object.fromEntries(channelIds.map((id) => [id, 0]));
      socket.send(JSON.stringify({ id: 1, op: ops.hello.name, data: { token, cursors } }));
    });
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as Frame;
      if (frame.id === 1 && !frame.ok) fail('hello was refused');
      else if (frame.event === 'timeline.entry') {
        const entry = frame.data as TimelineEntry;
        timelines.get(entry.channelId)?.push(entry);
      } else if (frame.event === 'ready') finish(() => resolve(timelines));
    });
    socket.on('error', (error) => fail(error.message));
    socket.on('close', (code) => fail(`the socket was closed with ${code}`));
  });
