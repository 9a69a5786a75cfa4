// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/invoice_item_operations.hpp"

#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/billing/invoice_items.hpp"
#include "stripe_simulator/billing/invoice_shapes.hpp"
#include "stripe_simulator/shop/prices.hpp"
#include "stripe_simulator/shop/products.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "invoiceitem";

constexpr Parameter create_parameters[] = {
    {.path = "customer", .need = Need::required},
    {.path = "amount", .shape = Shape::integer},
    {.path = "currency"},
    {.path = "description"},
    {.path = "discountable", .shape = Shape::boolean},
    {.path = "invoice"},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "period.start", .shape = Shape::integer},
    {.path = "period.end", .shape = Shape::integer},
    {.path = "price_data.currency"},
    {.path = "price_data.product"},
    {.path = "price_data.unit_amount", .shape = Shape::integer},
    {.path = "pricing.price"},
    {.path = "quantity", .shape = Shape::integer},
    {.path = "subscription"},
};
constexpr Parameter update_parameters[] = {
    {.path = "amount", .shape = Shape::integer},
    {.path = "description"},
    {.path = "discountable", .shape = Shape::boolean},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "period.start", .shape = Shape::integer},
    {.path = "period.end", .shape = Shape::integer},
    {.path = "pricing.price"},
    {.path = "quantity", .shape = Shape::integer},
};
constexpr Parameter list_filters[] = {
    {.path = "customer"}, {.path = "invoice"}, {.path = "pending", .shape = Shape::boolean}};

/// An amount alone is a price too, of a product that is in no list.
std::string price_of_amount(World& world, const Json& parameters) {
  const Json& description = parameters["description"];
  const std::string product = create_product(
      world, Json::object({{"name", description.is_null() ? "Invoice item" : description},
                           {"active", false}}));
  return create_price(world,
                      Json::object({{"active", false},
                                    {"currency", parameters["currency"]},
                                    {"unit_amount", parameters["amount"]}}),
                      product);
}

/// Of a price that can be billed once.
Outcome<std::string> price_named(const World& world, const std::string& id) {
  const auto price = find_object(world, "price", id, "pricing[price]");
  if (!price) return price.error();
  if ((*price)["type"].text() == "one_time") return id;
  return invalid(
      "pricing[price]", {},
      "The price specified is set to `type=recurring` but this field only accepts prices "
      "with `type=one_time`.");
}

Outcome<std::string> price_of(World& world, const Json& parameters) {
  const std::string& named = parameters.at("pricing.price").text();
  if (!named.empty()) return price_named(world, named);
  if (!parameters["price_data"].is_null()) {
    return create_price_inline(world, parameters["price_data"], "price_data");
  }
  if (parameters["amount"].is_null()) return missing_parameter("amount");
  if (parameters["currency"].is_null()) return missing_parameter("currency");
  return price_of_amount(world, parameters);
}

/// What the call names besides the price must be the customer's, and open to another item.
std::optional<ApiError> fault_of_places(const World& world, const Json& parameters) {
  const std::string& customer = parameters["customer"].text();
  if (const auto found = find_object(world, "customer", customer, "customer"); !found) {
    return found.error();
  }
  for (const char* place : {"subscription", "invoice"}) {
    const std::string& id = parameters[place].text();
    if (id.empty()) continue;
    const auto found = find_object(world, place, id, place);
    if (!found) return found.error();
    if ((*found)["customer"].text() != customer) return no_such(place, id, place);
  }
  const Json* invoice = world.find("invoice", parameters["invoice"].text());
  if (invoice != nullptr && (*invoice)["status"].text() != "draft") {
    return invalid("invoice", "invoice_not_editable", "This invoice is no longer editable");
  }
  return std::nullopt;
}

LineOrder line_of(const World& world, const Json& parameters, const std::string& price) {
  LineOrder line;
  line.price = world.get(price);
  line.quantity = parameters["quantity"].integer(1);
  line.amount = line.price["unit_amount"].integer() * line.quantity;
  const std::string& product = world.get(line.price["product"].text())["name"].text();
  line.description =
      parameters["description"].is_null() ? product : parameters["description"].text();
  line.period_start = parameters.at("period.start").integer(world.now());
  line.period_end = parameters.at("period.end").integer(line.period_start);
  const Json& discountable = parameters["discountable"];
  line.discountable = discountable.is_null() ? line.amount > 0 : discountable.flag();
  line.metadata = parameters["metadata"].is_object() ? parameters["metadata"] : Json::object();
  line.of_subscription = !parameters["subscription"].is_null();
  return line;
}

/// The draft that the item is on says what the item says.
void show_on_invoice(World& world, const Json& item) {
  const std::string& invoice = item["invoice"].text();
  if (invoice.empty()) return;
  Json changed = world.get(invoice);
  remove_line_of(world, changed, item["id"].text());
  add_line(world, changed, line_of_item(world, item));
  world.change(invoice, "invoice.updated", [&](Json& object) { object = changed; });
}

Outcome<Json> create(Call& call) {
  World& world = call.world;
  const Json& parameters = call.parameters;
  if (const auto fault = fault_of_places(world, parameters)) return *fault;
  const Json* invoice = world.find("invoice", parameters["invoice"].text());
  const Json currency = invoice == nullptr ? Json{} : (*invoice)["currency"];
  const auto price = price_of(world, parameters);
  if (!price) return price.error();
  if (!currency.is_null() && world.get(*price)["currency"] != currency) {
    return invalid("currency", {}, "The currency of an invoice item must match its invoice's.");
  }
  const std::string id =
      create_invoice_item(world, {.customer = parameters["customer"].text(),
                                  .subscription = parameters["subscription"].text(),
                                  .invoice = parameters["invoice"].text(),
                                  .line = line_of(world, parameters, *price)});
  show_on_invoice(world, Json{world.get(id)});
  return world.get(id);
}

Outcome<Json> show(Call& call) { return find_object(call.world, kind, call.id()); }

/// Nothing once an invoice that is settled has it.
std::optional<ApiError> fault_of_editing(const World& world, const Json& item) {
  const Json* invoice = world.find("invoice", item["invoice"].text());
  if (invoice == nullptr || (*invoice)["status"].text() == "draft") return std::nullopt;
  return invalid({}, "invoice_not_editable",
                 "This invoice item is on an invoice that is no longer editable.");
}

Outcome<Json> update(Call& call) {
  World& world = call.world;
  const auto item = find_object(world, kind, call.id());
  if (!item) return item;
  if (const auto fault = fault_of_editing(world, *item)) return *fault;
  Json changed = *item;
  Json plain = Json::object();
  for (const char* name : {"description", "discountable", "metadata", "period", "quantity"}) {
    if (call.parameters.has(name)) plain[name] = call.parameters[name];
  }
  merge(changed, plain);
  std::string price = changed.at("pricing.price_details.price").text();
  if (!call.parameters["amount"].is_null()) {
    price = price_of_amount(world, Json::object({{"amount", call.parameters["amount"]},
                                                 {"currency", changed["currency"]},
                                                 {"description", changed["description"]}}));
  } else if (!call.parameters.at("pricing.price").is_null()) {
    const auto named = price_named(world, call.parameters.at("pricing.price").text());
    if (!named) return named.error();
    price = *named;
  }
  changed["pricing"] = pricing_of(world.get(price));
  changed["quantity_decimal"] = std::to_string(changed["quantity"].integer());
  changed["amount"] = world.get(price)["unit_amount"].integer() * changed["quantity"].integer();
  world.change(call.id(), {}, [&](Json& object) { object = changed; });
  show_on_invoice(world, changed);
  return world.get(call.id());
}

Outcome<Json> remove(Call& call) {
  World& world = call.world;
  const auto item = find_object(world, kind, call.id());
  if (!item) return item;
  if (const auto fault = fault_of_editing(world, *item)) return *fault;
  const std::string& invoice = (*item)["invoice"].text();
  if (!invoice.empty()) {
    Json changed = world.get(invoice);
    remove_line_of(world, changed, call.id());
    world.change(invoice, "invoice.updated", [&](Json& object) { object = changed; });
  }
  return world.remove(call.id(), "invoiceitem.deleted");
}

Outcome<Json> list(Call& call) {
  constexpr Filter filters[] = {{"customer", "customer"}, {"invoice", "invoice"}};
  const Json& pending = call.parameters["pending"];
  return list_objects(call, kind, "/v1/invoiceitems", filters, [&](const Json& item) {
    return pending.is_null() || pending.flag() == item["invoice"].is_null();
  });
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/invoiceitems", create_parameters, create},
    {Verb::get, "/v1/invoiceitems/{id}", {}, show},
    {Verb::post, "/v1/invoiceitems/{id}", update_parameters, update},
    {Verb::remove, "/v1/invoiceitems/{id}", {}, remove},
    {Verb::list, "/v1/invoiceitems", list_filters, list},
};

}  // namespace

Operations invoice_item_operations() { return operations; }

}  // namespace tollgate::simulator
