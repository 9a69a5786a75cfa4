-- An operator hands a customer to another user, and customers are deleted. Events say so, late ones
-- after newer ones too.

-- When the event was made that last said whose the customer is: an older one changes nothing.
alter table customers add column told_at timestamptz;

-- A customer is never made twice under one id: what was deleted must not come back.
create table deleted_customers (
  customer_id text primary key,
  deleted_at timestamptz not null default now()
);
