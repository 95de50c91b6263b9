-- When a member's marks last moved. No index has it, so moving a mark rewrites a row in place.
alter table members add column marked_at timestamptz not null default 'epoch';

-- What was said before somebody joined is nothing that they have not read yet.
update members m
set read_seq = greatest(m.read_seq, j.seq), delivered_seq = greatest(m.delivered_seq, j.seq)
from (
  select channel_id, (body->>'userId')::bigint as user_id, max(seq) as seq
  from channel_events where kind = 'member.joined' group by 1, 2
) j
where j.channel_id = m.channel_id and j.user_id = m.user_id and m.read_seq < j.seq;
