-- Who does not want to hear from whom. What a send asks is beside it, in `members.may_write`.
create table blocks (
  user_id bigint not null references users (id) on delete cascade,
  blocked_id bigint not null references users (id) on delete cascade,
  blocked_at timestamptz(3) not null default clock_timestamp(),
  primary key (user_id, blocked_id),
  check (user_id <> blocked_id)
);
create index blocks_newest on blocks (user_id, blocked_at, blocked_id);
create index blocks_blocked on blocks (blocked_id);
