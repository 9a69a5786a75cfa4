// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/shop/products.hpp"

#include <algorithm>

#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/shop/prices.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "product";

constexpr Parameter create_parameters[] = {
    {.path = "id"},
    {.path = "name", .need = Need::required},
    {.path = "active", .shape = Shape::boolean},
    {.path = "default_price_data.currency"},
    {.path = "default_price_data.unit_amount", .shape = Shape::integer},
    {.path = "default_price_data.recurring.interval", .choices = "day|week|month|year"},
    {.path = "default_price_data.recurring.interval_count", .shape = Shape::integer},
    {.path = "default_price_data.metadata", .shape = Shape::metadata},
    {.path = "description"},
    {.path = "images", .shape = Shape::texts},
    {.path = "marketing_features[].name"},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "shippable", .shape = Shape::boolean},
    {.path = "statement_descriptor"},
    {.path = "tax_code"},
    {.path = "unit_label"},
    {.path = "url"},
};
constexpr Parameter update_parameters[] = {
    {.path = "name"},
    {.path = "active", .shape = Shape::boolean},
    {.path = "default_price"},
    {.path = "description"},
    {.path = "images", .shape = Shape::texts},
    {.path = "marketing_features[].name"},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "shippable", .shape = Shape::boolean},
    {.path = "statement_descriptor"},
    {.path = "tax_code"},
    {.path = "unit_label"},
    {.path = "url"},
};
constexpr Parameter list_filters[] = {{.path = "active", .shape = Shape::boolean},
                                      {.path = "ids", .shape = Shape::texts},
                                      {.path = "url"}};

Json blank_product(World& world) {
  return Json::object({{"id", world.make_id("prod_", 14)},
                       {"object", kind},
                       {"active", true},
                       {"created", world.now()},
                       {"default_price", nullptr},
                       {"description", nullptr},
                       {"images", Json::array()},
                       {"livemode", false},
                       {"marketing_features", Json::array()},
                       {"metadata", Json::object()},
                       {"name", nullptr},
                       {"package_dimensions", nullptr},
                       {"shippable", nullptr},
                       {"statement_descriptor", nullptr},
                       {"tax_code", nullptr},
                       {"tax_details", nullptr},
                       {"type", "service"},
                       {"unit_label", nullptr},
                       {"updated", world.now()},
                       {"url", nullptr}});
}

Outcome<Json> create(Call& call) {
  const std::string& id = call.parameters["id"].text();
  if (!id.empty() && call.world.find(kind, id) != nullptr) {
    return invalid("id", "resource_already_exists", "Product already exists.");
  }
  const Json& price_data = call.parameters["default_price_data"];
  for (const char* name : {"currency", "unit_amount"}) {
    if (price_data.is_null() || !price_data[name].is_null()) continue;
    return missing_parameter("default_price_data[" + std::string{name} + "]");
  }
  const std::string made = create_product(call.world, call.parameters);
  if (price_data.is_null()) return call.world.get(made);
  const std::string price = create_price(call.world, price_data, made);
  return call.world.change(made, {}, [&](Json& object) { object["default_price"] = price; });
}

Outcome<Json> show(Call& call) { return find_object(call.world, kind, call.id()); }

Outcome<Json> update(Call& call) {
  const auto product = find_object(call.world, kind, call.id());
  if (!product) return product;
  Json changes = call.parameters;
  changes.erase("expand");
  return call.world.change(call.id(), "product.updated", [&](Json& object) {
    const Json before = object;
    merge(object, changes);
    if (object != before) object["updated"] = call.world.now();
  });
}

Outcome<Json> remove(Call& call) {
  const auto product = find_object(call.world, kind, call.id());
  if (!product) return product;
  if (!call.world.ids_with("price", "product", call.id()).empty()) {
    return invalid("id", {},
                   "This product cannot be deleted because it has one or more "
                   "user-created prices.");
  }
  return call.world.remove(call.id(), "product.deleted");
}

Outcome<Json> list(Call& call) {
  constexpr Filter filters[] = {{"active", "active"}, {"url", "url"}};
  const auto& wanted = call.parameters["ids"].items();
  return list_objects(call, kind, "/v1/products", filters, [&](const Json& product) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), product["id"]) != wanted.end();
  });
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/products", create_parameters, create},
    {Verb::get, "/v1/products/{id}", {}, show},
    {Verb::post, "/v1/products/{id}", update_parameters, update},
    {Verb::remove, "/v1/products/{id}", {}, remove},
    {Verb::list, "/v1/products", list_filters, list},
};

}  // namespace

Operations product_operations() { return operations; }

std::string create_product(World& world, const Json& parameters) {
  Json product = blank_product(world);
  Json own = parameters;
  for (const char* name : {"expand", "default_price_data"}) own.erase(name);
  if (own["id"].is_null()) own.erase("id");
  merge(product, own);
  return world.create(std::move(product), "product.created")["id"].text();
}

}  // namespace tollgate::simulator
