-- How many messages a reader has not read: those of others that are not deleted, after the mark and after the newest own
-- message, counted from the newest back. It looks at no more than `scan` messages and stops at `most`, at the mark or at
-- an own message: the cost does not grow with the history.
create function unread_count(channel bigint, mark bigint, reader bigint, most int, scan int) returns int
  language plpgsql stable parallel safe
as $$
declare
  unread int := 0;
  newest record;
begin
  for newest in
    select sender_id, deleted_at from messages where channel_id = channel and seq > mark order by seq desc limit scan
  loop
    exit when newest.sender_id = reader or unread = most;
    if newest.deleted_at is null then
      unread := unread + 1;
    end if;
  end loop;
  return unread;
end
$$;
