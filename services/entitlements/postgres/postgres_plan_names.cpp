// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_plan_names.hpp"

#include "postgres/array.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {
namespace {

// Services that start together take turns.
constexpr postgres::Query lock{"lock_plan_names", R"(
select pg_advisory_xact_lock(hashtextextended('catalog_plan_names', 0)))"};

constexpr postgres::Query find_revision{"find_plan_names_revision", R"(
select coalesce(max(revision), -1) from catalog_plan_names)"};

constexpr postgres::Query remove{"remove_plan_names", "delete from catalog_plan_names"};

constexpr postgres::Query insert{"insert_plan_names", R"(
insert into catalog_plan_names (matched_by, name, plan, rank, revision)
select matched_by, name, plan, rank, $5::int8
from unnest($1::text[], $2::text[], $3::text[], $4::int8[]) as sent (matched_by, name, plan, rank)
on conflict do nothing)"};

}  // namespace

void replace_plan_names(postgres::Connection& connection, std::int64_t revision,
                        std::span<const PlanName> names) {
  postgres::TextArray matched_by, texts, plans;
  postgres::IntegerArray ranks;
  for (const PlanName& name : names) {
    matched_by.add(name.matched_by);
    texts.add(name.name);
    plans.add(name.plan);
    ranks.add(name.rank);
  }
  postgres::Transaction transaction{connection};
  transaction.run(lock);
  if (transaction.run(find_revision).integer(0, 0) > revision) return;
  transaction.run(remove);
  transaction.run(insert, matched_by, texts, plans, ranks, revision);
  transaction.commit();
}

}  // namespace tollgate::entitlements
