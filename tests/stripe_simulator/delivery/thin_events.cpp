// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/delivery/thin_events.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "stripe_simulator/delivery/events.hpp"

namespace tollgate::simulator {
namespace {

// A twin's id is its snapshot's with another beginning, so that neither need be remembered.
constexpr std::string_view snapshot_prefix = "evt_1";
constexpr std::string_view thin_prefix = "evt_test_65";

std::string thin_id(std::string_view event_id) {
  return std::string{thin_prefix} + std::string{event_id.substr(snapshot_prefix.size())};
}

/// `checkout.session` is at /v1/checkout/sessions.
std::string path_of(std::string_view kind) {
  std::string path = "/v1/" + std::string{kind} + "s";
  std::replace(path.begin() + 4, path.end(), '.', '/');
  return path;
}

/// Null for what has no id of its own: the invoice to come, a summary.
Json related_object(const Json& object) {
  const std::string& id = object["id"].text();
  if (id.empty() || id.starts_with("upcoming_in")) return {};
  const std::string& kind = object["object"].text();
  return Json::object({{"id", id}, {"type", kind}, {"url", path_of(kind) + "/" + id}});
}

Json reason_of(const Json& event) {
  const Json& request = event["request"];
  if (request["id"].is_null()) return {};
  return Json::object({{"type", "request"}, {"request", request}});
}

/// The members of `object` that are in `names`, in nested hashes too.
Json picked(const Json& object, const Json& names) {
  Json found = Json::object();
  for (const Member& name : names.members()) {
    const Json& value = object[name.key];
    found[name.key] =
        name.value.is_object() && value.is_object() ? picked(value, name.value) : value;
  }
  return found;
}

Outcome<Json> show(Call& call) {
  const std::string& id = call.id();
  const Json* event = nullptr;
  if (id.starts_with(thin_prefix)) {
    const std::string rest = id.substr(thin_prefix.size());
    event = call.world.find("event", std::string{snapshot_prefix} + rest);
  }
  if (event == nullptr || (*event)["created"].integer() <= call.world.now() - events_kept_s) {
    return no_such("event", id);
  }
  const Json& data = (*event)["data"];
  Json answer = thin_event(call.world, (*event)["id"].text());
  const Json& before = data["previous_attributes"];
  answer["changes"] =
      before.is_null()
          ? Json{}
          : Json::object({{"before", before}, {"after", picked(data["object"], before)}});
  if (answer["related_object"].is_null()) {
    answer["data"] = Json::object({{"customer", data.at("object.customer")}});
    const Json& subscription = data.at("object.parent.subscription_details.subscription");
    if (!subscription.is_null()) answer["data"]["subscription"] = subscription;
  }
  return answer;
}

constexpr Operation operations[] = {{Verb::get, "/v2/core/events/{id}", {}, show}};

}  // namespace

Operations thin_event_operations() { return operations; }

std::string thin_type(std::string_view event_type) { return "v1." + std::string{event_type}; }

Json thin_event(const World& world, std::string_view event_id) {
  const Json& event = world.get(event_id);
  return Json::object({{"id", thin_id(event_id)},
                       {"object", "v2.core.event"},
                       {"context", nullptr},
                       {"created", format_rfc3339(from_unix_seconds(event["created"].integer()))},
                       {"livemode", false},
                       {"reason", reason_of(event)},
                       {"related_object", related_object(event.at("data.object"))},
                       {"snapshot_event", event_id},
                       {"type", thin_type(event["type"].text())}});
}

}  // namespace tollgate::simulator
