// SPDX-License-Identifier: Apache-2.0
// How the domain's values become arguments of statements and come back from rows, for all
// postgres_* files of this service. Times travel as Unix seconds: no fact is finer.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

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

/// From ten columns: key, type, created, kind, object_id, state, previous, customer_id. The rest of
/// the row stays empty.
EventRow event_at(const postgres::Rows& rows, std::size_t row);

void add_seconds(postgres::IntegerArray& column, const std::optional<Time>& time);
std::optional<Time> time_at(const postgres::Rows& rows, std::size_t row, int column);
std::string text_at(const postgres::Rows& rows, std::size_t row, int column);

}  // namespace tollgate::entitlements
