import type { SocketConstructor, SocketLike } from '@messox/client';
import type { EventData, events, TimelineEntry } from '@messox/protocol';
import { WebSocket } from 'ws';
import { recorded, type Recorder } from '../history/recorder.ts';

export interface RecordingOptions {
  readonly recorder: Recorder;
  readonly userId: number;
  /** Names the sessions of this device. */
  readonly device: string;
  /** Where the next socket is opened. */
  readonly address: () => string;
  readonly onClosed: (code: number) => void;
  /** A message goes out, for the first time or again. */
  readonly onSend: (clientId: string) => void;
}

interface Request {
  readonly op?: string;
  readonly data?: { readonly cursors?: Readonly<Record<string, number>>; readonly clientId?: string };
}

interface Event {
  readonly event?: string;
  readonly data?: unknown;
}

/**
 * Sockets that note what really goes over the wire, below a client that would make the best of it: an entry that a
 * server sends twice, or out of order, is seen here.
 */
export const recordingSocket = ({
  address,
  device,
  onClosed,
  onSend,
  recorder,
  userId,
}: RecordingOptions): SocketConstructor => {
  let sockets = 0;
  return class implements SocketLike {
    onopen: SocketLike['onopen'] = null;
    onmessage: SocketLike['onmessage'] = null;
    onclose: SocketLike['onclose'] = null;
    onerror: SocketLike['onerror'] = null;
    readonly #socket: WebSocket;
    readonly #session = `${device} socket ${++sockets}`;
    #greeted = false;
    #ended = false;

    constructor(_url: string, protocol: string) {
      this.#socket = new WebSocket(address(), protocol, { perMessageDeflate: false });
      this.#socket.onopen = (event) => this.onopen?.(event as never);
      this.#socket.onmessage = (event) => {
        if (!this.#ended && typeof event.data === 'string') this.#noteEvent(JSON.parse(event.data) as Event);
        this.onmessage?.(event as never);
      };
      this.#socket.onclose = (event) => {
        onClosed(event.code);
        this.#end();
        this.onclose?.(event as never);
      };
      this.#socket.onerror = (event) => this.onerror?.(event as never);
    }

    send(data: string): void {
      const { data: asked, op } = JSON.parse(data) as Request;
      const session = this.#session;
      if (op === 'hello' && !this.#greeted) {
        this.#greeted = true;
        recorder.add({ type: 'open', session, userId, ...(asked?.cursors ? { cursors: asked.cursors } : {}) });
      }
      if (op === 'sync' && asked?.cursors) recorder.add({ type: 'sync', session, cursors: asked.cursors });
      if (op === 'message.send' && asked?.clientId !== undefined) onSend(asked.clientId);
      this.#socket.send(data);
    }

    close(code?: number, reason?: string): void {
      this.#end();
      this.#socket.close(code, reason);
    }

    terminate(): void {
      this.#end();
      this.#socket.terminate();
    }

    #end(): void {
      if (this.#greeted && !this.#ended) recorder.add({ type: 'close', session: this.#session });
      this.#ended = true;
    }

    #noteEvent({ data, event }: Event): void {
      const session = this.#session;
      if (event === 'timeline.entry') recorder.add({ type: 'recv', session, entry: recorded(data as TimelineEntry) });
      else if (event === 'timeline.reset') {
        const reset = data as EventData<typeof events.timelineReset>;
        recorder.add({ type: 'reset', session, ...reset, entries: reset.entries.map(recorded) });
      } else if (event === 'channel.removed')
        recorder.add({ type: 'removed', session, channelId: (data as { channelId: number }).channelId });
      else if (event === 'ready') recorder.add({ type: 'ready', session });
    }
  };
};
