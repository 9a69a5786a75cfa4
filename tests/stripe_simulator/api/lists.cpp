// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/lists.hpp"

#include <algorithm>
#include <optional>

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

struct Asked {
  std::size_t limit = 0;
  Json after;
  Json before;
};

Outcome<Asked> asked_page(const Json& parameters) {
  const std::int64_t limit = parameters["limit"].integer(limit_default);
  if (limit < 1 || limit > limit_max) {
    return invalid("limit", "parameter_invalid_integer",
                   "Invalid integer: limit must be between 1 and 100.");
  }
  Asked asked{static_cast<std::size_t>(limit), parameters["starting_after"],
              parameters["ending_before"]};
  if (!asked.after.is_null() && !asked.before.is_null()) {
    return invalid("starting_after", {},
                   "You may only specify one of these parameters: "
                   "ending_before, starting_after.");
  }
  return asked;
}

ApiError no_cursor(const Json& id, std::string_view param) {
  return invalid(param, "resource_missing", "No such object: '" + id.text() + "'");
}

/// The elements of a walk over `size` positions, in its order: at most `limit` that `keeps` takes,
/// and whether there are more.
struct Walked {
  std::vector<std::size_t> positions;
  bool has_more = false;
};

/// Positions are newest first. `cursor` stands at an element, which is not part of the page.
template <class Keep>
Walked walk(const Asked& asked, std::size_t size, std::size_t cursor, const Keep& keeps) {
  Walked walked;
  const bool backwards = !asked.before.is_null();
  const auto visit = [&](std::size_t position) {
    if (!keeps(position)) return true;
    walked.has_more = walked.positions.size() == asked.limit;
    if (!walked.has_more) walked.positions.push_back(position);
    return !walked.has_more;
  };
  if (backwards) {
    for (std::size_t position = cursor; position > 0 && visit(position - 1);) --position;
    std::reverse(walked.positions.begin(), walked.positions.end());
    return walked;
  }
  std::size_t position = asked.after.is_null() ? 0 : cursor + 1;
  while (position < size && visit(position)) ++position;
  return walked;
}

/// What an indexed filter leaves to look at; nothing when the call has no such filter.
std::optional<std::vector<std::string>> narrowed(const Call& call, std::string_view kind,
                                                 std::span<const Filter> filters) {
  for (const Filter& filter : filters) {
    const std::string& wanted = call.parameters.at(filter.parameter).text();
    if (wanted.empty() || !ObjectIndex::covers(kind, filter.path)) continue;
    return call.world.ids_with(kind, filter.path, wanted);
  }
  return std::nullopt;
}

/// Where the object stands among ids that are oldest first, as a position newest first; nothing
/// when it is not among them.
std::optional<std::size_t> position_of(const World& world, const std::vector<std::string>& ids,
                                       const std::string& id) {
  const std::uint64_t number = world.number_of(id);
  const auto place = std::lower_bound(ids.begin(), ids.end(), number,
                                      [&](const std::string& other, std::uint64_t wanted) {
                                        return world.number_of(other) < wanted;
                                      });
  if (place == ids.end() || *place != id) return std::nullopt;
  return static_cast<std::size_t>(ids.end() - place) - 1;
}

Json list_of(std::string_view url, Json::Array items, bool has_more) {
  return Json::object({{"object", "list"},
                       {"data", Json::array(std::move(items))},
                       {"has_more", has_more},
                       {"url", url}});
}

void shorten(Json& value) {
  const Json& read = value;
  if (read["object"].text() != "list" || read["data"].items().size() <= inline_max) return;
  value["data"].items().resize(inline_max);
  value["has_more"] = true;
}

}  // namespace

std::span<const Parameter> paging_parameters() { return paging; }

Outcome<Json> list_objects(const Call& call, std::string_view kind, std::string_view url,
                           std::span<const Filter> filters, const Keeps& keeps) {
  const auto asked = asked_page(call.parameters);
  if (!asked) return asked.error();
  const World& world = call.world;
  const auto found = narrowed(call, kind, filters);
  const std::vector<std::string>& ids = found ? *found : world.ids(kind);
  std::size_t cursor = 0;
  const Json& id = asked->after.is_null() ? asked->before : asked->after;
  if (!id.is_null()) {
    const auto position = position_of(world, ids, id.text());
    if (!position)
      return no_cursor(id, asked->after.is_null() ? "ending_before" : "starting_after");
    cursor = *position;
  }
  const auto object_at = [&](std::size_t position) -> const Json& {
    return world.get(ids[ids.size() - 1 - position]);
  };
  const Walked walked = walk(*asked, ids.size(), cursor, [&](std::size_t position) {
    const Json& object = object_at(position);
    return is_in_time(call.parameters["created"], object) &&
           passes(call.parameters, filters, object) && (!keeps || keeps(object));
  });
  Json::Array page;
  for (const std::size_t position : walked.positions) page.push_back(object_at(position));
  return list_of(url, std::move(page), walked.has_more);
}

Outcome<Json> list_page(const Call& call, std::string_view url, const Json::Array& all) {
  const auto asked = asked_page(call.parameters);
  if (!asked) return asked.error();
  std::size_t cursor = 0;
  const Json& id = asked->after.is_null() ? asked->before : asked->after;
  if (!id.is_null()) {
    const auto place =
        std::find_if(all.begin(), all.end(), [&](const Json& item) { return item["id"] == id; });
    if (place == all.end()) {
      return no_cursor(id, asked->after.is_null() ? "ending_before" : "starting_after");
    }
    cursor = static_cast<std::size_t>(place - all.begin());
  }
  const Walked walked = walk(*asked, all.size(), cursor, [](std::size_t) { return true; });
  Json::Array page;
  for (const std::size_t position : walked.positions) page.push_back(all[position]);
  return list_of(url, std::move(page), walked.has_more);
}

Json whole_list(std::string_view url, Json::Array items) {
  const std::size_t total = items.size();
  Json list = list_of(url, std::move(items), false);
  list["total_count"] = total;
  return list;
}

Json inline_list(std::string_view url, Json::Array items) {
  Json list = whole_list(url, std::move(items));
  shorten(list);
  return list;
}

void show_first_of_lists(Json& value) {
  if (value.is_array()) {
    for (Json& item : value.items()) show_first_of_lists(item);
  } else if (value.is_object()) {
    for (Member& member : value.members()) {
      shorten(member.value);
      show_first_of_lists(member.value);
    }
  }
}

}  // namespace tollgate::simulator
