-- What is to be done once, by any process that works on jobs; written in the transaction that wants it done.
create table jobs (
  id uuid primary key,
  -- `module.name`: which handler.
  kind text not null,
  -- JSON text, for the handler alone. Not jsonb, which refuses some of it.
  payload text not null,
  -- Until the job begins, its kind has no second one of this key.
  key text,
  -- Attempts that have failed; those among them that ended with their process.
  attempts int not null default 0,
  losses int not null default 0,
  -- Who has taken it.
  worker uuid,
  -- When it may be taken; once it is taken, when it may be taken from that worker.
  due_at timestamptz not null,
  created_at timestamptz not null default clock_timestamp()
) with (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 1000);
create index jobs_due on jobs (kind, due_at);
create unique index jobs_key on jobs (kind, key) where key is not null;

-- Jobs that were given up.
create table dead_jobs (
  id uuid primary key,
  kind text not null,
  payload text not null,
  attempts int not null,
  error text not null,
  created_at timestamptz not null,
  died_at timestamptz not null default clock_timestamp()
);
create index dead_jobs_age on dead_jobs (died_at);

-- Jobs that come again and again: when the next turn is due.
create table job_turns (
  kind text primary key,
  next_at timestamptz not null
);
