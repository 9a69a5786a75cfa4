// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/shop/entitlements.hpp"

#include <algorithm>

#include "stripe_simulator/api/lists.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view feature_kind = "entitlements.feature";
constexpr std::string_view active_kind = "entitlements.active_entitlement";
constexpr std::string_view product_feature_kind = "product_feature";

constexpr Parameter create_parameters[] = {
    {.path = "name", .need = Need::required},
    {.path = "lookup_key", .need = Need::required},
    {.path = "metadata", .shape = Shape::metadata},
};
constexpr Parameter update_parameters[] = {
    {.path = "name"},
    {.path = "active", .shape = Shape::boolean},
    {.path = "metadata", .shape = Shape::metadata},
};
constexpr Parameter list_filters[] = {{.path = "lookup_key"},
                                      {.path = "archived", .shape = Shape::boolean}};
constexpr Parameter attach_parameters[] = {{.path = "entitlement_feature", .need = Need::required}};
constexpr Parameter active_filters[] = {{.path = "customer", .need = Need::required}};

Outcome<Json> create(Call& call) {
  const Json& parameters = call.parameters;
  for (const std::string& id : call.world.ids(feature_kind)) {
    if (call.world.get(id)["lookup_key"] != parameters["lookup_key"]) continue;
    return invalid("lookup_key", "resource_already_exists",
                   "A feature with this lookup key exists already: " + id);
  }
  Json feature = Json::object({{"id", call.world.make_id("feat_test_61", 22)},
                               {"object", feature_kind},
                               {"active", true},
                               {"livemode", false},
                               {"lookup_key", parameters["lookup_key"]},
                               {"metadata", Json::object()},
                               {"name", parameters["name"]}});
  if (parameters["metadata"].is_object()) feature["metadata"] = parameters["metadata"];
  return call.world.create(std::move(feature), {});
}

Outcome<Json> show(Call& call) { return find_object(call.world, feature_kind, call.id()); }

Outcome<Json> update(Call& call) {
  const auto feature = find_object(call.world, feature_kind, call.id());
  if (!feature) return feature;
  Json changes = call.parameters;
  changes.erase("expand");
  return call.world.change(call.id(), {}, [&](Json& object) { merge(object, changes); });
}

Outcome<Json> list(Call& call) {
  constexpr Filter filters[] = {{"lookup_key", "lookup_key"}};
  const bool archived = call.parameters["archived"].flag();
  return list_objects(call, feature_kind, "/v1/entitlements/features", filters,
                      [&](const Json& feature) { return feature["active"].flag() != archived; });
}

/// The product's features as they are shown: the feature whole.
Json shown(const World& world, const std::string& id) {
  Json object = world.get(id);
  object["entitlement_feature"] = world.get(object["entitlement_feature"].text());
  return object;
}

Outcome<Json> attach(Call& call) {
  World& world = call.world;
  const auto product = find_object(world, "product", call.id());
  if (!product) return product;
  const std::string& wanted = call.parameters["entitlement_feature"].text();
  const auto feature = find_object(world, feature_kind, wanted, "entitlement_feature");
  if (!feature) return feature;
  for (const std::string& id : world.ids_with(product_feature_kind, "product", call.id())) {
    if (world.get(id)["entitlement_feature"].text() != wanted) continue;
    return invalid("entitlement_feature", "resource_already_exists",
                   "The product has this feature already.");
  }
  const std::string id = world.make_id("prodft_1", 22);
  world.create(Json::object({{"id", id},
                             {"object", product_feature_kind},
                             {"entitlement_feature", wanted},
                             {"livemode", false},
                             {"product", call.id()}}),
               {});
  return shown(world, id);
}

Outcome<Json> detach(Call& call) {
  const auto found = find_object(call.world, product_feature_kind, call.path_values.at(1));
  if (!found) return found;
  return call.world.remove(call.path_values.at(1), {});
}

Outcome<Json> show_of_product(Call& call) {
  const auto found = find_object(call.world, product_feature_kind, call.path_values.at(1));
  if (!found) return found;
  return shown(call.world, call.path_values.at(1));
}

Outcome<Json> list_of_product(Call& call) {
  const auto product = find_object(call.world, "product", call.id());
  if (!product) return product;
  auto ids = call.world.ids_with(product_feature_kind, "product", call.id());
  Json::Array all;
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) all.push_back(shown(call.world, *id));
  return list_page(call, "/v1/products/" + call.id() + "/features", all);
}

Json active_list(const World& world, const std::string& customer) {
  Json::Array active;
  for (const Json& id : world.notes(customer)["entitlements"].items()) {
    active.push_back(world.get(id.text()));
  }
  return Json::array(std::move(active));
}

Outcome<Json> show_active(Call& call) { return find_object(call.world, active_kind, call.id()); }

Outcome<Json> list_active(Call& call) {
  const std::string& customer = call.parameters["customer"].text();
  const auto owner = find_object(call.world, "customer", customer, "customer");
  if (!owner) return owner;
  return list_page(call, "/v1/entitlements/active_entitlements",
                   active_list(call.world, customer).items());
}

Json summary_of(const World& world, const std::string& customer) {
  Json list = inline_list("/v1/customers/" + customer + "/entitlements",
                          active_list(world, customer).items());
  list.erase("total_count");
  return Json::object({{"object", "entitlements.active_entitlement_summary"},
                       {"customer", customer},
                       {"entitlements", list},
                       {"livemode", false}});
}

/// What decides which features a subscription gives: its products and when they were asked last.
Json basis_of(const Json& subscription) {
  Json basis = Json::array();
  for (const Json& item : subscription.at("items.data").items()) {
    basis.items().push_back(item.at("price.product"));
    basis.items().push_back(item["current_period_start"]);
  }
  return basis;
}

void renew_features(World& world, const Json& subscription) {
  const std::string& id = subscription["id"].text();
  const Json basis = basis_of(subscription);
  if (world.notes(id)["features_of"] == basis) return;
  Json features = Json::array();
  for (const Json& item : subscription.at("items.data").items()) {
    const std::string& product = item.at("price.product").text();
    for (const std::string& row : world.ids_with(product_feature_kind, "product", product)) {
      features.items().push_back(world.get(row)["entitlement_feature"]);
    }
  }
  world.note(id, "features_of", basis);
  world.note(id, "features", features);
}

bool entitles(const Json& subscription) {
  const std::string& status = subscription["status"].text();
  return status == "active" || status == "trialing" || status == "past_due";
}

/// Ids of the features of all the customer's subscriptions, each once.
Json::Array features_of(const World& world, const std::string& customer) {
  Json::Array all;
  for (const std::string& id : world.ids_with("subscription", "customer", customer)) {
    if (!entitles(world.get(id))) continue;
    for (const Json& feature : world.notes(id)["features"].items()) {
      if (std::find(all.begin(), all.end(), feature) == all.end()) all.push_back(feature);
    }
  }
  return all;
}

std::string make_active(World& world, const std::string& feature) {
  const std::string id = world.make_id("ent_test_61", 22);
  world.create(Json::object({{"id", id},
                             {"object", active_kind},
                             {"feature", feature},
                             {"livemode", false},
                             {"lookup_key", world.get(feature)["lookup_key"]}}),
               {});
  return id;
}

/// Those that stay keep their ids.
void change_active(World& world, const std::string& customer, Json::Array wanted) {
  const Json before = summary_of(world, customer);
  Json kept = Json::array();
  const Json held = world.notes(customer)["entitlements"];
  for (const Json& id : held.items()) {
    const Json feature = world.get(id.text())["feature"];
    if (std::erase(wanted, feature) > 0) {
      kept.items().push_back(id);
    } else {
      world.remove(id.text(), {});
    }
  }
  for (const Json& feature : wanted) {
    kept.items().push_back(make_active(world, feature.text()));
  }
  world.note(customer, "entitlements", kept);
  const Json after = summary_of(world, customer);
  if (after == before) return;
  world.announce_value(after, "entitlements.active_entitlement_summary.updated", before);
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/entitlements/features", create_parameters, create},
    {Verb::get, "/v1/entitlements/features/{id}", {}, show},
    {Verb::post, "/v1/entitlements/features/{id}", update_parameters, update},
    {Verb::list, "/v1/entitlements/features", list_filters, list},
    {Verb::post, "/v1/products/{id}/features", attach_parameters, attach},
    {Verb::get, "/v1/products/{id}/features/{feature}", {}, show_of_product},
    {Verb::remove, "/v1/products/{id}/features/{feature}", {}, detach},
    {Verb::list, "/v1/products/{id}/features", {}, list_of_product},
    {Verb::get, "/v1/entitlements/active_entitlements/{id}", {}, show_active},
    {Verb::list, "/v1/entitlements/active_entitlements", active_filters, list_active},
};

}  // namespace

Operations entitlement_operations() { return operations; }

void refresh_entitlements(World& world, const std::string& id) {
  // Most worlds have no features, and their subscriptions change often.
  if (world.ids(feature_kind).empty()) return;
  const Json subscription = world.get(id);
  const std::string& customer = subscription["customer"].text();
  if (entitles(subscription)) renew_features(world, subscription);
  change_active(world, customer, features_of(world, customer));
}

}  // namespace tollgate::simulator
