-- How far each session of messox-app has received each channel: the app itself remembers no cursors. A session's first
-- connection gives it a row for every direct channel of its user, and one for the user's channel of kind self, which
-- says that the session was here.
create table messox_app_cursors (
  session_id text not null,
  channel_id bigint not null references channels (id) on delete cascade,
  user_id bigint not null references users (id) on delete cascade,
  seq bigint not null,
  primary key (session_id, channel_id)
) with (fillfactor = 70);
create index messox_app_cursors_user on messox_app_cursors (user_id, channel_id);
