-- Ids come first in every key: they tell rows apart by themselves, while account and mode are the
-- same in nearly all of them. One comparison a step through an index instead of three: all events
-- were projected 13 % faster. Indexes of large tables take some minutes to be made anew; writers
-- wait meanwhile, and no `rebuild` may be under way.
lock table events, stripe_objects, links, owners, claims, fetches in access exclusive mode;

alter table events drop constraint events_pkey, add primary key (id, account, livemode);
drop index events_by_object;
create index events_by_object on events (object_id, account, livemode, created)
  where kind is not null;

alter table stripe_objects drop constraint stripe_objects_pkey,
  add primary key (id, account, livemode);
drop index stripe_objects_by_owner;
create index stripe_objects_by_owner on stripe_objects (owner_id, account, livemode)
  where kind in ('customer', 'subscription', 'checkout_session', 'refund', 'dispute');
drop index stripe_objects_paying;
create index stripe_objects_paying on stripe_objects (pays_for, account, livemode, pays_since)
  where pays_for is not null;

alter table links drop constraint links_pkey,
  add primary key (from_id, account, livemode, to_id);
drop index links_backwards;
create index links_backwards on links (to_id, account, livemode, from_id);

alter table owners drop constraint owners_pkey, add primary key (owner_id, account, livemode);
alter table claims drop constraint claims_pkey,
  add primary key (customer_id, account, livemode, user_id);
alter table fetches drop constraint fetches_pkey,
  add primary key (object_id, account, livemode, part);
