// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_columns.hpp"

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

EventRow event_at(const postgres::Rows& rows, std::size_t row) {
  EventRow event;
  event.key = key_at(rows, row, 0);
  event.type = text_at(rows, row, 3);
  event.created = time_at(rows, row, 4);
  event.kind = stripe::parse_object_kind(rows.text(row, 5));
  event.object_id = text_at(rows, row, 6);
  event.state = text_at(rows, row, 7);
  event.previous = text_at(rows, row, 8);
  event.customer_id = text_at(rows, row, 9);
  return event;
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
