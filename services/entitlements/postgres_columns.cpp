// SPDX-License-Identifier: Apache-2.0
#include "postgres_columns.hpp"

namespace tollgate::entitlements {

KeyColumns::KeyColumns(std::span<const Key> keys) {
  for (const Key& key : keys) add(key);
}

void KeyColumns::add(const Key& key) {
  accounts.add(key.account);
  livemodes.add(key.livemode);
  ids.add(key.id);
}

Key key_at(const postgres::Rows& rows, std::size_t row, int column) {
  return {text_at(rows, row, column), rows.flag(row, column + 1), text_at(rows, row, column + 2)};
}

void add_seconds(postgres::IntegerArray& column, const std::optional<Time>& time) {
  if (time) {
    column.add(to_unix_seconds(*time));
  } else {
    column.add_null();
  }
}

std::optional<Time> time_at(const postgres::Rows& rows, std::size_t row, int column) {
  if (rows.is_null(row, column)) return std::nullopt;
  return from_unix_seconds(rows.integer(row, column));
}

std::string text_at(const postgres::Rows& rows, std::size_t row, int column) {
  return std::string{rows.text(row, column)};
}

}  // namespace tollgate::entitlements
