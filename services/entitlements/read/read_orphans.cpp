// SPDX-License-Identifier: Apache-2.0
#include "entitlements/read/read_orphans.hpp"

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "entitlements/json/lists_json.hpp"
#include "entitlements/read/find_facts.hpp"

namespace tollgate::entitlements {
namespace {

constexpr std::string_view list = "orphans";

Key owner_of(const ShownOrphan& row) {
  return {row.place.key.account, row.place.key.livemode, row.owner_id};
}

void name_users(FactReader& reader, std::vector<ShownOrphan>& rows) {
  std::set<Key> owners;
  for (const ShownOrphan& row : rows) {
    if (row.conflict) owners.insert(owner_of(row));
  }
  const std::vector<Key> keys{owners.begin(), owners.end()};
  const FoundObjects found = find_objects_by_owner(reader, keys);
  for (ShownOrphan& row : rows) {
    if (row.conflict) row.user_ids = binding_of(found.at(owner_of(row))).users;
  }
}

}  // namespace

boost::asio::awaitable<Result<std::string, ReadFault>> ReadOrphans::read(ListQuery query) {
  std::optional<ObjectPlace> after;
  if (!query.page.cursor.empty()) {
    after = read_object_place(list, query.page.cursor);
    if (!after) co_return ReadFault::invalid_cursor;
  }
  std::vector<ShownOrphan> rows;
  std::string next;
  FactStore::Work work = [&](FactReader& reader) {
    rows = reader.find_orphans(query.filter, after, query.page.limit + 1);
    if (rows.size() > query.page.limit) {
      rows.resize(query.page.limit);
      next = cursor_of(list, rows.back().place);
    }
    name_users(reader, rows);
  };
  co_await facts_.read(std::move(work));
  co_return orphans_json(rows, next);
}

}  // namespace tollgate::entitlements
