import type { EntryKind } from '@messox/protocol';
import { type Sql, type Transaction, within } from '../database/pool.ts';
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
}

const changeMs = 20_000;

/** Runs `work` in one transaction and returns its result with the entries that were committed. */
export const commitChange = async <T>(
  sql: Sql,
  work: (change: Change) => Promise<T>,
): Promise<{ result: T; entries: BusEntry[] }> => {
  const entries: BusEntry[] = [];
  const result = await within(
    changeMs,
    sql.begin(async (transaction) => {
      entries.length = 0;
      return work({
        sql: transaction,
        lock: async (channelIds) => {
          await transaction`select from channels where id = any (${channelIds as number[]}::bigint[]) order by id for no key update`;
        },
        record: async ({ channelId, kind, senderId, body }) => {
          const [row] = await transaction<EventRow[]>`
            with advanced as (
              update channels set head = head + 1, active_at = clock_timestamp() where id = ${channelId} returning head
            )
            insert into channel_events (channel_id, seq, kind, sender_id, sent_at, body)
            select ${channelId}, head, ${kind}, ${senderId}, date_trunc('milliseconds', clock_timestamp()),
              ${transaction.json(body as never)}
            from advanced
            returning *`;
          if (!row) throw new Fault('channel_not_found');
          entries.push({ channelId, seq: row.seq, kind, json: eventJson(row) });
          return row;
        },
      });
    }),
  );
  return { result: result as T, entries };
};
