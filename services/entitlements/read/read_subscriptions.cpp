// SPDX-License-Identifier: Apache-2.0
#include "entitlements/read/read_subscriptions.hpp"

#include <optional>
#include <utility>
#include <vector>

#include "entitlements/json/lists_json.hpp"

namespace tollgate::entitlements {
namespace {

constexpr std::string_view list = "subscriptions";

}  // namespace

boost::asio::awaitable<Result<std::string, ReadFault>> ReadSubscriptions::read(ListQuery query) {
  std::optional<ObjectPlace> after;
  if (!query.page.cursor.empty()) {
    after = read_object_place(list, query.page.cursor);
    if (!after) co_return ReadFault::invalid_cursor;
  }
  std::vector<ShownSubscription> rows;
  FactStore::Work work = [&](FactReader& reader) {
    rows = reader.find_subscriptions(query.filter, after, query.page.limit + 1);
  };
  co_await facts_.read(std::move(work));
  std::string next;
  if (rows.size() > query.page.limit) {
    rows.resize(query.page.limit);
    next = cursor_of(list, rows.back().place);
  }
  co_return subscriptions_json(rows, next);
}

}  // namespace tollgate::entitlements
