-- Who may see whether this user is online: see the module presence.
alter table users add column presence text not null default 'everyone' check (presence in ('everyone', 'contacts', 'nobody'));
