import { byteLength, closeCodes, defaultLimits } from '@messox/protocol';
import { MessoxError } from '../error.ts';
import type { SocketLike } from './socket-like.ts';

/** Takes the reply to a request, or why there is none; called once, in the turn in which it arrives. */
export type Settle = (error: MessoxError | undefined, reply: unknown) => void;

export interface LineEnd {
  readonly error: MessoxError;
  /** As the server gave it; none when the line was given up here. */
  readonly closeCode: number | undefined;
}

export interface LineHandlers {
  readonly onEvent: (name: string, data: unknown) => void;
  /** Called once, after every open request was settled. */
  readonly onEnd: (end: LineEnd) => void;
}

interface Waiting {
  readonly settle: Settle;
  readonly timer: ReturnType<typeof setTimeout>;
}

interface ReplyFrame {
  readonly id: number;
  readonly ok: boolean;
  readonly data?: unknown;
  readonly error?: { readonly code?: string; readonly message?: string; readonly details?: Record<string, unknown> };
}

const closeErrors = new Map<number, MessoxError['code']>([
  [closeCodes.unauthenticated.code, 'unauthenticated'],
  [closeCodes.malformedFrame.code, 'invalid_request'],
  [closeCodes.frameTooLarge.code, 'payload_too_large'],
  [closeCodes.tooManyRequests.code, 'rate_limited'],
  [closeCodes.draining.code, 'draining'],
]);

/** One open socket: requests with their replies, events, and an end. */
export class Line {
  readonly #socket: SocketLike;
  readonly #handlers: LineHandlers;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  end: LineEnd | undefined;
  /** performance.now() of the last frame. */
  heardAt = performance.now();
  /** The largest frame that the server takes. */
  frameBytes: number = defaultLimits.frameBytes;

  constructor(socket: SocketLike, handlers: LineHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    socket.onmessage = ({ data }: { readonly data: unknown }) => this.#receive(data);
    socket.onclose = ({ code, reason }: { readonly code: number; readonly reason: string }) => {
      const error = new MessoxError(closeErrors.get(code) ?? 'unreachable', {
        message: `The socket was closed with ${code}${reason && `: ${reason}`}.`,
      });
      this.#finish({ error, closeCode: code });
    };
  }

  /** Sends a request. Without a reply in `timeoutMs` it is settled with `timed_out`, without a line with `unreachable`. */
  ask(op: string, data: unknown, timeoutMs: number, settle: Settle): void {
    if (this.end) {
      settle(new MessoxError('unreachable'), undefined);
      return;
    }
    const id = this.#nextId++;
    let frame: string;
    try {
      frame = JSON.stringify({ id, op, data });
    } catch (error) {
      settle(new MessoxError('invalid_json', { cause: error }), undefined);
      return;
    }
    if (frame.length * 3 > this.frameBytes && byteLength(frame) > this.frameBytes) {
      settle(new MessoxError('payload_too_large', { details: { frameBytes: this.frameBytes } }), undefined);
      return;
    }
    const timer = setTimeout(() => {
      this.#waiting.delete(id);
      settle(new MessoxError('timed_out'), undefined);
    }, timeoutMs);
    this.#waiting.set(id, { settle, timer });
    this.#socket.send(frame);
  }

  /** Says goodbye. */
  close(): void {
    if (this.end) return;
    this.#detach();
    this.#socket.close(1000);
    this.#finish({
      error: new MessoxError('cancelled', { message: 'The client closed the line.' }),
      closeCode: undefined,
    });
  }

  /** Gives up a line that is of no use any more, without waiting for the other side. */
  drop(error: MessoxError): void {
    if (this.end) return;
    this.#detach();
    if (this.#socket.terminate) this.#socket.terminate();
    else this.#socket.close();
    this.#finish({ error, closeCode: undefined });
  }

  #receive(data: unknown): void {
    this.heardAt = performance.now();
    try {
      const frame = parseFrame(data);
      if ('event' in frame) this.#handlers.onEvent(String(frame.event), frame.data);
      else this.#settle(frame as unknown as ReplyFrame);
    } catch (cause) {
      // Whatever cannot be made sense of: the next line begins from what is certain.
      this.drop(new MessoxError('invalid_answer', { cause }));
    }
  }

  #settle({ id, ok, data, error }: ReplyFrame): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    if (ok) waiting.settle(undefined, data);
    else {
      const { code = 'invalid_answer', message, details } = error ?? {};
      waiting.settle(new MessoxError(code, { message, details }), undefined);
    }
  }

  #detach(): void {
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
  }

  #finish(end: LineEnd): void {
    this.end = end;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    const lost = new MessoxError('unreachable', {
      message: 'The line was lost before the reply; the outcome is unknown.',
    });
    for (const { settle, timer } of waiting) {
      clearTimeout(timer);
      settle(lost, undefined);
    }
    this.#handlers.onEnd(end);
  }
}

const parseFrame = (data: unknown): Record<string, unknown> => {
  const frame: unknown = typeof data === 'string' ? JSON.parse(data) : undefined;
  if (typeof frame !== 'object' || frame === null) throw new TypeError('A frame is not a JSON object in text.');
  return frame as Record<string, unknown>;
};
