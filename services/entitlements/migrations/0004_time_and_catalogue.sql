-- Time and the catalogue change what users may use without an event: both are causes of a history
-- row, and an operator's rebuild or replay is another.
alter table entitlements_history
  add column cause text not null default 'event'
  check (cause in ('event', 'time', 'catalog', 'operation'));

-- Every revision of the catalogue by which an instance wrote. The newest one is law: an instance
-- with an older one refuses to write. All users are derived by it anew, in batches of user ids.
create table catalog_revisions (
  revision bigint primary key,
  registered_at timestamptz not null default now(),
  after_user_id text not null default '',  -- up to here all are done
  users_done bigint not null default 0,    -- of those, how many were looked at
  done_at timestamptz                      -- null: some may still be of an older revision
);
