-- How many calls of a step were begun and not taken back. One that certainly did not reach Stripe
-- is taken back, and the step goes with the last of them. Those of before this column never go:
-- nobody knows how often they were begun.
alter table attempt_steps add column calls integer not null default 1;
