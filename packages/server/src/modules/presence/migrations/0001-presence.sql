-- The processes that have sessions. One that does not beat takes the presence of its users with it.
create table presence_processes (
  id bigint generated always as identity primary key,
  beat_at timestamptz not null default clock_timestamp()
) with (fillfactor = 20);

-- Who has a session in which process: written when the first is opened and when the last is closed.
create table presence_online (
  process_id bigint not null references presence_processes (id) on delete cascade,
  user_id bigint not null,
  primary key (process_id, user_id)
);
create index presence_online_user on presence_online (user_id);

-- When a user's last session in a process ended, or when that process was last heard of.
create table presence_seen (
  user_id bigint primary key references users (id) on delete cascade,
  seen_at timestamptz not null
) with (fillfactor = 70);

-- Whether a member of a direct channel wanted it: opened it, or has written in it as far as its first and last hundred
-- messages tell.
create function presence_wanted(channel bigint, member bigint) returns boolean
  language sql stable parallel safe
  return exists (select from channel_events where channel_id = channel and seq = 1 and sender_id = member)
    or exists (
      select from (select sender_id from messages where channel_id = channel order by seq limit 100) m where sender_id = member
    )
    or exists (
      select from (select sender_id from messages where channel_id = channel order by seq desc limit 100) m where sender_id = member
    );
