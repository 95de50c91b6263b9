import type { Host } from '../../kernel/module.ts';
import type { ChannelSizes } from './channel-sizes.ts';
import type { Receipts, Tellable } from './tell.ts';

const channelsAtOnce = 1_000;
/** Longer than a statement takes from moving a mark to its commit. */
export const marginMs = 10_000;

export interface SweepOptions extends Pick<Host, 'sql' | 'log' | 'limits' | 'sessions'> {
  readonly receipts: Receipts;
  readonly sizes: ChannelSizes;
}

/**
 * Compares the marks of the channels that have a session here with the database, every now and then and when the bus
 * says that it was away, and tells what no signal has told: so receipts come late without a bus, and none is lost for
 * good. It reads what moved since the round before, some channels at a time.
 */
export class Sweep {
  readonly #options: SweepOptions;
  #timer: NodeJS.Timeout | undefined;
  #since: string | undefined;
  #running = false;
  #again = false;
  #stopped = false;

  constructor(options: SweepOptions) {
    this.#options = options;
    // The first round finds nothing: it notes from when on the second one looks.
    void this.round();
  }

  /** Begins a round now, or after the one that is under way. */
  async round(): Promise<void> {
    this.#again = true;
    if (this.#running || this.#stopped) return;
    this.#running = true;
    clearTimeout(this.#timer);
    while (this.#isWanted()) {
      this.#again = false;
      await this.#compare().catch((error: unknown) => {
        this.#options.log.warn({ err: error }, 'receipts could not be compared with the database');
      });
    }
    this.#running = false;
    this.#wait();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #isWanted(): boolean {
    return this.#again && !this.#stopped;
  }

  #wait(): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.round(), this.#options.limits.receiptsSweepMs);
    this.#timer.unref();
  }

  async #compare(): Promise<void> {
    const { limits, receipts, sessions, sizes, sql } = this.#options;
    const channelIds = sessions.channelIds;
    sizes.keepOnly(channelIds);
    const [clock] = await sql<{ begun: string }[]>`
      select (clock_timestamp() - ${marginMs} * interval '1 ms')::text as begun`;
    const since = this.#since;
    for (let first = 0; since !== undefined && first < channelIds.length && !this.#stopped; first += channelsAtOnce) {
      const rows = await sql<Tellable[]>`
        select m.channel_id as "channelId", m.user_id as "userId", m.read_seq as "readSeq", m.delivered_seq as "deliveredSeq",
          case when m.may_write then 'members' else 'own' end as "to"
        from unnest(${channelIds.slice(first, first + channelsAtOnce)}::bigint[]) as here (id)
        join channels c on c.id = here.id and c.kind <> 'self' and c.member_count <= ${limits.receiptMembers}
        join members m on m.channel_id = c.id and m.marked_at > ${since}::timestamptz`;
      for (const row of rows) receipts.tell(row, true);
    }
    // What one round reads again of the one before is known to be told.
    receipts.forgetOld(limits.receiptsSweepMs + marginMs);
    this.#since = clock?.begun ?? this.#since;
  }
}
