// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/delivery/event_destinations.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "http/client.hpp"
#include "stripe_simulator/api/versions.hpp"
#include "stripe_simulator/delivery/events.hpp"
#include "stripe_simulator/delivery/thin_events.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view url_included = "webhook_endpoint.url";
constexpr std::string_view secret_included = "webhook_endpoint.signing_secret";

constexpr Parameter create_parameters[] = {
    {.path = "name", .need = Need::required},
    {.path = "type", .need = Need::required, .choices = "webhook_endpoint"},
    {.path = "event_payload", .need = Need::required, .choices = "snapshot|thin"},
    {.path = "enabled_events", .shape = Shape::texts, .need = Need::required},
    {.path = "webhook_endpoint.url"},
    {.path = "description"},
    {.path = "events_from", .shape = Shape::texts},
    {.path = "snapshot_api_version"},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "include", .shape = Shape::texts},
};
constexpr Parameter update_parameters[] = {
    {.path = "name"},
    {.path = "description"},
    {.path = "enabled_events", .shape = Shape::texts},
    {.path = "webhook_endpoint.url"},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "include", .shape = Shape::texts},
};
constexpr Parameter show_parameters[] = {{.path = "include", .shape = Shape::texts}};
constexpr Parameter list_parameters[] = {
    {.path = "include", .shape = Shape::texts},
    {.path = "limit", .shape = Shape::integer},
};

bool includes(const Call& call, std::string_view member) {
  const auto& wanted = call.parameters["include"].items();
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const Json& name) { return name.text() == member; });
}

/// Its address is shown to those who ask for it.
Json shown(const Call& call, const Json& destination) {
  Json answer = destination;
  if (includes(call, url_included)) {
    answer["webhook_endpoint"]["url"] = call.world.notes(destination["id"].text())["url"];
  }
  return answer;
}

std::optional<ApiError> fault_of(const Json& parameters) {
  if (!http::is_http_url(parameters.at("webhook_endpoint.url").text())) {
    return invalid("webhook_endpoint.url", "url_invalid",
                   "Invalid URL: An explicit scheme must be provided.");
  }
  const Json& version = parameters["snapshot_api_version"];
  if (version.is_null()) return std::nullopt;
  if (parameters["event_payload"].text() == "thin") {
    return invalid("snapshot_api_version", {}, "Thin events have no version.");
  }
  if (is_version(version.text())) return std::nullopt;
  return invalid("snapshot_api_version", {}, "Invalid API version: " + version.text());
}

Json destination_shape(World& world, const Json& parameters) {
  const std::string now = format_rfc3339(from_unix_seconds(world.now()));
  const bool thin = parameters["event_payload"].text() == "thin";
  Json destination = Json::object({{"id", world.make_id("ed_test_61", 22)},
                                   {"object", event_destination_kind},
                                   {"created", now},
                                   {"description", ""},
                                   {"enabled_events", parameters["enabled_events"]},
                                   {"event_payload", parameters["event_payload"]},
                                   {"events_from", Json::array({"@self"})},
                                   {"livemode", false},
                                   {"metadata", Json::object()},
                                   {"name", parameters["name"]},
                                   {"snapshot_api_version", thin ? Json{} : Json{pinned_version}},
                                   {"status", "enabled"},
                                   {"status_details", nullptr},
                                   {"type", "webhook_endpoint"},
                                   {"updated", now},
                                   {"webhook_endpoint", Json::object()}});
  for (const char* name : {"description", "events_from", "metadata", "snapshot_api_version"}) {
    if (!parameters[name].is_null()) destination[name] = parameters[name];
  }
  return destination;
}

Outcome<Json> create(Call& call) {
  if (auto fault = fault_of(call.parameters)) return *fault;
  const Json made = call.world.create(destination_shape(call.world, call.parameters), {});
  const std::string& id = made["id"].text();
  const std::string secret = call.world.make_id("whsec_", 32);
  call.world.note(id, "secret", secret);
  call.world.note(id, "url", call.parameters.at("webhook_endpoint.url"));
  Json answer = shown(call, made);
  // Only here: it is never shown again.
  if (includes(call, secret_included)) answer["webhook_endpoint"]["signing_secret"] = secret;
  return answer;
}

Outcome<Json> show(Call& call) {
  const auto found = find_object(call.world, event_destination_kind, call.id());
  if (!found) return found;
  return shown(call, *found);
}

Outcome<Json> change(Call& call, const std::function<void(Json&)>& change) {
  const auto found = find_object(call.world, event_destination_kind, call.id());
  if (!found) return found;
  const Json changed = call.world.change(call.id(), {}, [&](Json& object) {
    change(object);
    object["updated"] = format_rfc3339(from_unix_seconds(call.world.now()));
  });
  return shown(call, changed);
}

Outcome<Json> update(Call& call) {
  Json changes = call.parameters;
  const Json url = changes.at("webhook_endpoint.url");
  if (!url.is_null() && !http::is_http_url(url.text())) return *fault_of(changes);
  for (const char* name : {"include", "expand", "webhook_endpoint"}) changes.erase(name);
  auto changed = change(call, [&](Json& object) { merge(object, changes); });
  if (changed && !url.is_null()) call.world.note(call.id(), "url", url);
  return changed;
}

Outcome<Json> enable(Call& call) {
  return change(call, [](Json& object) {
    object["status"] = "enabled";
    object["status_details"] = nullptr;
  });
}

Outcome<Json> disable(Call& call) {
  return change(call, [](Json& object) {
    object["status"] = "disabled";
    object["status_details"] = Json::object({{"disabled", Json::object({{"reason", "user"}})}});
  });
}

Outcome<Json> remove(Call& call) {
  const auto found = find_object(call.world, event_destination_kind, call.id());
  if (!found) return found;
  call.world.remove(call.id(), {});
  return Json::object({{"id", call.id()}, {"object", event_destination_kind}});
}

Outcome<Json> list(Call& call) {
  Json data = Json::array();
  for (const std::string& id : call.world.ids(event_destination_kind)) {
    data.items().push_back(shown(call, call.world.get(id)));
  }
  return Json::object({{"data", data}, {"next_page_url", nullptr}, {"previous_page_url", nullptr}});
}

constexpr Operation operations[] = {
    {Verb::get, "/v2/core/event_destinations", list_parameters, list},
    {Verb::post, "/v2/core/event_destinations", create_parameters, create},
    {Verb::get, "/v2/core/event_destinations/{id}", show_parameters, show},
    {Verb::post, "/v2/core/event_destinations/{id}", update_parameters, update},
    {Verb::remove, "/v2/core/event_destinations/{id}", {}, remove},
    {Verb::post, "/v2/core/event_destinations/{id}/enable", {}, enable},
    {Verb::post, "/v2/core/event_destinations/{id}/disable", {}, disable},
};

}  // namespace

Operations event_destination_operations() { return operations; }

bool destination_takes(const Json& destination, std::string_view event_type) {
  if (destination["status"].text() != "enabled") return false;
  const bool thin = destination["event_payload"].text() == "thin";
  const std::string wanted = thin ? thin_type(event_type) : std::string{event_type};
  const auto& types = destination["enabled_events"].items();
  return std::any_of(types.begin(), types.end(),
                     [&](const Json& type) { return type.text() == "*" || type.text() == wanted; });
}

Json event_for_destination(const World& world, std::string_view event_id, const Json& destination) {
  if (destination["event_payload"].text() == "thin") return thin_event(world, event_id);
  return event_in_version(world, event_id, destination["snapshot_api_version"]);
}

}  // namespace tollgate::simulator
