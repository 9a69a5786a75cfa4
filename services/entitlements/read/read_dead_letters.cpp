// SPDX-License-Identifier: Apache-2.0
#include "entitlements/read/read_dead_letters.hpp"

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "entitlements/json/lists_json.hpp"

namespace tollgate::entitlements {
namespace {

constexpr std::string_view list = "dead_letters";
constexpr std::int64_t recorded_max_us = 253'402'300'800'000'000;  // year 10000

std::string cursor_after(const LetterPlace& place) {
  return cursor_of(
      list, {std::to_string(place.recorded_at.time_since_epoch().count()), place.topic,
             std::to_string(place.position.partition), std::to_string(place.position.offset)});
}

std::optional<LetterPlace> read_place(const std::string& cursor) {
  auto parts = read_cursor(list, cursor, 4);
  if (!parts) return std::nullopt;
  const auto micros = read_number((*parts)[0]);
  const auto partition = read_number((*parts)[2]);
  const auto offset = read_number((*parts)[3]);
  if (!micros || !partition || !offset || *micros < 0 || *micros > recorded_max_us) {
    return std::nullopt;
  }
  if (*partition < 0 || *partition > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
  return LetterPlace{Time{std::chrono::microseconds{*micros}},
                     std::move((*parts)[1]),
                     {static_cast<std::int32_t>(*partition), *offset}};
}

}  // namespace

boost::asio::awaitable<Result<std::string, ReadFault>> ReadDeadLetters::read(LettersQuery query) {
  std::optional<LetterPlace> after;
  if (!query.page.cursor.empty()) {
    after = read_place(query.page.cursor);
    if (!after) co_return ReadFault::invalid_cursor;
  }
  std::vector<ShownDeadLetter> rows;
  FactStore::Work work = [&](FactReader& reader) {
    rows = reader.find_dead_letters(after, query.page.limit + 1, query.body_bytes_max);
  };
  co_await facts_.read(std::move(work));
  std::string next;
  if (rows.size() > query.page.limit) {
    rows.resize(query.page.limit);
    next = cursor_after(rows.back().place);
  }
  co_return dead_letters_json(rows, next, query.body_bytes_max);
}

}  // namespace tollgate::entitlements
