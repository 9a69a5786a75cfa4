// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/shop/prices.hpp"

#include <algorithm>

#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/shop/products.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "price";
constexpr std::string_view intervals = "day|week|month|year";
constexpr std::string_view tax_behaviors = "exclusive|inclusive|unspecified";

constexpr Parameter create_parameters[] = {
    {.path = "currency", .need = Need::required},
    {.path = "product"},
    {.path = "product_data.id"},
    {.path = "product_data.name"},
    {.path = "product_data.metadata", .shape = Shape::metadata},
    {.path = "unit_amount", .shape = Shape::integer},
    {.path = "recurring.interval", .choices = intervals},
    {.path = "recurring.interval_count", .shape = Shape::integer},
    {.path = "recurring.usage_type", .choices = "licensed|metered"},
    {.path = "active", .shape = Shape::boolean},
    {.path = "lookup_key"},
    {.path = "transfer_lookup_key", .shape = Shape::boolean},
    {.path = "nickname"},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "tax_behavior", .choices = tax_behaviors},
    {.path = "billing_scheme", .choices = "per_unit"},
};
constexpr Parameter update_parameters[] = {
    {.path = "active", .shape = Shape::boolean},
    {.path = "lookup_key"},
    {.path = "transfer_lookup_key", .shape = Shape::boolean},
    {.path = "nickname"},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "tax_behavior", .choices = tax_behaviors},
};
constexpr Parameter list_filters[] = {
    {.path = "active", .shape = Shape::boolean},
    {.path = "currency"},
    {.path = "product"},
    {.path = "type", .choices = "one_time|recurring"},
    {.path = "lookup_keys", .shape = Shape::texts},
    {.path = "recurring.interval", .choices = intervals},
};

Json recurring_of(const Json& parameters) {
  const Json& wanted = parameters["recurring"];
  if (wanted.is_null()) return {};
  Json recurring = Json::object({{"interval", "month"},
                                 {"interval_count", 1},
                                 {"meter", nullptr},
                                 {"trial_period_days", nullptr},
                                 {"usage_type", "licensed"}});
  merge(recurring, wanted);
  return recurring;
}

Json price_of(World& world, const Json& parameters, const std::string& product) {
  const Json recurring = recurring_of(parameters);
  const Json& amount = parameters["unit_amount"];
  Json price = Json::object({{"id", world.make_id("price_1", 23)},
                             {"object", kind},
                             {"active", true},
                             {"billing_scheme", "per_unit"},
                             {"created", world.now()},
                             {"currency", parameters["currency"]},
                             {"custom_unit_amount", nullptr},
                             {"livemode", false},
                             {"lookup_key", nullptr},
                             {"metadata", Json::object()},
                             {"nickname", nullptr},
                             {"product", product},
                             {"recurring", recurring},
                             {"tax_behavior", "unspecified"},
                             {"tiers_mode", nullptr},
                             {"transform_quantity", nullptr},
                             {"type", recurring.is_null() ? "one_time" : "recurring"},
                             {"unit_amount", amount},
                             {"unit_amount_decimal", std::to_string(amount.integer())}});
  Json named = Json::object();
  for (const char* name : {"active", "lookup_key", "nickname", "metadata", "tax_behavior"}) {
    if (parameters.has(name)) named[name] = parameters[name];
  }
  merge(price, named);
  return price;
}

/// A lookup key is one price's only: it moves on request, else it is refused.
std::optional<ApiError> claim_lookup_key(World& world, const Json& parameters,
                                         std::string_view claimant) {
  const std::string& key = parameters["lookup_key"].text();
  if (key.empty()) return std::nullopt;
  for (const std::string& id : world.ids_with(kind, "lookup_key", key)) {
    if (id == claimant) continue;
    if (!parameters["transfer_lookup_key"].flag()) {
      return invalid("lookup_key", {}, "A price (`" + id + "`) already uses that lookup key.");
    }
    world.change(id, "price.updated", [](Json& price) { price["lookup_key"] = nullptr; });
    return std::nullopt;
  }
  return std::nullopt;
}

Outcome<Json> create(Call& call) {
  const Json& parameters = call.parameters;
  if (parameters["unit_amount"].is_null()) return missing_parameter("unit_amount");
  if (parameters["unit_amount"].integer() < 0) {
    return invalid("unit_amount", "parameter_invalid_integer", "Invalid non-negative integer");
  }
  if (parameters["recurring"].is_object() && parameters.at("recurring.interval").is_null()) {
    return missing_parameter("recurring[interval]");
  }
  const Json& product_data = parameters["product_data"];
  std::string product = parameters["product"].text();
  if (product_data.is_null()) {
    if (product.empty()) return missing_parameter("product");
    const auto found = find_object(call.world, "product", product, "product");
    if (!found) return found;
  } else if (product_data["name"].is_null()) {
    return missing_parameter("product_data[name]");
  }
  if (const auto taken = claim_lookup_key(call.world, parameters, {})) return *taken;
  if (product.empty()) product = create_product(call.world, product_data);
  return call.world.create(price_of(call.world, parameters, product), "price.created");
}

Outcome<Json> show(Call& call) { return find_object(call.world, kind, call.id()); }

Outcome<Json> update(Call& call) {
  const auto price = find_object(call.world, kind, call.id());
  if (!price) return price;
  if (const auto taken = claim_lookup_key(call.world, call.parameters, call.id())) return *taken;
  Json changes = call.parameters;
  changes.erase("expand");
  changes.erase("transfer_lookup_key");
  return call.world.change(call.id(), "price.updated",
                           [&](Json& object) { merge(object, changes); });
}

Outcome<Json> list(Call& call) {
  constexpr Filter filters[] = {{"active", "active"},
                                {"currency", "currency"},
                                {"product", "product"},
                                {"type", "type"},
                                {"recurring.interval", "recurring.interval"}};
  const auto& keys = call.parameters["lookup_keys"].items();
  return list_objects(call, kind, "/v1/prices", filters, [&](const Json& price) {
    return keys.empty() || std::find(keys.begin(), keys.end(), price["lookup_key"]) != keys.end();
  });
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/prices", create_parameters, create},
    {Verb::get, "/v1/prices/{id}", {}, show},
    {Verb::post, "/v1/prices/{id}", update_parameters, update},
    {Verb::list, "/v1/prices", list_filters, list},
};

}  // namespace

Operations price_operations() { return operations; }

std::string create_price(World& world, const Json& parameters, const std::string& product) {
  return world.create(price_of(world, parameters, product), "price.created")["id"].text();
}

Outcome<std::string> create_price_inline(World& world, const Json& price_data,
                                         std::string_view param) {
  const std::string name{param};
  if (price_data["currency"].is_null()) return missing_parameter(name + "[currency]");
  if (price_data["unit_amount"].is_null()) return missing_parameter(name + "[unit_amount]");
  std::string product = price_data["product"].text();
  if (product.empty()) {
    if (price_data.at("product_data.name").is_null()) {
      return missing_parameter(name + "[product_data][name]");
    }
    Json product_data = price_data["product_data"];
    product_data["active"] = false;
    product = create_product(world, product_data);
  } else if (world.find("product", product) == nullptr) {
    return no_such("product", product, name + "[product]");
  }
  Json price = price_of(world, price_data, product);
  price["active"] = false;
  return world.create(std::move(price), "price.created")["id"].text();
}

}  // namespace tollgate::simulator
