-- What only Stripe can tell: one row an object and part, however often it is asked for, so there
-- are never more than a few rows an object. Written in the transaction of the facts that raise the
-- question; answered by way of the topic.
create table fetches (
  account text not null,
  livemode boolean not null,
  object_id text not null,
  part text not null check (part in ('object', 'payments', 'refunds')),
  kind text not null,
  reason text not null,        -- of the latest time it was raised
  state text not null default 'waiting'
    check (state in ('waiting', 'answered', 'not_found', 'refused')),
  about timestamptz not null,  -- by Stripe's clock: the second that raises the question
  due_at timestamptz not null,
  asked bigint not null default 1,     -- times raised
  attempts bigint not null default 0,  -- since it began to wait
  leased_until timestamptz,            -- an instance is asking
  rounds integer not null default 0,   -- raised again although answered: each doubles the wait
  answered_as_of timestamptz,          -- Stripe's clock
  ended_at timestamptz,                -- ours: answered, or given up
  fault text,                          -- of the last attempt
  raised_at timestamptz not null default now(),
  primary key (account, livemode, object_id, part)
) with (fillfactor = 70);
create index fetches_due on fetches (livemode, due_at) where state = 'waiting';
create index fetches_ended on fetches (state, ended_at) where state <> 'waiting';

-- How far Stripe's list of events has been compared with `events`.
create table event_sweeps (
  account text not null,
  livemode boolean not null,
  swept_to timestamptz,        -- by Stripe's clock; null: never yet
  begun_at timestamptz not null,  -- ours: when this table first heard of the account
  finished_at timestamptz,     -- ours: the last time that the end was reached
  next_at timestamptz not null,
  leased_until timestamptz,
  primary key (account, livemode)
);
