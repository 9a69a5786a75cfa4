// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_owners.hpp"

#include "entitlements/postgres/postgres_columns.hpp"

namespace tollgate::entitlements {
namespace {

// One statement makes and locks: the update changes nothing, but what is there is locked and
// returned like what is new, in the order sent, which is sorted.
constexpr postgres::Query upsert_owners{"upsert_owners", R"(
insert into owners (account, livemode, owner_id)
select account, livemode, owner_id
from unnest($1::text[], $2::bool[], $3::text[]) as sent (account, livemode, owner_id)
on conflict (account, livemode, owner_id) do update set conflict = owners.conflict
returning account, livemode, owner_id, user_id, conflict)"};

// All rows are there, for they were locked; as an upsert each is looked up by its key, whatever the
// planner holds for the size of the table.
constexpr postgres::Query update_owner_rows{"update_owners", R"(
with claimed as (
  insert into claims (account, livemode, customer_id, user_id)
  select account, livemode, owner_id, user_id
  from unnest($6::text[], $7::bool[], $8::text[], $9::text[])
    as sent (account, livemode, owner_id, user_id)
  on conflict do nothing)
insert into owners (account, livemode, owner_id, user_id, conflict)
select account, livemode, owner_id, user_id, conflict
from unnest($1::text[], $2::bool[], $3::text[], $4::text[], $5::bool[])
  as sent (account, livemode, owner_id, user_id, conflict)
on conflict (account, livemode, owner_id) do update
set user_id = excluded.user_id, conflict = excluded.conflict)"};

constexpr postgres::Query select_owners{"select_owners_of", R"(
select o.account, o.livemode, o.owner_id, o.user_id, o.conflict
from unnest($1::text[]) as wanted (user_id)
cross join lateral (select * from owners b where b.user_id = wanted.user_id offset 0) as o)"};

std::vector<OwnerRow> owners_in(const postgres::Rows& rows) {
  std::vector<OwnerRow> owners;
  owners.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    owners.push_back({key_at(rows, row, 0), text_at(rows, row, 3), rows.flag(row, 4)});
  }
  return owners;
}

}  // namespace

std::vector<OwnerRow> insert_and_lock_owners(postgres::Transaction& transaction,
                                             std::span<const Key> owners) {
  const KeyColumns keys{owners};
  return owners_in(transaction.run(upsert_owners, keys.accounts, keys.livemodes, keys.ids));
}

void update_owners(postgres::Transaction& transaction, std::span<const OwnerRow> owners,
                   std::span<const Claim> claims) {
  KeyColumns keys;
  postgres::TextArray user_ids;
  postgres::FlagArray conflicts;
  for (const OwnerRow& owner : owners) {
    keys.add(owner.key);
    user_ids.add_or_null(owner.user_id);
    conflicts.add(owner.conflict);
  }
  KeyColumns claimed;
  postgres::TextArray claimants;
  for (const Claim& claim : claims) {
    claimed.add(claim.owner);
    claimants.add(claim.user_id);
  }
  transaction.run(update_owner_rows, keys.accounts, keys.livemodes, keys.ids, user_ids, conflicts,
                  claimed.accounts, claimed.livemodes, claimed.ids, claimants);
}

std::vector<OwnerRow> select_owners_of(postgres::Transaction& transaction,
                                       std::span<const std::string> user_ids) {
  postgres::TextArray wanted;
  for (const std::string& user_id : user_ids) wanted.add(user_id);
  return owners_in(transaction.run(select_owners, wanted));
}

}  // namespace tollgate::entitlements
