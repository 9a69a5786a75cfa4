// SPDX-License-Identifier: Apache-2.0
#include "postgres_owners.hpp"

#include "postgres_columns.hpp"

namespace tollgate::entitlements {
namespace {

// The rows are locked in the order in which they are sent, which is sorted.
// Two statements: the second sees what another writer inserted while the first waited for it.
constexpr postgres::Query insert_owners{"insert_owners", R"(
insert into owners (account, livemode, owner_id)
select account, livemode, owner_id
from unnest($1::text[], $2::bool[], $3::text[]) as sent (account, livemode, owner_id)
on conflict do nothing)"};

constexpr postgres::Query lock_owners{"lock_owners", R"(
select o.account, o.livemode, o.owner_id, o.user_id, o.conflict
from unnest($1::text[], $2::bool[], $3::text[]) as wanted (account, livemode, owner_id)
cross join lateral (
  select * from owners l
  where l.account = wanted.account and l.livemode = wanted.livemode
    and l.owner_id = wanted.owner_id
  for update) as o)"};

constexpr postgres::Query update_owner_rows{"update_owners", R"(
update owners set user_id = sent.user_id, conflict = sent.conflict
from unnest($1::text[], $2::bool[], $3::text[], $4::text[], $5::bool[])
  as sent (account, livemode, owner_id, user_id, conflict)
where owners.account = sent.account and owners.livemode = sent.livemode
  and owners.owner_id = sent.owner_id)"};

constexpr postgres::Query insert_claim_rows{"insert_claims", R"(
insert into claims (account, livemode, customer_id, user_id)
select account, livemode, owner_id, user_id
from unnest($1::text[], $2::bool[], $3::text[], $4::text[])
  as sent (account, livemode, owner_id, user_id)
on conflict do nothing)"};

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
  transaction.run(insert_owners, keys.accounts, keys.livemodes, keys.ids);
  return owners_in(transaction.run(lock_owners, keys.accounts, keys.livemodes, keys.ids));
}

void update_owners(postgres::Transaction& transaction, std::span<const OwnerRow> owners) {
  KeyColumns keys;
  postgres::TextArray user_ids;
  postgres::FlagArray conflicts;
  for (const OwnerRow& owner : owners) {
    keys.add(owner.key);
    user_ids.add_or_null(owner.user_id);
    conflicts.add(owner.conflict);
  }
  transaction.run(update_owner_rows, keys.accounts, keys.livemodes, keys.ids, user_ids, conflicts);
}

void insert_claims(postgres::Transaction& transaction, std::span<const Claim> claims) {
  KeyColumns owners;
  postgres::TextArray user_ids;
  for (const Claim& claim : claims) {
    owners.add(claim.owner);
    user_ids.add(claim.user_id);
  }
  transaction.run(insert_claim_rows, owners.accounts, owners.livemodes, owners.ids, user_ids);
}

std::vector<OwnerRow> select_owners_of(postgres::Transaction& transaction,
                                       std::span<const std::string> user_ids) {
  postgres::TextArray wanted;
  for (const std::string& user_id : user_ids) wanted.add(user_id);
  return owners_in(transaction.run(select_owners, wanted));
}

}  // namespace tollgate::entitlements
