// SPDX-License-Identifier: Apache-2.0
#include "lists.hpp"

#include <algorithm>

namespace tollgate::simulator {
namespace {

constexpr std::int64_t limit_default = 10;
constexpr std::int64_t limit_max = 100;
constexpr std::size_t inline_max = 10;

constexpr Parameter paging[] = {
    {.path = "limit", .shape = Shape::integer},
    {.path = "starting_after"},
    {.path = "ending_before"},
    {.path = "created.gt", .shape = Shape::integer},
    {.path = "created.gte", .shape = Shape::integer},
    {.path = "created.lt", .shape = Shape::integer},
    {.path = "created.lte", .shape = Shape::integer},
};

bool is_in_time(const Json& bounds, const Json& object) {
  const std::int64_t created = object["created"].integer();
  if (bounds["gt"].is_integer() && created <= bounds["gt"].integer()) return false;
  if (bounds["gte"].is_integer() && created < bounds["gte"].integer()) return false;
  if (bounds["lt"].is_integer() && created >= bounds["lt"].integer()) return false;
  return !bounds["lte"].is_integer() || created <= bounds["lte"].integer();
}

bool passes(const Json& parameters, std::span<const Filter> filters, const Json& object) {
  return std::all_of(filters.begin(), filters.end(), [&](const Filter& filter) {
    const Json& wanted = parameters.at(filter.parameter);
    return wanted.is_null() || object.at(filter.path) == wanted;
  });
}

struct Page {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool has_more = false;
};

/// Where the object of that id stands; 400 like Stripe's when it is not in the list.
Outcome<std::size_t> position_of(const Json::Array& all, const Json& id, std::string_view param) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Json& item) { return item["id"] == id; });
  if (found == all.end()) {
    return invalid(param, "resource_missing", "No such object: '" + id.text() + "'");
  }
  return static_cast<std::size_t>(found - all.begin());
}

Outcome<Page> find_page(const Json& parameters, const Json::Array& all) {
  const std::int64_t limit = parameters["limit"].integer(limit_default);
  if (limit < 1 || limit > limit_max) {
    return invalid("limit", "parameter_invalid_integer",
                   "Invalid integer: limit must be between 1 and 100.");
  }
  const auto size = static_cast<std::size_t>(limit);
  const Json& after = parameters["starting_after"];
  const Json& before = parameters["ending_before"];
  if (!after.is_null() && !before.is_null()) {
    return invalid("starting_after", {},
                   "You may only specify one of these parameters: "
                   "ending_before, starting_after.");
  }
  if (!before.is_null()) {
    const auto end = position_of(all, before, "ending_before");
    if (!end) return end.error();
    const std::size_t begin = *end > size ? *end - size : 0;
    return Page{begin, *end, begin > 0};
  }
  std::size_t begin = 0;
  if (!after.is_null()) {
    const auto position = position_of(all, after, "starting_after");
    if (!position) return position.error();
    begin = *position + 1;
  }
  const std::size_t end = std::min(all.size(), begin + size);
  return Page{begin, end, end < all.size()};
}

Json list_of(std::string_view url, Json::Array items, bool has_more) {
  return Json::object({{"object", "list"},
                       {"data", Json::array(std::move(items))},
                       {"has_more", has_more},
                       {"url", url}});
}

}  // namespace

std::span<const Parameter> paging_parameters() { return paging; }

Outcome<Json> list_objects(const Call& call, std::string_view kind, std::string_view url,
                           std::span<const Filter> filters, const Keeps& keeps) {
  const auto& ids = call.world.ids(kind);
  Json::Array kept;
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    const Json& object = call.world.get(*id);
    if (!is_in_time(call.parameters["created"], object)) continue;
    if (!passes(call.parameters, filters, object) || (keeps && !keeps(object))) continue;
    kept.push_back(object);
  }
  return list_page(call, url, kept);
}

Outcome<Json> list_page(const Call& call, std::string_view url, const Json::Array& all) {
  const auto page = find_page(call.parameters, all);
  if (!page) return page.error();
  const auto at = [&](std::size_t position) {
    return all.begin() + static_cast<std::ptrdiff_t>(position);
  };
  return list_of(url, {at(page->begin), at(page->end)}, page->has_more);
}

Json inline_list(std::string_view url, Json::Array items) {
  const bool has_more = items.size() > inline_max;
  const std::size_t total = items.size();
  items.resize(std::min(total, inline_max));
  Json list = list_of(url, std::move(items), has_more);
  list["total_count"] = total;
  return list;
}

}  // namespace tollgate::simulator
