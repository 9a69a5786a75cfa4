-- Facts are what Stripe said: `events` only grows. Everything else here is computed from it and
-- from the catalogue, and could be computed again.
--
-- `account` is the connected account, empty for one's own. An `owner` is the customer to whom an
-- object belongs; a guest's Checkout session, which has none, is its own owner.

create table events (
  account text not null,
  livemode boolean not null,
  id text not null,
  type text not null,
  api_version text,            -- of the rendering kept: the newest that was delivered
  created timestamptz,         -- Stripe's clock; null where the event does not say
  kind text,                   -- null: says nothing about access
  object_id text,
  customer_id text,            -- as Stripe wrote it
  state jsonb,                 -- normalised; null without a kind and for thin events
  previous jsonb,              -- the same before the change, where the event tells it
  topic text not null,
  partition integer not null,
  position bigint not null,    -- the offset
  outcome text not null check (outcome in ('fact', 'thin', 'irrelevant', 'dead_letter')),
  recorded_at timestamptz not null default now(),
  primary key (account, livemode, id)
);
-- What `newest` asks for when a second holds several events. Events of no kind are not asked for.
create index events_by_object on events (account, livemode, object_id, created)
  where kind is not null;

-- Bytes that could not become a fact. `reason` is the program's word for why.
create table dead_letters (
  topic text not null,
  partition integer not null,
  position bigint not null,
  event_id text,               -- where the bytes have a readable one
  type text,
  reason text not null,
  key bytea not null,
  body bytea not null,
  recorded_at timestamptz not null default now(),
  primary key (topic, partition, position)
);
create index dead_letters_by_time on dead_letters (recorded_at);

-- Where to read on. A writer advances the row it read by compare-and-set, in the transaction that
-- holds the records' effects: the loser of two has done nothing.
create table consumer_offsets (
  topic text not null,
  partition integer not null,
  next_position bigint not null,
  primary key (topic, partition)
) with (fillfactor = 50);

-- A cache of `newest` over `events`. A row without kind is only awaited: an object that names no
-- customer waits for it (see `links`).
create table stripe_objects (
  account text not null,
  livemode boolean not null,
  id text not null,
  kind text,
  customer_id text,            -- as Stripe wrote it
  owner_id text,               -- customer_id, else by links; null: an orphan
  state jsonb,                 -- null: only thin events or a deleted stub are known
  status text not null,
  terminal boolean not null,
  deleted boolean not null,
  tie text not null check (tie in ('sole', 'ordered', 'ambiguous')),
  ambiguous boolean not null generated always as (tie = 'ambiguous') stored,
  rank bigint not null,
  created timestamptz not null, -- the second that decided
  status_since timestamptz not null,
  since_settled boolean not null,
  other_status_at timestamptz,
  payment_failed_at timestamptz,
  event_id text not null,      -- the event that decided
  thin boolean not null,
  asked_at timestamptz,        -- a thin event is newer than the state
  pays_for text,               -- of a paid invoice for a period: the subscription
  pays_since timestamptz,      -- and the invoice's own creation
  revision bigint not null,    -- counts the writes: a writer that read an older one fails
  primary key (account, livemode, id)
) with (fillfactor = 80);
-- Payments are found by the ids that name them: a long history costs a reader nothing.
create index stripe_objects_by_owner on stripe_objects (account, livemode, owner_id)
  where kind in ('customer', 'subscription', 'checkout_session', 'refund', 'dispute');
create index stripe_objects_paying on stripe_objects (account, livemode, pays_for, pays_since)
  where pays_for is not null;
create index stripe_objects_undecided on stripe_objects (account, livemode, id)
  where tie = 'ambiguous' or asked_at is not null;

-- From objects that name no customer to those that may know one: refund -> charge, dispute ->
-- payment intent, invoice payment -> invoice. United over all renderings of an event.
create table links (
  account text not null,
  livemode boolean not null,
  from_id text not null,
  to_id text not null,
  primary key (account, livemode, from_id, to_id)
);
create index links_backwards on links (account, livemode, to_id, from_id);

-- One row an owner, locked by whoever writes his objects. `user_id` is the answer of `bind`: null
-- while nobody is named, and while two are (`conflict`).
create table owners (
  account text not null,
  livemode boolean not null,
  owner_id text not null,
  user_id text,
  conflict boolean not null default false,
  primary key (account, livemode, owner_id)
) with (fillfactor = 80);
create index owners_by_user on owners (user_id) where user_id is not null;

-- Every user that an owner was ever bound to. Only grows: the past is asked with it.
create table claims (
  account text not null,
  livemode boolean not null,
  customer_id text not null,
  user_id text not null,
  primary key (account, livemode, customer_id, user_id)
);
create index claims_by_user on claims (user_id);

-- One ready document a user: what a read answers until `valid_until`, and what it is computed from
-- later.
create table user_entitlements (
  user_id text primary key check (length(user_id) between 1 and 255),
  document json,               -- null: locked by its first writer, nothing derived yet
  valid_until timestamptz,     -- null: only an event can change the answer
  version bigint not null default 0,
  published_version bigint not null default 0,
  catalog_revision bigint not null default 0,
  updated_at timestamptz not null default now()
) with (fillfactor = 70);
create index user_entitlements_lapsing on user_entitlements (valid_until)
  where valid_until is not null;
create index user_entitlements_unpublished on user_entitlements (user_id)
  where version > published_version;

create table entitlements_history (
  user_id text not null,
  version bigint not null,
  before json,
  after json not null,
  event_account text,          -- the event that caused it; null: time or the catalogue did
  event_livemode boolean,
  event_id text,
  recorded_at timestamptz not null default now(),
  primary key (user_id, version)
);
