// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_catalog_revisions.hpp"

#include <algorithm>

#include "entitlements/postgres/postgres_columns.hpp"

namespace tollgate::entitlements {
namespace {

constexpr postgres::Query find_revision{"find_catalog_revision", R"(
select (select coalesce(max(revision), 0) from catalog_revisions),
  coalesce(sum(users_done), 0)::int8, coalesce(bool_or(done_at is not null), false), count(*)
from catalog_revisions where revision = $1::int8)"};

// Waits until every writer that could not know of the revision has ended (see insert_users).
constexpr postgres::Query wait_for_writers{"wait_for_writers", R"(
select pg_advisory_xact_lock(hashtextextended(current_schema() || '.catalog', 0)))"};

constexpr postgres::Query insert_revision{"insert_catalog_revision", R"(
insert into catalog_revisions (revision)
select $1::int8
where not exists (select from catalog_revisions where revision > $1::int8)
on conflict do nothing)"};

constexpr postgres::Query lock_progress{"lock_catalog_progress", R"(
select after_user_id from catalog_revisions
where revision = $1::int8 and done_at is null
for update skip locked)"};

constexpr postgres::Query find_users{"find_catalog_users", R"(
select user_id, catalog_revision < $1::int8 from user_entitlements
where user_id > $2 order by user_id limit $3::int8)"};

constexpr postgres::Query note_progress{"note_catalog_progress", R"(
update catalog_revisions set after_user_id = coalesce($2, after_user_id),
  users_done = users_done + $3::int8, done_at = case when $2 is null then now() end
where revision = $1::int8)"};

}  // namespace

CatalogProgress insert_catalog_revision(postgres::Connection& connection, std::int64_t revision) {
  postgres::Rows found = connection.run(find_revision, revision);
  if (found.integer(0, 3) == 0 && found.integer(0, 0) < revision) {
    postgres::Transaction transaction{connection};
    transaction.run(wait_for_writers);
    transaction.run(insert_revision, revision);
    transaction.commit();
    found = connection.run(find_revision, revision);
  }
  return {found.integer(0, 0), found.integer(0, 1), found.flag(0, 2)};
}

std::optional<CatalogBatch> lock_catalog_batch(postgres::Transaction& transaction,
                                               std::int64_t revision, std::size_t users_max) {
  const postgres::Rows progress = transaction.run(lock_progress, revision);
  if (progress.empty()) return std::nullopt;
  const postgres::Rows rows = transaction.run(find_users, revision, progress.text(0, 0), users_max);
  CatalogBatch batch;
  batch.users = rows.size();
  for (std::size_t row = 0; row < rows.size(); ++row) {
    batch.last_user_id = text_at(rows, row, 0);
    if (rows.flag(row, 1)) batch.user_ids.push_back(batch.last_user_id);
  }
  // The database may sort texts otherwise than the writers, who must agree with each other.
  std::ranges::sort(batch.user_ids);
  return batch;
}

void update_catalog_progress(postgres::Transaction& transaction, std::int64_t revision,
                             const CatalogBatch& batch) {
  std::optional<std::string> last;
  if (batch.users > 0) last = batch.last_user_id;
  transaction.run(note_progress, revision, last, batch.users);
}

}  // namespace tollgate::entitlements
