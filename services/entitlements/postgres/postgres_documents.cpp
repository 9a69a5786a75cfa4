// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_documents.hpp"

#include "entitlements/postgres/postgres_columns.hpp"

namespace tollgate::entitlements {
namespace {

// The shared lock makes whoever registers a revision of the catalogue wait for this transaction;
// the next statement then sees every revision registered before.
constexpr postgres::Query insert_users{"insert_users", R"(
with writing as materialized (
  select pg_advisory_xact_lock_shared(hashtextextended(current_schema() || '.catalog', 0)))
insert into user_entitlements (user_id)
select user_id from unnest($1::text[]) as sent (user_id), writing
on conflict do nothing)"};

constexpr postgres::Query lock_users{"lock_users", R"(
select u.user_id, u.document, extract(epoch from u.valid_until)::int8, u.version,
  u.catalog_revision, (select coalesce(max(revision), 0) from catalog_revisions)
from unnest($1::text[]) as wanted (user_id)
cross join lateral (
  select * from user_entitlements l where l.user_id = wanted.user_id for update) as u)"};

// An upsert for the same reason as that of the owners.
constexpr postgres::Query update_document_rows{"update_documents", R"(
with told as (
  insert into entitlements_history (user_id, version, before, after, event_account, event_livemode,
    event_id, cause)
  select user_id, version, before::json, after::json, event_account, event_livemode, event_id,
    cause
  from unnest($6::text[], $7::int8[], $8::text[], $9::text[], $10::text[], $11::bool[],
    $12::text[], $13::text[])
    as sent (user_id, version, before, after, event_account, event_livemode, event_id, cause))
insert into user_entitlements (user_id, document, valid_until, version, catalog_revision,
  updated_at)
select user_id, document::json, to_timestamp(valid_until), version, catalog_revision, now()
from unnest($1::text[], $2::text[], $3::int8[], $4::int8[], $5::int8[])
  as sent (user_id, document, valid_until, version, catalog_revision)
on conflict (user_id) do update
set document = excluded.document, valid_until = excluded.valid_until, version = excluded.version,
  catalog_revision = excluded.catalog_revision, updated_at = excluded.updated_at)"};

constexpr postgres::Query lock_lapsed_users{"lock_lapsed_users", R"(
select user_id from user_entitlements where valid_until <= to_timestamp($1::int8)
order by valid_until limit $2::int8 for update skip locked)"};

constexpr postgres::Query find_next_lapse{"find_next_lapse", R"(
select extract(epoch from min(valid_until))::int8 from user_entitlements
where valid_until is not null)"};

/// The columns of many changes, in the order of update_documents.
struct ChangeColumns {
  postgres::TextArray user_ids;
  postgres::IntegerArray versions;
  postgres::TextArray before, after, accounts;
  postgres::FlagArray livemodes;
  postgres::TextArray event_ids, causes;

  void add(const HistoryRow& change) {
    causes.add(to_string(change.because));
    user_ids.add(change.user_id);
    versions.add(change.version);
    before.add_or_null(change.before);
    after.add(change.after);
    if (change.cause) {
      accounts.add(change.cause->account);
      livemodes.add(change.cause->livemode);
      event_ids.add(change.cause->id);
    } else {
      accounts.add_null();
      livemodes.add_null();
      event_ids.add_null();
    }
  }
};

}  // namespace

LockedUsers insert_and_lock_users(postgres::Transaction& transaction,
                                  std::span<const std::string> user_ids) {
  postgres::TextArray wanted;
  for (const std::string& user_id : user_ids) wanted.add(user_id);
  transaction.run(insert_users, wanted);
  const postgres::Rows rows = transaction.run(lock_users, wanted);
  LockedUsers locked;
  locked.documents.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    locked.documents.push_back({text_at(rows, row, 0), text_at(rows, row, 1), time_at(rows, row, 2),
                                rows.integer(row, 3), rows.integer(row, 4)});
    locked.catalog_revision = rows.integer(row, 5);
  }
  return locked;
}

std::vector<std::string> select_and_lock_lapsed(postgres::Transaction& transaction, Time now,
                                                std::size_t users_max) {
  const postgres::Rows rows = transaction.run(lock_lapsed_users, to_unix_seconds(now), users_max);
  std::vector<std::string> user_ids;
  user_ids.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) user_ids.push_back(text_at(rows, row, 0));
  return user_ids;
}

std::optional<Time> select_next_lapse(postgres::Connection& connection) {
  return time_at(connection.run(find_next_lapse), 0, 0);
}

void update_documents(postgres::Transaction& transaction, std::span<const DocumentRow> documents,
                      std::span<const HistoryRow> changes) {
  postgres::TextArray user_ids, texts;
  postgres::IntegerArray valid_until, versions, revisions;
  for (const DocumentRow& document : documents) {
    user_ids.add(document.user_id);
    texts.add(document.document);
    add_seconds(valid_until, document.valid_until);
    versions.add(document.version);
    revisions.add(document.catalog_revision);
  }
  ChangeColumns told;
  for (const HistoryRow& change : changes) told.add(change);
  transaction.run(update_document_rows, user_ids, texts, valid_until, versions, revisions,
                  told.user_ids, told.versions, told.before, told.after, told.accounts,
                  told.livemodes, told.event_ids, told.causes);
}

}  // namespace tollgate::entitlements
