import { type Host, within } from '../../kernel/module.ts';

export type LeaseOptions = Pick<Host, 'sql' | 'limits'>;

/** How long a process that does not beat is believed to be alive. */
export const leaseMsOf = ({ presenceBeatMs, presenceBeatsMissed }: Host['limits']): number =>
  presenceBeatMs * presenceBeatsMissed;

const usersAtOnce = 1_000;
const statementMs = 10_000;

/**
 * The users of this process in the database, beneath a row of the process that has to beat: a beat writes one row,
 * however many users there are, and when it ends the presence of all of them ends with it.
 */
export class Lease {
  readonly #options: LeaseOptions;
  readonly #leaseMs: number;
  #id: number | undefined;
  /** Who has a session here. */
  readonly #here = new Set<number>();
  /** Who is written as being here, as far as is known. */
  #written = new Set<number>();
  /** Who may have to be written anew. */
  #changed = new Set<number>();
  /** Whose last write may or may not have been committed. */
  readonly #uncertain = new Set<number>();
  /** The processes that were alive at the last beat. */
  #alive = new Set<number>();

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#leaseMs = leaseMsOf(options.limits);
  }

  /** Whether there is something to keep alive. */
  get isNeeded(): boolean {
    return this.#here.size > 0 || this.#changed.size > 0;
  }

  get isHeld(): boolean {
    return this.#id !== undefined;
  }

  get hasChanges(): boolean {
    return this.#changed.size > 0;
  }

  note(userId: number, isPresent: boolean): void {
    if (isPresent) this.#here.add(userId);
    else this.#here.delete(userId);
    this.#changed.add(userId);
  }

  /** Says that this process lives, and buries those that do not. Returns whether a process that was alive is no longer. */
  async beat(): Promise<boolean> {
    const { sql } = this.#options;
    const question = sql<{ beaten: boolean; alive: number[] | null }[]>`
      with beat as (
        update presence_processes set beat_at = clock_timestamp()
        where id = ${this.#id ?? 0} and beat_at > clock_timestamp() - ${this.#leaseMs} * interval '1 ms'
        returning id
      ), dead as materialized (
        select id, beat_at from presence_processes
        where beat_at <= clock_timestamp() - ${this.#leaseMs} * interval '1 ms' for update skip locked
      ), seen as (
        insert into presence_seen (user_id, seen_at)
        select u.id, max(d.beat_at) from dead d
        join presence_online o on o.process_id = d.id
        join users u on u.id = o.user_id
        group by u.id order by u.id
        on conflict (user_id) do update set seen_at = greatest(presence_seen.seen_at, excluded.seen_at)
      ), buried as (
        delete from presence_processes where id in (select id from dead)
      )
      select exists (select from beat) as beaten, (
        select jsonb_agg(id) from presence_processes where beat_at > clock_timestamp() - ${this.#leaseMs} * interval '1 ms'
      ) as alive`;
    const [beat] = await within(statementMs, question);
    // Late, and taken for dead: whoever is here is written anew.
    if (!beat?.beaten) await this.#register();
    const alive = new Set(beat?.alive ?? []);
    const before = this.#alive;
    this.#alive = alive;
    return [...before].some((id) => !alive.has(id));
  }

  /** Writes who came and who went, and returns them. */
  async write(): Promise<number[]> {
    if (this.#id === undefined && this.#here.size > 0) await this.#register();
    const all: number[] = [];
    while (this.#changed.size > 0) {
      const batch = this.#takeChanges();
      if (batch.length === 0 || this.#id === undefined) continue;
      try {
        await this.#writeSome(this.#id, batch);
      } catch (error) {
        for (const userId of batch) {
          this.#uncertain.add(userId);
          this.#changed.add(userId);
        }
        // The row of this process is gone (foreign key): the next beat makes another.
        throw error;
      }
      all.push(...batch);
    }
    return all;
  }

  /** Nobody is here any more, or the process ends. Returns who was here. */
  async end(): Promise<number[]> {
    const userIds = [...this.#written];
    const id = this.#id;
    this.#id = undefined;
    this.#written = new Set();
    this.#alive = new Set();
    if (id !== undefined) await this.#remove(id);
    return userIds;
  }

  async #register(): Promise<void> {
    const made = this.#options.sql<{ id: number }[]>`insert into presence_processes default values returning id`;
    const [row] = await within(statementMs, made);
    const before = this.#id;
    this.#id = row?.id;
    this.#written = new Set();
    this.#uncertain.clear();
    this.#changed = new Set([...this.#here, ...this.#changed]);
    if (before !== undefined) await this.#remove(before);
  }

  async #remove(id: number): Promise<void> {
    const removed = this.#options.sql`
      with seen as (
        insert into presence_seen (user_id, seen_at)
        select u.id, clock_timestamp() from presence_online o join users u on u.id = o.user_id
        where o.process_id = ${id} order by u.id
        on conflict (user_id) do update set seen_at = greatest(presence_seen.seen_at, excluded.seen_at)
      )
      delete from presence_processes where id = ${id}`;
    await within(statementMs, removed);
  }

  #takeChanges(): number[] {
    const batch: number[] = [];
    for (const userId of this.#changed) {
      if (batch.length === usersAtOnce) break;
      this.#changed.delete(userId);
      // Whoever came and went in between has changed nothing.
      if (this.#here.has(userId) !== this.#written.has(userId) || this.#uncertain.has(userId)) batch.push(userId);
    }
    return batch;
  }

  async #writeSome(id: number, batch: readonly number[]): Promise<void> {
    const came = batch.filter((userId) => this.#here.has(userId));
    const went = batch.filter((userId) => !this.#here.has(userId));
    const written = this.#options.sql`
      with gone as (
        delete from presence_online where process_id = ${id} and user_id = any (${went}::bigint[]) returning user_id
      ), come as (
        insert into presence_online (process_id, user_id) select ${id}, unnest(${came}::bigint[]) on conflict do nothing
      )
      insert into presence_seen (user_id, seen_at)
      select u.id, clock_timestamp() from gone g join users u on u.id = g.user_id order by u.id
      on conflict (user_id) do update set seen_at = greatest(presence_seen.seen_at, excluded.seen_at)`;
    await within(statementMs, written);
    for (const userId of came) this.#written.add(userId);
    for (const userId of went) this.#written.delete(userId);
    for (const userId of batch) this.#uncertain.delete(userId);
  }
}
