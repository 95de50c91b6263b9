import { type OpReply, ops } from '@messox/protocol';
import { MessoxError } from '../error.ts';
import type { Line } from './line.ts';

export interface HeartbeatOptions {
  readonly line: Line;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly onAnswer: (reply: OpReply<typeof ops.ping>) => void;
}

/** Asks every `everyMs` whether the line is alive, and drops one that says nothing at all in `timeoutMs`. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    // The first beat is at a moment of its own, or all clients of a restarted server would beat together.
    this.#beatIn(options.everyMs * (0.5 + Math.random() / 2));
  }

  /** Asks now: something says that the line may be gone. */
  beat(): void {
    const { line, timeoutMs, onAnswer, everyMs } = this.#options;
    if (line.end) return;
    this.#beatIn(everyMs);
    if (this.#asking) return;
    this.#asking = true;
    const askedAt = performance.now();
    line.ask(ops.ping.name, {}, timeoutMs, (error, reply) => {
      this.#asking = false;
      if (!error) onAnswer(reply as OpReply<typeof ops.ping>);
      else if (error.code === 'timed_out' && line.heardAt <= askedAt)
        line.drop(new MessoxError('unreachable', { message: `The line was silent for ${timeoutMs} ms.` }));
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #beatIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.beat(), ms);
  }
}
