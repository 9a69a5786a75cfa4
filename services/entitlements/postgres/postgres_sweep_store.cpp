// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_sweep_store.hpp"

#include <utility>

#include "entitlements/postgres/postgres_columns.hpp"
#include "entitlements/postgres/postgres_failure.hpp"

namespace tollgate::entitlements {
namespace {

// The first of two instances makes or takes the row; the other one sees its lease and gets nothing.
constexpr postgres::Query claim_row{"claim_sweep", R"(
insert into event_sweeps as known (account, livemode, begun_at, next_at, leased_until)
values ($1, $2, to_timestamp($3::int8), to_timestamp($3::int8), to_timestamp($4::int8))
on conflict (account, livemode) do update set leased_until = excluded.leased_until
where (known.next_at <= to_timestamp($3::int8) or $5)
  and (known.leased_until is null or known.leased_until <= to_timestamp($3::int8))
returning extract(epoch from swept_to)::int8)"};

constexpr postgres::Query advance_row{"advance_sweep", R"(
update event_sweeps set swept_to = greatest(swept_to, to_timestamp($3::int8)),
  leased_until = to_timestamp($4::int8)
where account = $1 and livemode = $2)"};

constexpr postgres::Query finish_row{"finish_sweep", R"(
update event_sweeps set swept_to = greatest(swept_to, to_timestamp($3::int8)),
  finished_at = to_timestamp($4::int8), next_at = to_timestamp($5::int8), leased_until = null
where account = $1 and livemode = $2)"};

constexpr postgres::Query abandon_row{"abandon_sweep", R"(
update event_sweeps set next_at = to_timestamp($3::int8), leased_until = null
where account = $1 and livemode = $2)"};

constexpr postgres::Query select_age{"sweep_age", R"(
select extract(epoch from begun_at)::int8, extract(epoch from finished_at)::int8
from event_sweeps where account = $1 and livemode = $2)"};

constexpr postgres::Query select_missing{"missing_events", R"(
select wanted.id from unnest($3::text[]) with ordinality as wanted (id, n)
where not exists (
  select from events e where e.account = $1 and e.livemode = $2 and e.id = wanted.id)
order by n)"};

class PostgresSweepStore final : public SweepStore {
 public:
  explicit PostgresSweepStore(postgres::ConnectionOptions options)
      : connection_(std::move(options)) {}

  std::optional<SweepProgress> claim(const SweepScope& scope, SweepWhen when, Time now,
                                     Time lease_end) override {
    const postgres::Rows rows = run(claim_row, scope.account, scope.livemode, to_unix_seconds(now),
                                    to_unix_seconds(lease_end), when == SweepWhen::started);
    if (rows.empty()) return std::nullopt;
    return SweepProgress{time_at(rows, 0, 0)};
  }

  void advance(const SweepScope& scope, Time swept_to, Time lease_end) override {
    run(advance_row, scope.account, scope.livemode, to_unix_seconds(swept_to),
        to_unix_seconds(lease_end));
  }

  void finish(const SweepScope& scope, Time swept_to, Time now, Time next) override {
    run(finish_row, scope.account, scope.livemode, to_unix_seconds(swept_to), to_unix_seconds(now),
        to_unix_seconds(next));
  }

  void abandon(const SweepScope& scope, Time next) override {
    run(abandon_row, scope.account, scope.livemode, to_unix_seconds(next));
  }

  std::optional<SweepAge> age(const SweepScope& scope) override {
    const postgres::Rows rows = run(select_age, scope.account, scope.livemode);
    if (rows.empty()) return std::nullopt;
    return SweepAge{from_unix_seconds(rows.integer(0, 0)), time_at(rows, 0, 1)};
  }

  std::vector<std::string> missing(const SweepScope& scope,
                                   const std::vector<std::string>& event_ids) override {
    postgres::TextArray wanted;
    for (const std::string& id : event_ids) wanted.add(id);
    return texts_in(run(select_missing, scope.account, scope.livemode, wanted));
  }

 private:
  template <class... Args>
  postgres::Rows run(const postgres::Query& query, const Args&... args) {
    return guarded(connection_, [&] { return connection_.run(query, args...); });
  }

  postgres::Connection connection_;
};

}  // namespace

std::unique_ptr<SweepStore> make_postgres_sweep_store(postgres::ConnectionOptions options) {
  return std::make_unique<PostgresSweepStore>(std::move(options));
}

}  // namespace tollgate::entitlements
