// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_history.hpp"

#include "entitlements/postgres/postgres_columns.hpp"
#include "entitlements/postgres/postgres_past.hpp"

namespace tollgate::entitlements {
namespace {

constexpr postgres::Query find_changes{"find_changes", R"(
select h.version, h.before, h.after, h.cause, (extract(epoch from h.recorded_at) * 1000000)::int8,
  h.event_account, h.event_livemode, h.event_id, e.type, extract(epoch from e.created)::int8,
  e.kind, e.object_id, e.outcome, e.topic, e.partition, e.position
from entitlements_history h
left join lateral (
  select * from events s
  where s.account = h.event_account and s.livemode = h.event_livemode and s.id = h.event_id
  limit 1) as e on true
where h.user_id = $1 and h.version < $2::int8
order by h.version desc limit $3::int8)"};

}  // namespace

std::vector<ShownChange> select_changes(postgres::Transaction& transaction,
                                        const std::string& user_id, std::int64_t below,
                                        std::size_t rows_max) {
  const postgres::Rows rows = transaction.run(find_changes, user_id, below, rows_max);
  std::vector<ShownChange> changes(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    ShownChange& change = changes[row];
    change.version = rows.integer(row, 0);
    change.before = text_at(rows, row, 1);
    change.after = text_at(rows, row, 2);
    change.cause = text_at(rows, row, 3);
    change.recorded_at = Time{std::chrono::microseconds{rows.integer(row, 4)}};
    if (!rows.is_null(row, 7)) change.event = told_event_at(rows, row, 5);
  }
  return changes;
}

}  // namespace tollgate::entitlements
