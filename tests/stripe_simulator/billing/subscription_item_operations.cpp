// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/subscription_item_operations.hpp"

#include <algorithm>

#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/billing/subscription_changes.hpp"
#include "stripe_simulator/shop/prices.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "subscription_item";
constexpr std::string_view prorations = "create_prorations|always_invoice|none";
constexpr std::string_view payments =
    "allow_incomplete|default_incomplete|error_if_incomplete|pending_if_incomplete";

constexpr Parameter create_parameters[] = {
    {.path = "subscription", .need = Need::required},
    {.path = "price"},
    {.path = "price_data.currency"},
    {.path = "price_data.product"},
    {.path = "price_data.unit_amount", .shape = Shape::integer},
    {.path = "price_data.recurring.interval", .choices = "day|week|month|year"},
    {.path = "price_data.recurring.interval_count", .shape = Shape::integer},
    {.path = "quantity", .shape = Shape::integer},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "proration_behavior", .choices = prorations},
    {.path = "proration_date", .shape = Shape::integer},
    {.path = "payment_behavior", .choices = payments},
};
constexpr Parameter update_parameters[] = {
    {.path = "price"},
    {.path = "quantity", .shape = Shape::integer},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "proration_behavior", .choices = prorations},
    {.path = "proration_date", .shape = Shape::integer},
    {.path = "payment_behavior", .choices = payments},
    {.path = "off_session", .shape = Shape::boolean},
};
constexpr Parameter remove_parameters[] = {
    {.path = "clear_usage", .shape = Shape::boolean},
    {.path = "proration_behavior", .choices = prorations},
    {.path = "proration_date", .shape = Shape::integer},
    {.path = "payment_behavior", .choices = payments},
};
constexpr Parameter list_filters[] = {{.path = "subscription", .need = Need::required}};

/// Null when the subscription does not have it.
Json item_of(const Json& subscription, const std::string& id) {
  const Json::Array& items = subscription.at("items.data").items();
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Json& item) { return item["id"] == id; });
  return found == items.end() ? Json{} : *found;
}

/// The subscription that has the item. They all are looked at, for items are no objects of the
/// world: a load does not call this.
Outcome<std::string> owner_of(const World& world, const std::string& item) {
  for (const std::string& id : world.ids("subscription")) {
    if (!item_of(world.get(id), item).is_null()) return id;
  }
  return no_such("subscription item", item);
}

/// The subscription's update with that one item; the subscription as it is then. Its faults name
/// the item's members as this call's.
Outcome<Json> change(Call& call, const std::string& subscription, Json item) {
  Json parameters = Json::object();
  for (const char* name : {"proration_behavior", "proration_date", "payment_behavior"}) {
    if (call.parameters.has(name)) parameters[name] = call.parameters[name];
  }
  for (const char* name : {"price", "quantity", "metadata"}) {
    if (call.parameters.has(name)) item[name] = call.parameters[name];
  }
  parameters["items"] = Json::array({std::move(item)});
  Call update{call.world, {subscription}, std::move(parameters), call.key};
  auto changed = update_subscription(update);
  if (changed) return changed;
  ApiError error = changed.error();
  constexpr std::string_view place = "items[0][";
  if (error.param.starts_with(place)) {
    error.param = error.param.substr(place.size(), error.param.size() - place.size() - 1);
  }
  return error;
}

Outcome<Json> create(Call& call) {
  const Json& parameters = call.parameters;
  const std::string id = parameters["subscription"].text();
  const auto before = find_object(call.world, "subscription", id, "subscription");
  if (!before) return before;
  Json item = Json::object();
  if (!parameters["price_data"].is_null()) {
    const auto price = create_price_inline(call.world, parameters["price_data"], "price_data");
    if (!price) return price.error();
    item["price"] = *price;
  }
  const auto after = change(call, id, std::move(item));
  if (!after) return after;
  // Last in the list, or in what waits for its payment.
  const Json& waiting = after->at("pending_update.subscription_items");
  const Json::Array& items = waiting.is_null() ? after->at("items.data").items() : waiting.items();
  return items.back();
}

Outcome<Json> show(Call& call) {
  const auto owner = owner_of(call.world, call.id());
  if (!owner) return owner.error();
  return item_of(call.world.get(*owner), call.id());
}

Outcome<Json> update(Call& call) {
  const auto owner = owner_of(call.world, call.id());
  if (!owner) return owner.error();
  const auto after = change(call, *owner, Json::object({{"id", call.id()}}));
  if (!after) return after;
  return item_of(*after, call.id());
}

Outcome<Json> remove(Call& call) {
  const auto owner = owner_of(call.world, call.id());
  if (!owner) return owner.error();
  const auto after = change(call, *owner, Json::object({{"id", call.id()}, {"deleted", true}}));
  if (!after) return after;
  return Json::object({{"id", call.id()}, {"object", kind}, {"deleted", true}});
}

Outcome<Json> list(Call& call) {
  const std::string& id = call.parameters["subscription"].text();
  const auto subscription = find_object(call.world, "subscription", id, "subscription");
  if (!subscription) return subscription;
  return list_page(call, "/v1/subscription_items", subscription->at("items.data").items());
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/subscription_items", create_parameters, create},
    {Verb::get, "/v1/subscription_items/{id}", {}, show},
    {Verb::post, "/v1/subscription_items/{id}", update_parameters, update},
    {Verb::remove, "/v1/subscription_items/{id}", remove_parameters, remove},
    {Verb::list, "/v1/subscription_items", list_filters, list},
};

}  // namespace

Operations subscription_item_operations() { return operations; }

}  // namespace tollgate::simulator
