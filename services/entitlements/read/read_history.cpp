// SPDX-License-Identifier: Apache-2.0
#include "entitlements/read/read_history.hpp"

#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "entitlements/json/history_json.hpp"

namespace tollgate::entitlements {
namespace {

constexpr std::string_view list = "history";

/// The page goes on below this version.
std::optional<std::int64_t> begin_of(const std::string& cursor) {
  if (cursor.empty()) return std::numeric_limits<std::int64_t>::max();
  const auto parts = read_cursor(list, cursor, 1);
  return parts ? read_number(parts->front()) : std::nullopt;
}

}  // namespace

boost::asio::awaitable<Result<std::string, ReadFault>> ReadHistory::read(std::string user_id,
                                                                         PageQuery page) {
  const auto below = begin_of(page.cursor);
  if (!below) co_return ReadFault::invalid_cursor;
  std::vector<ShownChange> changes;
  FactStore::Work work = [&](FactReader& reader) {
    changes = reader.find_changes(user_id, *below, page.limit + 1);
  };
  co_await facts_.read(std::move(work));
  std::string next;
  if (changes.size() > page.limit) {
    changes.resize(page.limit);
    next = cursor_of(list, {std::to_string(changes.back().version)});
  }
  co_return history_json(changes, next);
}

}  // namespace tollgate::entitlements
