import type { Sql } from '../database/pool.ts';
import { appendOne } from './append-one.ts';

/** A message on its way into the database; its fields were validated. */
export interface NewMessage {
  readonly channelId: number;
  readonly senderId: number;
  /** UUID in lower case. */
  readonly clientId: string;
  readonly text: string;
  readonly replyTo: number | null;
  readonly meta: Readonly<Record<string, unknown>> | null;
}

/** What one statement made of one message. */
export interface AppendRow {
  /** Index in the batch. */
  ord: number;
  member: boolean;
  /** Null where the sender is no member. */
  may_write: boolean | null;
  reply_ok: boolean | null;
  seq: number | null;
  sent_at: Date | null;
  /** Somebody else holds the channel at this moment; nothing was done. Always false where the statement waits. */
  busy: boolean | null;
  /** Only where duplicates were looked for: what is stored under this clientId already. */
  old_channel_id?: number | null;
  old_seq?: number | null;
  old_sent_at?: Date | null;
  old_same?: boolean | null;
}

export interface AppendOptions {
  /** Look for messages that are stored already. */
  readonly careful: boolean;
  /** Wait for a channel that somebody else holds. */
  readonly wait: boolean;
}

/**
 * Stores a batch in one statement and one round trip: members and whether they may write checked, places allotted, rows written.
 *
 * A channel that somebody else holds is left out and comes back as `busy`; or it is waited for, with `wait`, which is for
 * batches of one channel. Members are read in the statement's snapshot, which may be older than the lock;
 * `members_version` as locked tells whether they changed in between, and such a channel's messages come back without a
 * seq, to be sent again.
 *
 * `clientId`s that are stored already make the fast form fail as a whole (23505, the unique index); the `careful` form
 * answers for them. It may fail in the same way when another process stores one at this very moment, and is then
 * repeated with a newer snapshot.
 */
export const append = async (
  sql: Sql,
  batch: readonly NewMessage[],
  { careful, wait }: AppendOptions,
): Promise<AppendRow[]> => {
  const [only] = batch;
  if (only && batch.length === 1 && !careful && !wait) {
    const row = await appendOne(sql, only);
    if (row) return [row];
  }
  const columns = [
    batch.map((_, index) => index),
    batch.map((it) => it.channelId),
    batch.map((it) => it.senderId),
    batch.map((it) => it.clientId),
    batch.map((it) => it.text),
    batch.map((it) => it.replyTo),
    batch.map((it) => (it.meta ? JSON.stringify(it.meta) : null)),
  ] as never[];
  // One prepared statement a form: `unsafe` with `prepare` keeps the text constant and the parameters typed by it.
  const form = forms[careful ? 'careful' : 'fast'][wait ? 'waits' : 'skips'];
  return sql.unsafe<AppendRow[]>(form, columns, { prepare: true });
};

const form = (duplicates: { columns: string; join: string; only: string; select: string }, lock: string): string => `
with incoming as materialized (
  select ord, channel_id, sender_id, client_id, text, reply_to, meta::jsonb
  from unnest($1::int[], $2::bigint[], $3::bigint[], $4::uuid[], $5::text[], $6::bigint[], $7::text[])
    as i (ord, channel_id, sender_id, client_id, text, reply_to, meta)
), judged as materialized (
  select i.*, m.user_id is not null as member, m.may_write, c.members_version,
    i.reply_to is null or exists (
      select from messages r where r.channel_id = i.channel_id and r.seq = i.reply_to
    ) as reply_ok${duplicates.columns}
  from incoming i
  left join members m on m.channel_id = i.channel_id and m.user_id = i.sender_id
  left join channels c on c.id = m.channel_id${duplicates.join}
), good as materialized (
  select * from judged where may_write and reply_ok${duplicates.only}
), counted as (
  select channel_id, members_version, count(*) as n from good group by channel_id, members_version
), locked as materialized (
  select id, members_version from channels where id in (select channel_id from counted) order by id
  for no key update${lock}
), advanced as (
  update channels c set head = c.head + k.n, active_at = clock_timestamp()
  from counted k join locked l on l.id = k.channel_id and l.members_version = k.members_version
  where c.id = k.channel_id
  returning c.id, c.head - k.n as base
), numbered as materialized (
  select g.*, a.base + row_number() over (partition by g.channel_id order by g.ord) as seq,
    date_trunc('milliseconds', clock_timestamp()) as sent_at
  -- Which can only be hashed or merged: the planner, who thinks of ten rows, would compare each with each.
  from good g full join advanced a on a.id = g.channel_id
  where coalesce(a.base, -1) >= 0
), stored as (
  insert into messages (channel_id, seq, sender_id, client_id, sent_at, text, reply_to, meta)
  select channel_id, seq, sender_id, client_id, sent_at, text, reply_to, meta from numbered
)
select j.ord, j.member, j.may_write, j.reply_ok, n.seq, n.sent_at,
  n.seq is null and j.channel_id not in (select id from locked) as busy${duplicates.select}
from judged j left join numbered n on n.ord = j.ord`;

const fast = { columns: '', join: '', only: '', select: '' };

const looking = {
  columns: `, d.channel_id as old_channel_id, d.seq as old_seq, d.sent_at as old_sent_at,
    d.channel_id = i.channel_id and case
      when d.first_hash is null then d.text = i.text and d.reply_to is not distinct from i.reply_to and d.meta is not distinct from i.meta
      else d.first_hash = message_hash(i.text, i.reply_to, i.meta)
    end as old_same`,
  join: `
  left join messages d on d.sender_id = i.sender_id and d.client_id = i.client_id`,
  only: ' and old_seq is null',
  select: ', j.old_channel_id, j.old_seq, j.old_sent_at, j.old_same',
};

const skip = ' skip locked';
const forms = {
  fast: { skips: form(fast, skip), waits: form(fast, '') },
  careful: { skips: form(looking, skip), waits: form(looking, '') },
};
