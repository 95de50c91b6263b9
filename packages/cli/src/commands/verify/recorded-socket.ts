import type { SocketConstructor, SocketLike } from '@messox/client';
import type { NewEntry } from '@messox/client/checker';
import type { EventData, events, TimelineEntry } from '@messox/protocol';
import { WebSocket } from 'ws';
import type { Tape } from './tape.ts';

/** One place where somebody is logged in; its sockets follow one another. */
export interface Line {
  readonly name: string;
  /** Known as soon as it is logged in. */
  userId: number;
  /** Where the next socket is recorded. */
  tape: Tape;
  /** The socket that is open now. */
  socket: WebSocket | undefined;
  sockets: number;
  /** The last seq that it was handed of each channel. */
  readonly positions: Map<number, number>;
}

interface Request {
  readonly id: number;
  readonly op: string;
  readonly data: Readonly<Record<string, unknown>>;
}
interface Fields {
  readonly channelId: number;
  readonly clientId: string;
  readonly seq: number;
  readonly text: string;
  readonly emoji: string;
}
interface Frame {
  readonly id?: number;
  readonly ok?: boolean;
  readonly data?: unknown;
  readonly error?: { readonly code: string };
  readonly event?: string;
}

/** Refusals after which nobody knows whether something was stored. */
const open = new Set(['internal', 'unavailable']);

/** What a request asks for as an entry; undefined for one that makes none. */
const entryOf = (senderId: number, { data, op }: Request): NewEntry | undefined => {
  // As this program's own client has made it.
  const { channelId, clientId, emoji, seq: targetSeq, text } = data as unknown as Fields;
  const about = { channelId, senderId, targetSeq };
  switch (op) {
    case 'message.send':
      return { kind: 'message', channelId, senderId, clientId, text };
    case 'message.edit':
      return { kind: 'message.edited', ...about, text };
    case 'message.delete':
      return { kind: 'message.deleted', ...about };
    case 'reaction.add':
      return { kind: 'reaction.added', ...about, emoji };
    default:
      return undefined;
  }
};

/** Writes down what passes one socket, both ways. */
class Recording {
  readonly #line: Line;
  readonly #tape: Tape;
  readonly #session: string;
  readonly #pending = new Map<number, { readonly call: string; readonly clientId: string | undefined }>();
  #isOpen = false;
  #liveSince = Infinity;

  constructor(line: Line) {
    this.#line = line;
    this.#tape = line.tape;
    this.#session = `${line.name} ${(line.sockets += 1)}`;
  }

  sent(text: string): void {
    const request = JSON.parse(text) as Request;
    const session = this.#session;
    const { cursors } = request.data as { cursors?: Record<string, number> };
    if (request.op === 'hello') {
      this.#isOpen = true;
      if (Object.keys(cursors ?? {}).length > 0) this.#tape.resumes += 1;
      this.#tape.add({ type: 'open', session, userId: this.#line.userId, ...(cursors ? { cursors } : {}) });
    } else if (request.op === 'sync') this.#tape.add({ type: 'sync', session, cursors: cursors ?? {} });
    const entry = entryOf(this.#line.userId, request);
    if (!entry) return;
    const call = `${session} ${request.id}`;
    const clientId = entry.kind === 'message' ? entry.clientId : undefined;
    this.#pending.set(request.id, { call, clientId });
    const lane = { lane: `${this.#line.name} ${entry.channelId}` };
    const at = this.#tape.add({ type: 'invoke', call, entry, ...(clientId === undefined ? {} : lane) });
    if (clientId !== undefined) this.#tape.sent(clientId, at);
  }

  received(text: string): void {
    const frame = JSON.parse(text) as Frame;
    if (frame.event !== undefined) this.#event(frame.event, frame.data);
    else if (frame.id !== undefined) this.#reply(frame.id, frame);
  }

  closed(): void {
    for (const { call } of this.#pending.values()) this.#tape.add({ type: 'info', call });
    this.#pending.clear();
    if (this.#isOpen) this.#tape.add({ type: 'close', session: this.#session });
    this.#isOpen = false;
  }

  #reply(id: number, { data, error, ok }: Frame): void {
    if (!ok && error) this.#tape.refuse(error.code);
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    const { call, clientId } = pending;
    if (ok) {
      const at = this.#tape.add({ type: 'ok', call, seq: (data as { seq: number }).seq });
      if (clientId !== undefined) this.#tape.acknowledged(clientId, at);
    } else if (error && !open.has(error.code)) this.#tape.add({ type: 'fail', call, code: error.code });
    else this.#tape.add({ type: 'info', call });
  }

  #event(name: string, data: unknown): void {
    const session = this.#session;
    const { positions } = this.#line;
    if (name === 'timeline.entry') {
      const entry = data as TimelineEntry;
      const at = this.#tape.add({ type: 'recv', session, entry });
      positions.set(entry.channelId, entry.seq);
      if (entry.kind === 'message') this.#tape.delivered(entry.clientId, at, this.#liveSince);
    } else if (name === 'timeline.reset') {
      const reset = data as EventData<typeof events.timelineReset>;
      this.#tape.add({ type: 'reset', session, ...reset });
      positions.set(reset.channelId, reset.head);
    } else if (name === 'channel.removed') {
      const { channelId } = data as EventData<typeof events.channelRemoved>;
      this.#tape.add({ type: 'removed', session, channelId });
      positions.delete(channelId);
    } else if (name === 'ready') this.#liveSince = this.#tape.add({ type: 'ready', session });
  }
}

const wsOptions = { perMessageDeflate: false, closeTimeout: 2_000 };

/** The WebSocket of a client whose every frame is written down before the client sees it. */
export const recordedSocket = (line: Line): SocketConstructor =>
  class RecordedSocket implements SocketLike {
    readonly #socket: WebSocket;
    readonly #recording = new Recording(line);

    constructor(url: string, protocol: string) {
      this.#socket = new WebSocket(url, protocol, wsOptions);
      this.#socket.on('open', () => (line.socket = this.#socket));
      this.#socket.on('message', (data: Buffer) => this.#recording.received(data.toString()));
      this.#socket.on('close', () => {
        if (line.socket === this.#socket) line.socket = undefined;
        this.#recording.closed();
      });
    }

    set onopen(handler: SocketLike['onopen']) {
      this.#socket.onopen = handler as WebSocket['onopen'];
    }
    set onmessage(handler: SocketLike['onmessage']) {
      this.#socket.onmessage = handler as WebSocket['onmessage'];
    }
    set onclose(handler: SocketLike['onclose']) {
      this.#socket.onclose = handler as WebSocket['onclose'];
    }
    set onerror(handler: SocketLike['onerror']) {
      this.#socket.onerror = handler as WebSocket['onerror'];
    }

    send(data: string): void {
      this.#recording.sent(data);
      this.#socket.send(data);
    }
    close(code?: number, reason?: string): void {
      this.#socket.close(code, reason);
    }
    terminate(): void {
      this.#socket.terminate();
    }
  };
