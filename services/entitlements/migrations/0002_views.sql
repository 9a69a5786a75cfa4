-- Views for people, with the columns that a mirror of Stripe would have. They show every account
-- and mode; what counts is decided by the catalogue. Nothing in the program reads them.

-- By what Stripe's items are recognised, copied from the catalogue at the start of each service.
create table catalog_plan_names (
  matched_by text not null check (matched_by in ('product', 'price', 'lookup_key')),
  name text not null,
  plan text not null,
  rank bigint not null,
  revision bigint not null,
  primary key (matched_by, name)
);

create view subscriptions as
select s.id, s.account, s.customer_id, o.user_id, s.status, named.plan, items.price_ids,
  items.quantity, to_timestamp(period.starts) as current_period_start,
  to_timestamp(period.ends) as current_period_end,
  to_timestamp(coalesce((s.state->>'cancel_at')::bigint,
    case when (s.state->>'cancel_at_period_end')::boolean then period.ends end)) as cancel_at,
  to_timestamp((s.state->>'canceled_at')::bigint) as canceled_at,
  to_timestamp((s.state->>'ended_at')::bigint) as ended_at,
  to_timestamp((s.state->>'trial_end')::bigint) as trial_end,
  to_timestamp(paid.through) as paid_through,
  s.livemode, s.ambiguous, to_timestamp((s.state->>'created')::bigint) as created,
  s.created as updated_at
from stripe_objects s
left join owners o on o.account = s.account and o.livemode = s.livemode and o.owner_id = s.owner_id
left join lateral (
  select array_agg(item->>'price' order by n) as price_ids,
    sum((item->>'quantity')::bigint)::bigint as quantity
  from jsonb_array_elements(s.state->'items') with ordinality as i (item, n)) as items on true
left join lateral (  -- of several items, the one whose period ends first
  select (item->>'period_start')::bigint as starts, (item->>'period_end')::bigint as ends
  from jsonb_array_elements(s.state->'items') as i (item)
  order by ends nulls last limit 1) as period on true
left join lateral (  -- product before price before lookup key, then the highest plan
  select best.plan from jsonb_array_elements(s.state->'items') as i (item)
  cross join lateral (
    select p.plan, p.rank from catalog_plan_names p
    where (p.matched_by = 'product' and p.name = item->>'product')
      or (p.matched_by = 'price' and p.name = item->>'price')
      or (p.matched_by = 'lookup_key' and p.name = item->>'lookup_key')
    order by array_position(array['product', 'price', 'lookup_key'], p.matched_by) limit 1) as best
  order by best.rank desc limit 1) as named on true
left join lateral (
  select max((i.state->>'paid_through')::bigint) as through from stripe_objects i
  where i.account = s.account and i.livemode = s.livemode and i.pays_for = s.id) as paid on true
where s.kind = 'subscription';

create view customers as
select c.id, c.account, o.user_id, coalesce(o.conflict, false) as conflict,
  c.state->>'email' as email, c.deleted, c.livemode, c.created as updated_at
from stripe_objects c
left join owners o on o.account = c.account and o.livemode = c.livemode and o.owner_id = c.id
where c.kind = 'customer';

create view invoices as
select i.id, i.account, i.customer_id, o.user_id, i.state->>'subscription' as subscription_id,
  i.status, i.state->>'billing_reason' as billing_reason,
  (i.state->>'amount_due')::bigint as amount_due, (i.state->>'amount_paid')::bigint as amount_paid,
  i.state->>'currency' as currency,
  case when i.status = 'paid' then to_timestamp((i.state->>'paid_through')::bigint) end
    as paid_through,
  coalesce((i.state->>'attempt_count')::bigint, 0) as attempt_count,
  to_timestamp((i.state->>'next_payment_attempt')::bigint) as next_payment_attempt,
  i.deleted, i.livemode, to_timestamp((i.state->>'created')::bigint) as created,
  i.created as updated_at
from stripe_objects i
left join owners o on o.account = i.account and o.livemode = i.livemode and o.owner_id = i.owner_id
where i.kind = 'invoice';

-- A payment is a payment intent; what came back of it is the sum of refunds that have not failed.
create view payments as
select p.id, p.account, p.customer_id, o.user_id, p.status,
  (p.state->>'amount')::bigint as amount,
  (p.state->>'amount_received')::bigint as amount_received,
  coalesce(refunded.amount, (charge.state->>'amount_refunded')::bigint, 0) as amount_refunded,
  p.state->>'currency' as currency, p.state->>'latest_charge' as charge_id,
  coalesce((charge.state->>'disputed')::boolean, false) as disputed,
  p.livemode, to_timestamp((p.state->>'created')::bigint) as created, p.created as updated_at
from stripe_objects p
left join owners o on o.account = p.account and o.livemode = p.livemode and o.owner_id = p.owner_id
left join stripe_objects charge on charge.account = p.account and charge.livemode = p.livemode
  and charge.id = p.state->>'latest_charge'
left join lateral (
  select sum((r.state->>'amount')::bigint)::bigint as amount from stripe_objects r
  where r.kind = 'refund' and r.account = p.account and r.livemode = p.livemode
    and r.owner_id = p.owner_id and r.status not in ('failed', 'canceled')
    and (r.state->>'payment_intent' = p.id or r.state->>'charge' = p.state->>'latest_charge'))
  as refunded on true
where p.kind = 'payment_intent';
