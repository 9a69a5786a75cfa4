// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/delivery/webhook_endpoints.hpp"

#include <algorithm>

#include "http/client.hpp"
#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/api/versions.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "webhook_endpoint";
constexpr std::size_t endpoints_max = 16;

constexpr Parameter create_parameters[] = {
    {.path = "url", .need = Need::required},
    {.path = "enabled_events", .shape = Shape::texts, .need = Need::required},
    {.path = "api_version"},
    {.path = "description"},
    {.path = "connect", .shape = Shape::boolean},
    {.path = "metadata", .shape = Shape::metadata},
};
constexpr Parameter update_parameters[] = {
    {.path = "url"},
    {.path = "enabled_events", .shape = Shape::texts},
    {.path = "disabled", .shape = Shape::boolean},
    {.path = "description"},
    {.path = "metadata", .shape = Shape::metadata},
};

Outcome<Json> create(Call& call) {
  const Json& parameters = call.parameters;
  if (!http::is_http_url(parameters["url"].text())) {
    return invalid("url", "url_invalid", "Invalid URL: An explicit scheme must be provided.");
  }
  if (!parameters["api_version"].is_null() && !is_version(parameters["api_version"].text())) {
    return invalid("api_version", {}, "Invalid API version: " + parameters["api_version"].text());
  }
  if (call.world.ids(kind).size() >= endpoints_max) {
    return invalid({}, {}, "You have reached the maximum of 16 test webhook endpoints.");
  }
  const std::string id = create_webhook_endpoint(call.world, parameters, {});
  Json answer = call.world.get(id);
  // Only here: it is never shown again.
  answer["secret"] = call.world.notes(id)["secret"];
  return answer;
}

Outcome<Json> show(Call& call) { return find_object(call.world, kind, call.id()); }

Outcome<Json> update(Call& call) {
  const auto endpoint = find_object(call.world, kind, call.id());
  if (!endpoint) return endpoint;
  Json changes = call.parameters;
  changes.erase("expand");
  const Json disabled = changes["disabled"];
  changes.erase("disabled");
  return call.world.change(call.id(), {}, [&](Json& object) {
    merge(object, changes);
    if (!disabled.is_null()) object["status"] = disabled.flag() ? "disabled" : "enabled";
  });
}

Outcome<Json> remove(Call& call) {
  const auto endpoint = find_object(call.world, kind, call.id());
  if (!endpoint) return endpoint;
  return call.world.remove(call.id(), {});
}

Outcome<Json> list(Call& call) { return list_objects(call, kind, "/v1/webhook_endpoints", {}); }

constexpr Operation operations[] = {
    {Verb::post, "/v1/webhook_endpoints", create_parameters, create},
    {Verb::get, "/v1/webhook_endpoints/{id}", {}, show},
    {Verb::post, "/v1/webhook_endpoints/{id}", update_parameters, update},
    {Verb::remove, "/v1/webhook_endpoints/{id}", {}, remove},
    {Verb::list, "/v1/webhook_endpoints", {}, list},
};

}  // namespace

Operations webhook_endpoint_operations() { return operations; }

std::string create_webhook_endpoint(World& world, const Json& parameters, std::string_view secret) {
  const std::string id = world.make_id("we_1", 23);
  Json endpoint = Json::object({{"id", id},
                                {"object", kind},
                                {"api_version", nullptr},
                                {"application", nullptr},
                                {"created", world.now()},
                                {"description", nullptr},
                                {"enabled_events", Json::array({"*"})},
                                {"livemode", false},
                                {"metadata", Json::object()},
                                {"status", "enabled"},
                                {"url", parameters["url"]}});
  for (const char* name : {"api_version", "description", "enabled_events", "metadata"}) {
    if (parameters.has(name)) endpoint[name] = parameters[name];
  }
  world.create(std::move(endpoint), {});
  world.note(id, "secret", secret.empty() ? world.make_id("whsec_", 32) : std::string{secret});
  return id;
}

bool takes_event(const Json& endpoint, std::string_view event_type) {
  if (endpoint["status"].text() != "enabled") return false;
  const auto& types = endpoint["enabled_events"].items();
  return std::any_of(types.begin(), types.end(), [&](const Json& type) {
    return type.text() == "*" || type.text() == event_type;
  });
}

}  // namespace tollgate::simulator
