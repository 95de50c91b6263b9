-- Whether a member may write in the channel: it is in the row that every send reads already.
alter table members add column may_write boolean not null default true;
