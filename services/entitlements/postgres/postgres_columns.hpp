// SPDX-License-Identifier: Apache-2.0
// How the domain's values become arguments of statements and come back from rows, for all
// postgres_* files of this service. Times travel as Unix seconds: no fact is finer.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "entitlements/domain/entitlement_rows.hpp"
#include "postgres/array.hpp"
#include "postgres/query.hpp"

namespace tollgate::entitlements {

/// The columns account, livemode and id of many keys.
struct KeyColumns {
  KeyColumns() = default;
  explicit KeyColumns(std::span<const Key> keys);
  void add(const Key& key);

  postgres::TextArray accounts;
  postgres::FlagArray livemodes;
  postgres::TextArray ids;
};

/// From three columns that begin at `column`.
Key key_at(const postgres::Rows& rows, std::size_t row, int column);

std::vector<Key> keys_in(const postgres::Rows& rows);

/// Every select of events gives these columns of `e`, which events_in() reads. The rest of the row
/// stays empty.
inline constexpr char event_columns[] = R"(
select e.account, e.livemode, e.id, e.type, extract(epoch from e.created)::int8, e.kind,
  e.object_id, e.state, e.previous, e.customer_id
)";
std::vector<EventRow> events_in(const postgres::Rows& rows);

void add_seconds(postgres::IntegerArray& column, const std::optional<Time>& time);
std::optional<Time> time_at(const postgres::Rows& rows, std::size_t row, int column);
std::string text_at(const postgres::Rows& rows, std::size_t row, int column);
/// Of the first column.
std::vector<std::string> texts_in(const postgres::Rows& rows);

}  // namespace tollgate::entitlements
