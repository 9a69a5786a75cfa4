-- What the operators' lists need. Writers pay for it once a subscription, not once an event: the
-- time by which it is listed never changes, and its index is written again only with its status, so
-- that all other updates stay within their page.
alter table stripe_objects add column listed_at timestamptz generated always as (
  case when kind = 'subscription'
    then coalesce(to_timestamp((state->>'created')::bigint), status_since) end) stored;
create index stripe_objects_listed on stripe_objects (listed_at, account, livemode, id, status)
  where kind = 'subscription';

-- Refunds and disputes of payments that nobody is known for; hardly ever any. Owners without a user
-- have no index: they are found by reading `owners` as a whole, which only operators do.
create index stripe_objects_unplaced on stripe_objects (account, livemode, id)
  where owner_id is null and kind in ('refund', 'dispute');
