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

std::vector<Key> keys_in(const postgres::Rows& rows) {
  std::vector<Key> keys;
  keys.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) keys.push_back(key_at(rows, row, 0));
  return keys;
}

std::vector<EventRow> events_in(const postgres::Rows& rows) {
  std::vector<EventRow> events(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    EventRow& event = events[row];
    event.key = key_at(rows, row, 0);
    event.type = text_at(rows, row, 3);
    event.created = time_at(rows, row, 4);
    event.kind = stripe::parse_object_kind(rows.text(row, 5));
    event.object_id = text_at(rows, row, 6);
    event.state = text_at(rows, row, 7);
    event.previous = text_at(rows, row, 8);
    event.customer_id = text_at(rows, row, 9);
  }
  return events;
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

std::vector<std::string> texts_in(const postgres::Rows& rows) {
  std::vector<std::string> texts;
  texts.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) texts.push_back(text_at(rows, row, 0));
  return texts;
}

}  // namespace tollgate::entitlements
