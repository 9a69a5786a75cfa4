-- Owners without a user, for the operators' list of orphans: since there may be a million owners, a
-- page must not read those that are somebody's (0005 still did without this index).
create index owners_unbound on owners (account, livemode, owner_id) where user_id is null;
