import type { FaultCode } from '@messox/protocol';
import { codeOf, isPassing, type Sql, within } from '../database/pool.ts';
import { Fault } from '../fault.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { append, type AppendRow, type NewMessage } from './append.ts';

export interface Stored {
  readonly channelId: number;
  readonly seq: number;
  readonly sentAt: Date;
  /** The same message was stored before; nothing new happened. */
  readonly duplicate: boolean;
}

interface Waiting {
  readonly message: NewMessage;
  readonly settle: (outcome: Stored | Fault) => void;
  /** When it was taken, Unix ms. */
  readonly at: number;
}

export interface SenderOptions {
  readonly sql: Sql;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Messages that may wait; more are refused as `overloaded`. */
  readonly queue: number;
  /** Bytes of texts that may wait, roughly. */
  readonly queueBytes: number;
  /** Messages of one statement at the most. */
  readonly batch: number;
  /** Called with what was committed, in the order of seq within each channel, before the senders get their answers. */
  readonly onStored: (stored: readonly { message: NewMessage; seq: number; sentAt: Date }[]) => void;
  /** How long a send is tried while the database is away. */
  readonly patienceMs: number;
}

/** Without an answer for so long a batch is sent again, on another connection, in milliseconds. */
export const statementMs = 15_000;

/**
 * Group commit: what arrives while a statement is under way goes out together as the next one. There is no timer: a
 * lone message is sent at once, and the batch grows by itself under load. One statement at a time keeps the order of
 * each channel and of each sender.
 */
export class Sender {
  readonly #options: SenderOptions;
  #queue: Waiting[] = [];
  #running: Promise<void> | undefined;
  #waitingBytes = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** @throws Fault channel_not_found, message_not_found (replyTo), client_id_reused, overloaded, unavailable (outcome unknown) */
  send(message: NewMessage): Promise<Stored> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: Stored | Fault): void => (outcome instanceof Fault ? reject(outcome) : resolve(outcome));
      const bytes = message.text.length * 2 + 500;
      const { queue, queueBytes } = this.#options;
      if (this.#queue.length >= queue || this.#waitingBytes + bytes > queueBytes) {
        settle(this.#refusal('overloaded'));
        return;
      }
      this.#waitingBytes += bytes;
      const done = (outcome: Stored | Fault): void => {
        this.#waitingBytes -= bytes;
        settle(outcome);
      };
      this.#queue.push({ message, settle: done, at: Date.now() });
      // Everything that this turn of the event loop brings joins the first batch.
      this.#running ??= new Promise<void>((turn) => setImmediate(turn)).then(() => this.#run());
    });
  }

  /** Resolves when all that was taken is answered. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const size = Math.min(this.#queue.length, this.#options.batch);
      const batch = size === this.#queue.length ? this.#queue : this.#queue.slice(0, size);
      this.#queue = size === this.#queue.length ? [] : this.#queue.slice(size);
      const again = await this.#storeDistinct(batch);
      if (again.length > 0) this.#queue = [...this.#refuseOld(again), ...this.#queue];
    }
    this.#running = undefined;
  }

  /** A clientId that stands twice in a batch: the second waits for the answer that the first gets. */
  async #storeDistinct(batch: Waiting[]): Promise<Waiting[]> {
    const first = new Map<string, Waiting>();
    const repeated: Waiting[] = [];
    for (const waiting of batch) {
      const key = `${waiting.message.senderId} ${waiting.message.clientId}`;
      if (first.has(key)) repeated.push(waiting);
      else first.set(key, waiting);
    }
    const distinct = repeated.length === 0 ? batch : [...first.values()];
    const again = await this.#storePatiently(distinct);
    return repeated.length === 0 ? again : [...again, ...repeated];
  }

  /** Tries until it is known what became of the batch; whoever was not answered by then is told `unavailable`. */
  async #storePatiently(waiting: Waiting[]): Promise<Waiting[]> {
    let batch = waiting;
    const { log, metrics, sql } = this.#options;
    // After a failure it is unknown whether the batch was committed: the unique index decides, so look first.
    for (let careful = false, wait = 10; ;) {
      const stop = metrics.batchSeconds.startTimer();
      try {
        const rows = await within(
          statementMs,
          append(
            sql,
            batch.map(({ message }) => message),
            careful,
          ),
        );
        stop();
        metrics.batchSize.observe(batch.length);
        return this.#answer(batch, rows);
      } catch (error) {
        const taken = codeOf(error) === '23505';
        if (!taken && !isPassing(error)) return this.#storeApart(batch, error);
        const patient = this.#refuseOld(batch);
        if (patient.length < batch.length) {
          log.error({ err: error, sends: batch.length - patient.length }, 'sends gave up on the database');
          // Nobody waits longer in the queue than in a batch.
          this.#queue = this.#refuseOld(this.#queue);
          if (patient.length === 0) return [];
        }
        batch = patient;
        if (!taken || careful) {
          if (!taken) log.warn({ code: codeOf(error), sends: batch.length }, 'sends wait for the database');
          await new Promise((resolve) => setTimeout(resolve, wait));
          wait = Math.min(wait * 2, 500);
        }
        careful = true;
      }
    }
  }

  /** Tells those that have waited too long that nobody knows what became of them, and returns the others. */
  #refuseOld(waiting: Waiting[]): Waiting[] {
    const oldest = Date.now() - this.#options.patienceMs;
    const patient = waiting.filter(({ at }) => at >= oldest);
    if (patient.length < waiting.length)
      for (const { at, settle } of waiting) if (at < oldest) settle(this.#refusal('unavailable'));
    return patient;
  }

  /** A message that the database refuses (no validation should let it come so far) must not fail its neighbours. */
  async #storeApart(batch: Waiting[], error: unknown): Promise<Waiting[]> {
    if (batch.length > 1) {
      const middle = batch.length >> 1;
      const again = await this.#storePatiently(batch.slice(0, middle));
      return [...again, ...(await this.#storePatiently(batch.slice(middle)))];
    }
    const [only] = batch;
    const refused = codeOf(error)?.startsWith('22') === true;
    this.#options.log.error(
      { code: codeOf(error), channelId: only?.message.channelId },
      'a send was refused by the database',
    );
    only?.settle(this.#refusal(refused ? 'invalid_request' : 'internal'));
    return [];
  }

  #answer(batch: readonly Waiting[], rows: readonly AppendRow[]): Waiting[] {
    const again: Waiting[] = [];
    const stored: { message: NewMessage; seq: number; sentAt: Date; settle: Waiting['settle'] }[] = [];
    for (const row of rows) {
      const waiting = batch[row.ord];
      if (!waiting) continue;
      const { message, settle } = waiting;
      if (row.old_seq && row.old_sent_at && row.old_channel_id) {
        const { old_channel_id: channelId, old_seq: seq, old_sent_at: sentAt } = row;
        settle(row.old_same ? { channelId, seq, sentAt, duplicate: true } : this.#refusal('client_id_reused'));
      } else if (!row.member) settle(this.#refusal('channel_not_found'));
      else if (!row.reply_ok) settle(this.#refusal('message_not_found'));
      else if (row.seq === null || row.sent_at === null) again.push(waiting);
      else stored.push({ message, seq: row.seq, sentAt: row.sent_at, settle });
    }
    if (stored.length > 0) {
      stored.sort((a, b) => a.message.channelId - b.message.channelId || a.seq - b.seq);
      this.#options.metrics.messagesStored.inc(stored.length);
      this.#options.onStored(stored);
      for (const { message, seq, sentAt, settle } of stored)
        settle({ channelId: message.channelId, seq, sentAt, duplicate: false });
    }
    return again;
  }

  #refusal(code: FaultCode): Fault {
    this.#options.metrics.sendsRefused.inc({ code });
    return new Fault(code, code === 'overloaded' || code === 'unavailable' ? { retryAfterMs: 1_000 } : undefined);
  }
}
