-- Who is whose customer, what is under way at Stripe, and what came of it. Stripe holds the truth
-- of everything else: subscriptions are asked for there, not copied.

-- One customer a user. `generation` is part of the key under which the next one is created: it
-- moves on when a customer was deleted, or the same key would give the deleted one again.
create table customers (
  user_id text primary key,
  customer_id text,
  generation integer not null default 1,
  created_at timestamptz not null default now()
);
create unique index customers_customer_id on customers (customer_id);

-- A purchase or change that a user asked for. While it is open no other one of that user is begun,
-- by whichever process: that is what makes two parallel requests one.
create table attempts (
  id uuid primary key,
  user_id text not null,
  request_hash text not null,
  client_key text,
  outcome text not null default 'open',
  object_id text,
  code text,
  decline_code text,
  created_at timestamptz not null default now(),
  finished_at timestamptz
);
create unique index attempts_open on attempts (user_id) where finished_at is null;
create unique index attempts_client_key on attempts (user_id, client_key)
  where client_key is not null;
create index attempts_finished_at on attempts (finished_at);

-- A call to Stripe, committed before it is made. Stripe's idempotency key is `<attempt>-<step>`,
-- and it refuses a key that comes with another body: so the body is kept, byte for byte.
create table attempt_steps (
  attempt_id uuid not null references attempts (id) on delete cascade,
  step text not null,
  path text not null,
  body text not null,
  status integer,
  object_id text,
  code text,
  decline_code text,
  message text,
  begun_at timestamptz not null default now(),
  answered_at timestamptz,
  primary key (attempt_id, step)
);

-- Checkout Sessions as far as the events tell; only forwards: open, then processing, then paid,
-- failed or expired.
create table sessions (
  id text primary key,
  user_id text not null,
  mode text not null default '',
  status text not null,
  subscription_id text,
  updated_at timestamptz not null default now()
);
create index sessions_updated_at on sessions (updated_at);

-- Users whose subscriptions have to be looked at once more: something was bought.
create table double_checks (
  user_id text primary key,
  customer_id text not null,
  due_at timestamptz not null default now(),
  attempts integer not null default 0
);
create index double_checks_due_at on double_checks (due_at);

-- Subscriptions that were bought although their user had one already.
create table double_purchases (
  subscription_id text primary key,
  user_id text not null,
  kept_subscription_id text not null,
  state text not null,
  found_at timestamptz not null default now(),
  settled_at timestamptz
);

create table consumer_offsets (
  topic text not null,
  partition integer not null,
  next_offset bigint not null,
  primary key (topic, partition)
);
