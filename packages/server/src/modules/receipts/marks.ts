import { codeOf, Fault, type Host, isPassing, within } from '../../kernel/module.ts';
import { writeMarks, type WrittenMark } from './write-marks.ts';

export interface MarksOptions extends Pick<Host, 'sql' | 'log' | 'limits'> {
  /** Called with the marks that moved, once they are committed. */
  readonly onMoved: (moved: readonly WrittenMark[]) => void;
}

interface Pending {
  readonly channelId: number;
  readonly userId: number;
  readSeq: number;
  deliveredSeq: number;
  /** Who waits for this read mark to be durable, and since when (performance.now()). */
  waiting: { readonly since: number; readonly settle: (fault?: Fault) => void }[];
}

const statementMs = 15_000;
/** How long a `read.mark` waits for a database that is away, as a send does. */
const patienceMs = 10_000;

const keyOf = (channelId: number, userId: number): string => `${channelId} ${userId}`;

/**
 * Merges marks in memory and writes many with one statement. A read mark is answered once it is committed: what arrives
 * while a statement is under way goes out together as the next one. Delivery marks wait for the next statement, or for
 * their own time.
 */
export class Marks {
  readonly #options: MarksOptions;
  #pending = new Map<string, Pending>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #writtenAt = -Infinity;
  #stopped = false;

  constructor(options: MarksOptions) {
    this.#options = options;
  }

  /** Resolves when the mark is committed. @throws Fault channel_not_found, overloaded, unavailable (outcome unknown) */
  read(channelId: number, userId: number, seq: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const pending = this.#note(channelId, userId);
      if (!pending) {
        reject(new Fault('overloaded', { retryAfterMs: 1_000 }));
        return;
      }
      pending.readSeq = Math.max(pending.readSeq, seq);
      const settle = (fault?: Fault): void => (fault ? reject(fault) : resolve());
      pending.waiting.push({ since: performance.now(), settle });
      this.#run();
    });
  }

  /** A device of the user received the channel up to `seq`. Written later; a process that dies forgets it. */
  delivered(channelId: number, userId: number, seq: number): void {
    const pending = this.#note(channelId, userId);
    if (!pending) return;
    pending.deliveredSeq = Math.max(pending.deliveredSeq, seq);
    if (this.#running || this.#timer) return;
    const wait = Math.max(0, this.#writtenAt + this.#options.limits.marksMs - performance.now());
    this.#timer = setTimeout(() => this.#run(), wait);
  }

  /** Writes what is noted, and gives up what the database does not take within `ms`. */
  async stop(ms: number): Promise<void> {
    this.#run();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
    await Promise.race([this.#running, late]);
    clearTimeout(timer);
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #note(channelId: number, userId: number): Pending | undefined {
    const key = keyOf(channelId, userId);
    let pending = this.#pending.get(key);
    if (!pending && !this.#stopped && this.#pending.size < this.#options.limits.marksQueue) {
      pending = { channelId, userId, readSeq: 0, deliveredSeq: 0, waiting: [] };
      this.#pending.set(key, pending);
    }
    return pending;
  }

  #run(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.size === 0) return;
    // Everything that this turn of the event loop brings joins the first batch.
    this.#running ??= new Promise<void>((turn) => setImmediate(turn)).then(() => this.#writeAll());
  }

  async #writeAll(): Promise<void> {
    // What came meanwhile and is awaited by nobody is left for its own time.
    for (let wait = 10; this.#pending.size > 0 && !this.#stopped;) {
      const batch = this.#take(this.#options.limits.marksBatch);
      if (await this.#write(batch)) wait = 10;
      else {
        await new Promise((resolve) => setTimeout(resolve, wait));
        wait = Math.min(wait * 2, 500);
      }
      if (!this.#isAwaited()) break;
    }
    this.#running = undefined;
    this.#writtenAt = performance.now();
    if (this.#pending.size > 0 && !this.#stopped)
      this.#timer = setTimeout(() => this.#run(), this.#options.limits.marksMs);
  }

  #take(most: number): Pending[] {
    const batch: Pending[] = [];
    for (const [key, pending] of this.#pending) {
      if (batch.length === most) break;
      this.#pending.delete(key);
      batch.push(pending);
    }
    return batch;
  }

  #isAwaited(): boolean {
    for (const { waiting } of this.#pending.values()) if (waiting.length > 0) return true;
    return false;
  }

  /** False when the database did not take them: then they are noted again, and wait. */
  async #write(batch: readonly Pending[]): Promise<boolean> {
    const { log, onMoved, sql } = this.#options;
    try {
      const written = await within(statementMs, writeMarks(sql, batch));
      const found = new Set(written.map(({ channelId, userId }) => keyOf(channelId, userId)));
      onMoved(written.filter(({ moved }) => moved));
      for (const { channelId, userId, waiting } of batch) {
        const fault = found.has(keyOf(channelId, userId)) ? undefined : new Fault('channel_not_found');
        for (const { settle } of waiting) settle(fault);
      }
      return true;
    } catch (error) {
      if (isPassing(error)) log.warn({ code: codeOf(error), marks: batch.length }, 'marks wait for the database');
      else log.error({ err: error, marks: batch.length }, 'marks could not be written');
      for (const pending of batch) this.#noteAgain(pending, isPassing(error) ? patienceMs : 0);
      return false;
    }
  }

  /** Marks only go forward: it does no harm that these may have been written. */
  #noteAgain({ channelId, deliveredSeq, readSeq, userId, waiting }: Pending, patience: number): void {
    const oldest = performance.now() - patience;
    const patient = waiting.filter(({ since }) => since > oldest);
    for (const { settle, since } of waiting)
      if (since <= oldest) settle(new Fault(patience > 0 ? 'unavailable' : 'internal', { retryAfterMs: 1_000 }));
    if (patience === 0) return;
    const pending = this.#note(channelId, userId);
    if (!pending) {
      for (const { settle } of patient) settle(new Fault('overloaded', { retryAfterMs: 1_000 }));
      return;
    }
    pending.readSeq = Math.max(pending.readSeq, readSeq);
    pending.deliveredSeq = Math.max(pending.deliveredSeq, deliveredSeq);
    pending.waiting.push(...patient);
  }
}
