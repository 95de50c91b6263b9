import type { Sharing } from '@messox/protocol';
import type { Sql } from '../../kernel/module.ts';

/** Whether a user is there, and whom they let know. */
export interface UserState {
  readonly userId: number;
  readonly online: boolean;
  readonly seenAt: Date | null;
  readonly sharing: Sharing;
}

/** These users as they are now; those that do not exist are left out. */
export const readStates = (sql: Sql, userIds: readonly number[], leaseMs: number): Promise<UserState[]> =>
  sql<UserState[]>`
    select u.id as "userId", s.seen_at as "seenAt", u.presence as sharing,
      exists (
        select from presence_online o
        join presence_processes p on p.id = o.process_id and p.beat_at > clock_timestamp() - ${leaseMs} * interval '1 ms'
        where o.user_id = u.id
      ) as online
    from users u left join presence_seen s on s.user_id = u.id
    where u.id = any (${userIds as number[]}::bigint[])`;

/** Who wants to see whom. */
export interface Pair {
  readonly watcherId: number;
  readonly userId: number;
}

/**
 * Those of the pairs that may: both let themselves be seen by the other, and neither blocks the other. `everyone` is whoever shares a channel;
 * `contacts` is the other of a direct channel that one has wanted oneself, so that nobody becomes a contact by writing.
 */
export const readVisible = (sql: Sql, pairs: readonly Pair[]): Promise<Pair[]> => sql<Pair[]>`
  select p.watcher as "watcherId", p.watched as "userId"
  from unnest(${pairs.map(({ watcherId }) => watcherId)}::bigint[], ${pairs.map(({ userId }) => userId)}::bigint[])
    as p (watcher, watched)
  join users a on a.id = p.watcher and a.disabled_at is null
  join users b on b.id = p.watched and b.disabled_at is null
  left join channels d on d.low_user_id = least(a.id, b.id) and d.high_user_id = greatest(a.id, b.id) and d.kind = 'direct'
  where a.id = b.id or case
    when a.presence = 'nobody' or b.presence = 'nobody' then false
    when exists (
      select from blocks k
      where (k.user_id = a.id and k.blocked_id = b.id) or (k.user_id = b.id and k.blocked_id = a.id)
    ) then false
    when a.presence = 'everyone' and b.presence = 'everyone' then d.id is not null or exists (
      select from members m join members o on o.channel_id = m.channel_id and o.user_id = b.id where m.user_id = a.id
    )
    else d.id is not null
      and (a.presence = 'everyone' or presence_wanted(d.id, a.id))
      and (b.presence = 'everyone' or presence_wanted(d.id, b.id))
  end`;
