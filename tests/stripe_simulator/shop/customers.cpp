// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/shop/customers.hpp"

#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/billing/subscriptions.hpp"
#include "stripe_simulator/payments/payment_methods.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "customer";

constexpr Parameter members[] = {
    {.path = "email"},
    {.path = "name"},
    {.path = "phone"},
    {.path = "description"},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "address.line1"},
    {.path = "address.line2"},
    {.path = "address.city"},
    {.path = "address.state"},
    {.path = "address.postal_code"},
    {.path = "address.country"},
    {.path = "balance", .shape = Shape::integer},
    {.path = "tax_exempt", .choices = "none|exempt|reverse"},
    {.path = "preferred_locales", .shape = Shape::texts},
    {.path = "payment_method"},
    {.path = "invoice_settings.default_payment_method"},
    {.path = "invoice_settings.footer"},
    {.path = "invoice_prefix"},
    {.path = "test_clock"},
};
constexpr Parameter list_filters[] = {{.path = "email"}, {.path = "test_clock"}};
constexpr Parameter method_filters[] = {{.path = "type"}};

Json blank_customer(World& world) {
  const std::string id = world.make_id("cus_", 14);
  return Json::object({{"id", id},
                       {"object", kind},
                       {"address", nullptr},
                       {"balance", 0},
                       {"created", world.now()},
                       {"currency", nullptr},
                       {"customer_account", nullptr},
                       {"default_source", nullptr},
                       {"delinquent", false},
                       {"description", nullptr},
                       {"discount", nullptr},
                       {"email", nullptr},
                       {"invoice_prefix", id.substr(id.size() - 8)},
                       {"invoice_settings", Json::object({{"custom_fields", nullptr},
                                                          {"default_payment_method", nullptr},
                                                          {"footer", nullptr},
                                                          {"rendering_options", nullptr}})},
                       {"livemode", false},
                       {"metadata", Json::object()},
                       {"name", nullptr},
                       {"next_invoice_sequence", 1},
                       {"phone", nullptr},
                       {"preferred_locales", Json::array()},
                       {"shipping", nullptr},
                       {"tax_exempt", "none"},
                       {"test_clock", nullptr}});
}

/// The default must be one of the customer's own.
Outcome<Json> settle_default(World& world, std::string_view customer, Json parameters) {
  Json& settings = parameters["invoice_settings"];
  const std::string wanted = settings["default_payment_method"].text();
  if (wanted.empty()) {
    if (settings.members().empty()) parameters.erase("invoice_settings");
    return parameters;
  }
  const std::string id = resolve_payment_method(world, wanted);
  const Json* method = world.find("payment_method", id);
  if (method == nullptr || (*method)["customer"].text() != customer) {
    return no_such("PaymentMethod", wanted, "invoice_settings[default_payment_method]");
  }
  settings["default_payment_method"] = id;
  return parameters;
}

Outcome<Json> create(Call& call) {
  const std::string& clock = call.parameters["test_clock"].text();
  if (!clock.empty()) {
    const auto found = find_object(call.world, "test_helpers.test_clock", clock, "test_clock");
    if (!found) return found;
  }
  return create_customer(call.world, call.parameters);
}

Outcome<Json> update(Call& call) {
  const auto customer = find_object(call.world, kind, call.id());
  if (!customer) return customer;
  if (call.parameters.has("test_clock")) {
    return invalid("test_clock", "parameter_unknown", "Received unknown parameter: test_clock");
  }
  auto changes = settle_default(call.world, call.id(), call.parameters);
  if (!changes) return changes;
  changes->erase("expand");
  return call.world.change(call.id(), "customer.updated",
                           [&](Json& object) { merge(object, *changes); });
}

/// A deleted one is still shown, as a stub.
Outcome<Json> show(Call& call) {
  const Json* object = call.world.find(call.id());
  if (object != nullptr && (*object)["object"].text() == kind) return *object;
  return no_such(kind, call.id());
}

Outcome<Json> remove(Call& call) {
  const auto customer = find_object(call.world, kind, call.id());
  if (!customer) return customer;
  return delete_customer(call.world, call.id());
}

Outcome<Json> list(Call& call) {
  constexpr Filter filters[] = {{"email", "email"}, {"test_clock", "test_clock"}};
  const bool of_clock = !call.parameters["test_clock"].is_null();
  return list_objects(call, kind, "/v1/customers", filters, [&](const Json& customer) {
    return of_clock || customer["test_clock"].is_null();
  });
}

Outcome<Json> list_methods(Call& call) {
  const auto customer = find_object(call.world, kind, call.id());
  if (!customer) return customer;
  constexpr Filter filters[] = {{"customer", "customer"}, {"type", "type"}};
  call.parameters["customer"] = call.id();
  return list_objects(call, "payment_method", "/v1/customers/" + call.id() + "/payment_methods",
                      filters);
}

Outcome<Json> show_method(Call& call) {
  const std::string& id = call.path_values.at(1);
  const auto method = find_object(call.world, "payment_method", id);
  if (!method || (*method)["customer"].text() == call.id()) return method;
  return no_such("PaymentMethod", id);
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/customers", members, create},
    {Verb::get, "/v1/customers/{id}", {}, show},
    {Verb::post, "/v1/customers/{id}", members, update},
    {Verb::remove, "/v1/customers/{id}", {}, remove},
    {Verb::list, "/v1/customers", list_filters, list},
    {Verb::list, "/v1/customers/{id}/payment_methods", method_filters, list_methods},
    {Verb::get, "/v1/customers/{id}/payment_methods/{method}", {}, show_method},
};

}  // namespace

Operations customer_operations() { return operations; }

Json delete_customer(World& world, const std::string& id) {
  for (const std::string& subscription : world.ids_with("subscription", "customer", id)) {
    if (has_ended(world.get(subscription))) continue;
    end_subscription(world, subscription, "cancellation_requested");
  }
  return world.remove(id, "customer.deleted");
}

Outcome<Json> create_customer(World& world, const Json& parameters) {
  Json customer = blank_customer(world);
  Json own = parameters;
  own.erase("expand");
  const std::string method = own["payment_method"].text();
  const std::string default_method = own["invoice_settings"]["default_payment_method"].text();
  own.erase("payment_method");
  own["invoice_settings"].erase("default_payment_method");
  merge(customer, own);
  const std::string id = customer["id"].text();
  if (!method.empty()) {
    if (const auto refusal = refusal_to_attach(world, method, id)) return *refusal;
  }
  world.create(std::move(customer), "customer.created");
  if (method.empty()) return world.get(id);
  const std::string attached = attach_payment_method(world, method, id);
  if (!default_method.empty()) {
    world.change(id, {}, [&](Json& object) {
      object["invoice_settings"]["default_payment_method"] = attached;
    });
  }
  return world.get(id);
}

}  // namespace tollgate::simulator
