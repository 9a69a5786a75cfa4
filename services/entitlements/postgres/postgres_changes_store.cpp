// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_changes_store.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "entitlements/entitlements_store.hpp"
#include "entitlements/postgres/postgres_columns.hpp"
#include "entitlements/postgres/postgres_failure.hpp"
#include "postgres/fault.hpp"

namespace tollgate::entitlements {
namespace {

// All that the leader's session writes is which versions were sent. A crash of the server that
// loses the last of it has the same documents sent again. So its commits need not wait for the
// disk, nor the writers of those rows for its commits.
constexpr postgres::Query try_lead{"try_lead_changes", R"(
select pg_try_advisory_lock(hashtextextended(current_schema() || '.changes', 0)),
  set_config('synchronous_commit', 'off', false))"};

constexpr postgres::Query still_there{"leader_is_there", "select 1"};

constexpr postgres::Query find_rows{"find_unpublished", R"(
select u.user_id, u.document, u.version, u.catalog_revision, coalesce(h.cause, 'event'),
  h.event_id, (extract(epoch from coalesce(h.recorded_at, u.updated_at)) * 1000000)::int8
from (
  select * from user_entitlements
  where version > published_version and user_id > $1
  order by user_id limit $2::int8) as u
left join lateral (
  select * from entitlements_history r where r.user_id = u.user_id and r.version = u.version
  limit 1) as h on true
order by u.user_id)"};

// Locked in the order of all writers, or two could wait for each other. All rows are there; as an
// upsert each is looked up, where an update would read the whole table while the planner takes it
// for small.
constexpr postgres::Query note_rows{"note_published", R"(
with sent as materialized (
  select known.user_id, wanted.version
  from unnest($1::text[], $2::int8[]) as wanted (user_id, version)
  cross join lateral (
    select user_id from user_entitlements l where l.user_id = wanted.user_id
    for no key update) as known)
insert into user_entitlements as u (user_id, published_version)
select user_id, version from sent
on conflict (user_id) do update set published_version = excluded.published_version
where u.published_version < excluded.published_version)"};

constexpr postgres::Query count_rows{"count_unpublished", R"(
select count(*), (extract(epoch from min(updated_at)) * 1000000)::int8
from (
  select updated_at from user_entitlements where version > published_version
  limit $1::int8) as behind)"};

ChangeCause cause_of(std::string_view text) {
  for (const ChangeCause cause :
       {ChangeCause::event, ChangeCause::time, ChangeCause::catalog, ChangeCause::operation}) {
    if (text == to_string(cause)) return cause;
  }
  return ChangeCause::operation;
}

Time microseconds_at(const postgres::Rows& rows, std::size_t row, int column) {
  return Time{std::chrono::microseconds{rows.integer(row, column)}};
}

class PostgresChangesStore final : public ChangesStore {
 public:
  explicit PostgresChangesStore(postgres::ConnectionOptions options)
      : connection_(std::move(options)) {}

  bool lead() override {
    return guarded([&] {
      if (leads_) {
        connection_.run(still_there);
      } else {
        leads_ = connection_.run(try_lead).flag(0, 0);
      }
      return leads_;
    });
  }

  // The lock is the session's, so it goes with it.
  void step_down() override {
    leads_ = false;
    connection_.discard();
  }

  std::vector<UnpublishedDocument> find_unpublished(const std::string& after,
                                                    std::size_t users_max) override {
    return guarded([&] {
      require_lead();
      const postgres::Rows rows = connection_.run(find_rows, after, users_max);
      std::vector<UnpublishedDocument> documents;
      documents.reserve(rows.size());
      for (std::size_t row = 0; row < rows.size(); ++row) {
        documents.push_back({text_at(rows, row, 0), text_at(rows, row, 1), rows.integer(row, 2),
                             rows.integer(row, 3), cause_of(rows.text(row, 4)),
                             text_at(rows, row, 5), microseconds_at(rows, row, 6)});
      }
      return documents;
    });
  }

  void note_published(std::span<const PublishedVersion> versions) override {
    std::vector<PublishedVersion> sorted{versions.begin(), versions.end()};
    std::ranges::sort(sorted, {}, &PublishedVersion::user_id);
    postgres::TextArray user_ids;
    postgres::IntegerArray numbers;
    for (const PublishedVersion& each : sorted) {
      user_ids.add(each.user_id);
      numbers.add(each.version);
    }
    guarded([&] {
      require_lead();
      connection_.run(note_rows, user_ids, numbers);
    });
  }

  Backlog backlog() override {
    return guarded([&] {
      const postgres::Rows rows = connection_.run(count_rows, counted_max);
      Backlog behind{rows.integer(0, 0), {}};
      if (!rows.is_null(0, 1)) behind.oldest = microseconds_at(rows, 0, 1);
      return behind;
    });
  }

 private:
  /// A session made anew behind our back would not hold the lock.
  void require_lead() const {
    if (!leads_) throw StoreAway{"the lead is lost"};
  }

  template <class Action>
  std::invoke_result_t<Action> guarded(Action action) {
    try {
      return action();
    } catch (const StoreAway&) {
      throw;
    } catch (const std::exception& failure) {
      if (postgres::fault_of(failure) == postgres::Fault::conflict) throw_in_domain_words(failure);
      connection_.discard();
      if (!std::exchange(leads_, false)) throw_in_domain_words(failure);
      throw StoreAway{"the lead is lost: " + postgres::reason_of(failure)};
    }
  }

  postgres::Connection connection_;
  bool leads_ = false;
};

}  // namespace

std::unique_ptr<ChangesStore> make_postgres_changes_store(postgres::ConnectionOptions options) {
  return std::make_unique<PostgresChangesStore>(std::move(options));
}

}  // namespace tollgate::entitlements
