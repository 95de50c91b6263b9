import type { EntryKind } from '@messox/protocol';
import { isPassing, type Sql, type Transaction, within } from '../database/pool.ts';
import { Fault } from '../fault.ts';
import type { BusEntry } from '../../ports/bus.ts';
import { type EventRow, eventJson } from './entry-json.ts';

/** An entry other than a message, to be recorded in a channel's timeline. */
export interface NewEvent {
  readonly channelId: number;
  readonly kind: Exclude<EntryKind, 'message'>;
  readonly senderId: number;
  /** The entry's own fields. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a change may do inside its transaction. */
export interface Change {
  readonly sql: Transaction;
  /**
   * Locks these channels in the order of their ids; nothing else happens in them until the transaction ends. Call it
   * once, first, with every channel that the change records something in.
   */
  readonly lock: (channelIds: readonly number[]) => Promise<void>;
  /** Gives the entry the next seq of its (locked) channel and writes it. */
  readonly record: (event: NewEvent) => Promise<EventRow>;
  /** The same for many at once, in their order, in one round trip. */
  readonly recordAll: (events: readonly NewEvent[]) => Promise<void>;
}

const changeMs = 20_000;

/**
 * Runs `work` in one transaction and returns its result with the entries that were committed. Where the database went
 * away, `onDoubt` is told of the channels that may have changed, once the transaction has ended.
 */
export const commitChange = async <T>(
  sql: Sql,
  work: (change: Change) => Promise<T>,
  onDoubt: (channelIds: ReadonlySet<number>) => void = () => undefined,
): Promise<{ result: T; entries: BusEntry[] }> => {
  const entries: BusEntry[] = [];
  const transaction = sql.begin((inside) =>
    work({
      sql: inside,
      lock: async (channelIds) => {
        await inside`select from channels where id = any (${channelIds as number[]}::bigint[]) order by id for no key update`;
      },
      record: async (event) => {
        const [row] = await write(inside, [event]);
        if (!row) throw new Fault('channel_not_found');
        entries.push(entryOf(row));
        return row;
      },
      recordAll: async (events) => {
        entries.push(...(await write(inside, events)).map(entryOf));
      },
    }),
  );
  try {
    return { result: (await within(changeMs, transaction)) as T, entries };
  } catch (error) {
    const doubt = (): void => onDoubt(new Set(entries.map(({ channelId }) => channelId)));
    if (isPassing(error)) transaction.then(doubt, doubt);
    throw error;
  }
};

const entryOf = (row: EventRow): BusEntry => ({
  channelId: row.channel_id,
  seq: row.seq,
  kind: row.kind,
  json: eventJson(row),
});

/** Allots the next places of the (locked) channels in the order of the events, and writes them. */
const write = async (sql: Transaction, events: readonly NewEvent[]): Promise<EventRow[]> => {
  const rows = await sql<EventRow[]>`
    with incoming as materialized (
      select * from unnest(
        ${events.map((_, index) => index)}::int[], ${events.map(({ channelId }) => channelId)}::bigint[],
        ${events.map(({ kind }) => kind)}::text[], ${events.map(({ senderId }) => senderId)}::bigint[],
        ${events.map(({ body }) => JSON.stringify(body))}::text[]
      ) as i (ord, channel_id, kind, sender_id, body)
    ), counted as (
      select channel_id, count(*) as n from incoming group by channel_id
    ), advanced as (
      update channels c set head = c.head + k.n, active_at = clock_timestamp()
      from counted k where c.id = k.channel_id
      returning c.id, c.head - k.n as base
    )
    insert into channel_events (channel_id, seq, kind, sender_id, sent_at, body)
    select i.channel_id, a.base + row_number() over (partition by i.channel_id order by i.ord), i.kind, i.sender_id,
      date_trunc('milliseconds', clock_timestamp()), i.body::jsonb
    from incoming i join advanced a on a.id = i.channel_id
    returning *`;
  return rows.sort((a, b) => a.channel_id - b.channel_id || a.seq - b.seq);
};
