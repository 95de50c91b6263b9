import { ops } from '@messox/protocol';
import { fullJitter } from '../backoff.ts';
import { MessoxError } from '../error.ts';
import type { Timings } from '../options.ts';
import type { Line } from '../socket/line.ts';
import type { ResumePoint } from './resume-point.ts';
import type { Timeline } from './timeline.ts';

export interface CatchUpOptions {
  readonly resume: ResumePoint;
  readonly timeline: Timeline;
  readonly timings: Timings;
}

/** So often in vain, and the channel is asked for from the beginning. */
const patience = 3;

/** Asks for what is missing: one `sync` at a time, repeated with growing pauses while holes are left. */
export class CatchUp {
  readonly #options: CatchUpOptions;
  #line: Line | undefined;
  /** A `hello` or `sync` was sent whose `ready` has not come yet. */
  #underWay = false;
  #inVain = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: CatchUpOptions) {
    this.#options = options;
  }

  /** The cursors as `hello` and `sync` take them. */
  cursors(except: readonly number[] = []): Record<string, number> {
    const cursors = Object.fromEntries(this.#options.resume.cursors);
    return except.length === 0
      ? cursors
      : Object.fromEntries(Object.entries(cursors).filter(([channelId]) => !except.includes(Number(channelId))));
  }

  /** The `hello` was taken: its catch-up is under way. */
  start(line: Line): void {
    this.#line = line;
    this.#inVain = 0;
    this.#await();
  }

  stop(): void {
    this.#line = undefined;
    this.#underWay = false;
    clearTimeout(this.#timer);
  }

  /** Something is missing. */
  want(): void {
    if (this.#line && !this.#underWay) this.#sync();
  }

  /** The event `ready`. */
  ready(): void {
    if (!this.#underWay) return;
    this.#underWay = false;
    clearTimeout(this.#timer);
    this.#options.timeline.caughtUp();
    if (this.#options.timeline.holes.length === 0) this.#inVain = 0;
    else this.#again();
  }

  #sync(): void {
    const { timeline, timings } = this.#options;
    const line = this.#line;
    if (!line) return;
    // The server takes a channel that has no cursor for one that the client does not hold, and starts it anew.
    const data = { cursors: this.cursors(this.#inVain >= patience ? timeline.holes : []) };
    this.#await();
    line.ask(ops.sync.name, data, timings.requestTimeoutMs, (error) => {
      if (!error || line.end) return;
      if (error.remedy === 'retry' && error.code !== 'timed_out') this.#again(error.retryAfterMs);
      else line.drop(error);
    });
  }

  #again(afterMs?: number): void {
    const { retryBaseMs, retryCapMs } = this.#options.timings;
    clearTimeout(this.#timer);
    // Under way while it waits: whatever else is found missing is asked for by the same `sync`.
    this.#underWay = true;
    this.#timer = setTimeout(() => this.#sync(), afterMs ?? fullJitter(this.#inVain, retryBaseMs, retryCapMs));
    this.#inVain += 1;
  }

  #await(): void {
    const { catchUpTimeoutMs } = this.#options.timings;
    this.#underWay = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.#line?.drop(new MessoxError('timed_out', { message: `No \`ready\` within ${catchUpTimeoutMs} ms.` })),
      catchUpTimeoutMs,
    );
  }
}
