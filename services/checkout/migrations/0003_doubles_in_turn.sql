-- One that cannot be given back now is tried again later and later, and keeps no other one waiting.
alter table double_purchases add column due_at timestamptz not null default now(),
  add column attempts integer not null default 0;
create index double_purchases_due_at on double_purchases (due_at) where state = 'unsettled';
