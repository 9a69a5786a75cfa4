// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/delivery/events.hpp"

#include <algorithm>

#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/api/versions.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "event";
constexpr std::size_t types_max = 20;

constexpr Parameter list_filters[] = {
    {.path = "type"},
    {.path = "types", .shape = Shape::texts},
    {.path = "delivery_success", .shape = Shape::boolean},
};

/// `customer.*` and `*` stand for all types that begin so.
bool is_of_type(const std::string& type, const std::string& wanted) {
  if (!wanted.ends_with('*')) return type == wanted;
  return type.starts_with(std::string_view{wanted}.substr(0, wanted.size() - 1));
}

bool is_kept(const World& world, const Json& event) {
  return world.made_at(event["id"].text()) > world.now() - events_kept_s;
}

Outcome<Json> show(Call& call) {
  const auto event = find_object(call.world, kind, call.id());
  if (!event || is_kept(call.world, *event)) return event;
  return no_such(kind, call.id());
}

Outcome<Json> list(Call& call) {
  const Json& parameters = call.parameters;
  const auto& types = parameters["types"].items();
  const std::string& type = parameters["type"].text();
  if (!type.empty() && !types.empty()) {
    return invalid("types", {}, "You may only specify one of these parameters: type, types.");
  }
  if (types.size() > types_max) return invalid("types", {}, "You may specify up to 20 types.");
  const Json& delivered = parameters["delivery_success"];
  return list_objects(call, kind, "/v1/events", {}, [&](const Json& event) {
    const std::string& own = event["type"].text();
    if (!is_kept(call.world, event)) return false;
    if (!delivered.is_null()) {
      if (delivered.flag() != (event["pending_webhooks"].integer() == 0)) return false;
    }
    if (!type.empty()) return is_of_type(own, type);
    return types.empty() || std::find(types.begin(), types.end(), event["type"]) != types.end();
  });
}

constexpr Operation operations[] = {
    {Verb::get, "/v1/events/{id}", {}, show},
    {Verb::list, "/v1/events", list_filters, list},
};

}  // namespace

Operations event_operations() { return operations; }

Json event_in_version(const World& world, std::string_view event_id, const Json& version) {
  Json event = world.get(event_id);
  Json& data = event["data"];
  if (version.is_null() || version.text() == pinned_version) {
    show_first_of_lists(data);
    return event;
  }
  event["api_version"] = version;
  const Json object = in_version(world, data["object"], version.text());
  const Json& before = world.notes(event_id)["before"];
  if (!before.is_null()) {
    data["previous_attributes"] =
        previous_attributes(in_version(world, before, version.text()), object);
  }
  data["object"] = object;
  show_first_of_lists(data);
  return event;
}

}  // namespace tollgate::simulator
