import type { Sql } from '../database/pool.ts';
import type { Logger } from '../log.ts';
import type { Enqueue } from './job.ts';

interface Turn {
  readonly kind: string;
  readonly everyMs: number;
  readonly enqueue: Enqueue;
}

const retryMs = 5_000;
/** Another process may have made a turn sooner: after a change of `everyMs`, or of the database's clock. */
const lookMs = 60_000;

/**
 * Enqueues a job whenever its turn is due. The database knows when that is, so a turn is enqueued once, by whichever
 * process comes first; while the job of an earlier turn has not begun, there is no other.
 */
export class Turns {
  readonly #sql: Sql;
  readonly #log: Logger;
  readonly #turns: Turn[] = [];
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor({ log, sql }: { sql: Sql; log: Logger }) {
    this.#sql = sql;
    this.#log = log;
  }

  add(turn: Turn): void {
    this.#turns.push(turn);
  }

  /** The first turn of all is at once. */
  async start(): Promise<void> {
    for (const { everyMs, kind } of this.#turns)
      await this.#sql`
        insert into job_turns (kind, next_at) values (${kind}, statement_timestamp())
        on conflict (kind) do update
          set next_at = least(job_turns.next_at, statement_timestamp() + ${everyMs} * interval '1 ms')`;
    this.#look();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  #look(): void {
    if (this.#turns.length === 0) return;
    this.#looking = this.#enqueueDue().then(
      (nextMs) => this.#lookIn(nextMs),
      (error: unknown) => {
        if (!this.#stopped) this.#log.warn({ err: error }, 'the turns of jobs have to wait');
        this.#lookIn(retryMs);
      },
    );
  }

  #lookIn(ms: number): void {
    if (!this.#stopped) this.#timer = setTimeout(() => this.#look(), ms);
  }

  /** @returns when to look again */
  async #enqueueDue(): Promise<number> {
    for (const { enqueue, everyMs, kind } of this.#turns)
      await this.#sql.begin(async (sql) => {
        const due = await sql`
          update job_turns
          set next_at = ${everyMs} * interval '1 ms' + case
            when next_at + ${everyMs} * interval '1 ms' > statement_timestamp() then next_at else statement_timestamp() end
          where kind = ${kind} and next_at <= statement_timestamp()
          returning kind`;
        if (due.length > 0) await enqueue({}, { sql, key: 'turn' });
      });
    const [next] = await this.#sql<{ ms: number }[]>`
      select (extract(epoch from min(next_at) - statement_timestamp()) * 1000)::float8 as ms
      from job_turns where kind = any (${this.#turns.map(({ kind }) => kind)}::text[])`;
    return Math.min(Math.max(next?.ms ?? lookMs, 10), lookMs);
  }
}
