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
  /** For channels that somebody else holds: each waits on a connection of its own. */
  readonly apartSql: Sql;
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

const statementMs = 15_000;

/**
 * Group commit: what arrives while a statement is under way goes out together as the next one. There is no timer: a
 * lone message is sent at once, and the batch grows by itself under load. One statement at a time keeps the order of
 * each channel.
 *
 * A channel that a transaction holds is not waited for by the others: its messages, and those that follow them, go
 * apart until none is left.
 */
export class Sender {
  readonly #options: SenderOptions;
  #queue: Waiting[] = [];
  #running: Promise<void> | undefined;
  /** The messages of channels that somebody else holds, by channel, in order. */
  readonly #apart = new Map<number, Waiting[]>();
  readonly #apartRuns = new Set<Promise<void>>();
  #waiting = 0;
  #waitingBytes = 0;

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  /** @throws Fault channel_not_found, forbidden, message_not_found (replyTo), client_id_reused, overloaded, unavailable (outcome unknown) */
  send(message: NewMessage): Promise<Stored> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: Stored | Fault): void => (outcome instanceof Fault ? reject(outcome) : resolve(outcome));
      const bytes = message.text.length * 2 + 500;
      const { queue, queueBytes } = this.#options;
      if (this.#waiting >= queue || this.#waitingBytes + bytes > queueBytes) {
        settle(this.#refusal('overloaded'));
        return;
      }
      this.#waiting += 1;
      this.#waitingBytes += bytes;
      const done = (outcome: Stored | Fault): void => {
        this.#waiting -= 1;
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
    while (this.#running || this.#apartRuns.size > 0) await Promise.all([this.#running, ...this.#apartRuns]);
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      if (this.#apart.size > 0 && !this.#takeApart()) break;
      const size = Math.min(this.#queue.length, this.#options.batch);
      const batch = size === this.#queue.length ? this.#queue : this.#queue.slice(0, size);
      this.#queue = size === this.#queue.length ? [] : this.#queue.slice(size);
      const again = await this.#storeDistinct(batch, false);
      if (again.length > 0) this.#queue = [...this.#refuseOld(again), ...this.#queue];
    }
    this.#running = undefined;
  }

  /** Moves what belongs to a channel that waits apart behind what waits there; whether anything is left. */
  #takeApart(): boolean {
    this.#queue = this.#queue.filter((waiting) => {
      const those = this.#apart.get(waiting.message.channelId);
      those?.push(waiting);
      return !those;
    });
    return this.#queue.length > 0;
  }

  /** Lets the messages of a channel wait for it apart. */
  #setApart(channelId: number, busy: Waiting[]): void {
    this.#apart.set(channelId, busy);
    const run = this.#runApart(channelId, busy).finally(() => this.#apartRuns.delete(run));
    this.#apartRuns.add(run);
  }

  async #runApart(channelId: number, those: Waiting[]): Promise<void> {
    while (those.length > 0) {
      const again = await this.#storeDistinct(those.splice(0, this.#options.batch), true);
      those.unshift(...this.#refuseOld(again));
    }
    this.#apart.delete(channelId);
  }

  /** A clientId that stands twice in a batch: the second waits for the answer that the first gets. */
  async #storeDistinct(batch: Waiting[], apart: boolean): Promise<Waiting[]> {
    const first = new Map<string, Waiting>();
    const repeated: Waiting[] = [];
    for (const waiting of batch) {
      const key = `${waiting.message.senderId} ${waiting.message.clientId}`;
      if (first.has(key)) repeated.push(waiting);
      else first.set(key, waiting);
    }
    const distinct = repeated.length === 0 ? batch : [...first.values()];
    const again = await this.#storePatiently(distinct, apart);
    return repeated.length === 0 ? again : [...again, ...repeated];
  }

  /** Tries until it is known what became of the batch; whoever was not answered by then is told `unavailable`. */
  async #storePatiently(waiting: Waiting[], apart: boolean): Promise<Waiting[]> {
    let batch = waiting;
    const again: Waiting[] = [];
    const { apartSql, log, metrics, sql } = this.#options;
    // After a failure it is unknown whether the batch was committed: the unique index decides, so look first.
    for (let careful = false, doubted = false, wait = 10; ;) {
      const stop = metrics.batchSeconds.startTimer();
      const messages = batch.map(({ message }) => message);
      let rows: AppendRow[];
      try {
        rows = await within(statementMs, append(apart ? apartSql : sql, messages, { careful, wait: apart }));
      } catch (error) {
        const taken = codeOf(error) === '23505';
        if (!taken && !isPassing(error)) return [...again, ...(await this.#storeHalves(batch, error, apart))];
        const patient = this.#refuseOld(batch);
        if (patient.length < batch.length) {
          log.error({ err: error, sends: batch.length - patient.length }, 'sends gave up on the database');
          // Nobody waits longer in the queue than in a batch.
          this.#queue = this.#refuseOld(this.#queue);
          if (patient.length === 0) return again;
        }
        batch = patient;
        if (!taken || careful) {
          if (!taken) log.warn({ code: codeOf(error), sends: batch.length }, 'sends wait for the database');
          await new Promise((resolve) => setTimeout(resolve, wait));
          wait = Math.min(wait * 2, 500);
        }
        careful = true;
        doubted ||= !taken;
        continue;
      }
      stop();
      metrics.batchSize.observe(batch.length);
      const answered = this.#answer(batch, rows, { apart, careful, doubted });
      again.push(...answered.again);
      if (answered.doubtful.length === 0) return again;
      batch = answered.doubtful;
      careful = true;
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
  async #storeHalves(batch: Waiting[], error: unknown, apart: boolean): Promise<Waiting[]> {
    if (batch.length > 1) {
      const middle = batch.length >> 1;
      const again = await this.#storePatiently(batch.slice(0, middle), apart);
      return [...again, ...(await this.#storePatiently(batch.slice(middle), apart))];
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

  /**
   * Answers what is decided: `again` has lost its place to a change of members, `doubtful` must be looked for first.
   * `doubted`: an earlier attempt may have stored what is found here as a duplicate, and nobody was told of it.
   */
  #answer(
    batch: readonly Waiting[],
    rows: readonly AppendRow[],
    { apart, careful, doubted }: { apart: boolean; careful: boolean; doubted: boolean },
  ): { again: Waiting[]; doubtful: Waiting[] } {
    const again: Waiting[] = [];
    const doubtful: Waiting[] = [];
    const busy = new Map<number, { ord: number; waiting: Waiting }[]>();
    const stored: { message: NewMessage; seq: number; sentAt: Date; settle?: Waiting['settle'] }[] = [];
    for (const row of rows) {
      const waiting = batch[row.ord];
      if (!waiting) continue;
      const { message, settle } = waiting;
      if (row.old_seq && row.old_sent_at && row.old_channel_id) {
        const { old_channel_id: channelId, old_seq: seq, old_sent_at: sentAt } = row;
        if (doubted && row.old_same) stored.push({ message, seq, sentAt });
        settle(row.old_same ? { channelId, seq, sentAt, duplicate: true } : this.#refusal('client_id_reused'));
      } else if (!careful && !(row.may_write && row.reply_ok)) {
        // It may have been stored when its sender could write here still: then the late retry gets its place.
        doubtful.push(waiting);
      } else if (!row.member) settle(this.#refusal('channel_not_found'));
      else if (!row.may_write) settle(this.#refusal('forbidden'));
      else if (!row.reply_ok) settle(this.#refusal('message_not_found'));
      else if (row.busy && !apart) {
        const those = busy.get(message.channelId);
        if (those) those.push({ ord: row.ord, waiting });
        else busy.set(message.channelId, [{ ord: row.ord, waiting }]);
      } else if (row.seq === null || row.sent_at === null) again.push(waiting);
      else stored.push({ message, seq: row.seq, sentAt: row.sent_at, settle });
    }
    for (const [channelId, those] of busy) {
      those.sort((a, b) => a.ord - b.ord);
      this.#setApart(
        channelId,
        those.map(({ waiting }) => waiting),
      );
    }
    if (stored.length > 0) {
      stored.sort((a, b) => a.message.channelId - b.message.channelId || a.seq - b.seq);
      this.#options.metrics.messagesStored.inc(stored.length);
      this.#tell(stored);
      for (const { message, seq, sentAt, settle } of stored)
        settle?.({ channelId: message.channelId, seq, sentAt, duplicate: false });
    }
    return { again, doubtful };
  }

  /** What is stored is stored: a listener that fails changes no answer. */
  #tell(stored: Parameters<SenderOptions['onStored']>[0]): void {
    try {
      this.#options.onStored(stored);
    } catch (error) {
      this.#options.log.error({ err: error }, 'what was stored could not be handed on');
    }
  }

  #refusal(code: FaultCode): Fault {
    this.#options.metrics.sendsRefused.inc({ code });
    return new Fault(code, code === 'overloaded' || code === 'unavailable' ? { retryAfterMs: 1_000 } : undefined);
  }
}
