// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/payments/setup_intents.hpp"

#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/billing/subscriptions.hpp"
#include "stripe_simulator/payments/intents.hpp"
#include "stripe_simulator/payments/payment_methods.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "setup_intent";

constexpr Parameter create_parameters[] = {
    {.path = "customer"},
    {.path = "payment_method"},
    {.path = "confirm", .shape = Shape::boolean},
    {.path = "usage", .choices = "off_session|on_session"},
    {.path = "description"},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "automatic_payment_methods.enabled", .shape = Shape::boolean},
    {.path = "automatic_payment_methods.allow_redirects", .choices = "always|never"},
    {.path = "payment_method_types", .shape = Shape::texts},
    {.path = "allowed_payment_method_types", .shape = Shape::texts},
    {.path = "excluded_payment_method_types", .shape = Shape::texts},
    {.path = "return_url"},
};
constexpr Parameter update_parameters[] = {
    {.path = "customer"},
    {.path = "payment_method"},
    {.path = "payment_method_types", .shape = Shape::texts},
    {.path = "description"},
    {.path = "metadata", .shape = Shape::metadata},
};
constexpr Parameter show_parameters[] = {{.path = "client_secret"}};
constexpr Parameter confirm_parameters[] = {{.path = "client_secret"},
                                            {.path = "payment_method"},
                                            {.path = "payment_method_types", .shape = Shape::texts},
                                            {.path = "return_url"}};
constexpr Parameter cancel_parameters[] = {
    {.path = "cancellation_reason", .choices = "abandoned|duplicate|requested_by_customer"}};
constexpr Parameter list_filters[] = {{.path = "customer"}, {.path = "payment_method"}};

/// Of a subscription without a first payment: it is charged later with this method.
void follow_subscription(World& world, const Json& intent) {
  const std::string subscription = world.notes(intent["id"].text())["subscription"].text();
  if (subscription.empty() || has_ended(world.get(subscription))) return;
  change_subscription(world, subscription, [&](Json& object) {
    object["pending_setup_intent"] = nullptr;
    object["default_payment_method"] = intent["payment_method"];
  });
}

void succeed(World& world, const std::string& id) {
  const Json intent = world.get(id);
  const std::string customer = intent["customer"].text();
  const std::string method = intent["payment_method"].text();
  if (!customer.empty()) attach_payment_method(world, method, customer);
  world.change(id, {}, [&](Json& object) {
    object["status"] = "succeeded";
    object["next_action"] = nullptr;
    object["last_setup_error"] = nullptr;
    object["latest_attempt"] = world.make_id("setatt_1", 23);
  });
  world.announce(id, "setup_intent.succeeded");
  follow_subscription(world, world.get(id));
}

ApiError fail(World& world, const std::string& id, ApiError error) {
  const Json method = world.get(id)["payment_method"];
  world.change(id, {}, [&](Json& object) {
    object["status"] = "requires_payment_method";
    object["payment_method"] = nullptr;
    object["next_action"] = nullptr;
    object["last_setup_error"] = Json::object({{"code", error.code},
                                               {"decline_code", error.decline_code},
                                               {"message", error.message},
                                               {"payment_method", method},
                                               {"type", "card_error"}});
  });
  world.announce(id, "setup_intent.setup_failed");
  error.further["setup_intent"] = world.get(id);
  return error;
}

Outcome<Json> create(Call& call) {
  const Json& parameters = call.parameters;
  SetupOrder order;
  order.customer = parameters["customer"].text();
  if (auto fault = fault_of_buyer(call.world, parameters, order.customer)) return *fault;
  order.description = parameters["description"].text();
  if (parameters["metadata"].is_object()) order.metadata = parameters["metadata"];
  const std::string id = create_setup(call.world, order);
  if (parameters["confirm"].flag()) {
    return confirm_setup(call.world, id, parameters["payment_method"]);
  }
  return give_payment_method(call.world, id, parameters["payment_method"]);
}

Outcome<Json> show(Call& call) { return find_intent(call, kind); }

Outcome<Json> update(Call& call) {
  const auto intent = find_object(call.world, kind, call.id());
  if (!intent) return intent;
  const Json& wanted = call.parameters;
  const std::string customer = customer_after(*intent, wanted);
  if (auto fault = fault_of_buyer(call.world, wanted, customer)) return *fault;
  return update_intent(call);
}

Outcome<Json> confirm(Call& call) {
  const auto intent = find_intent(call, kind);
  if (!intent) return intent;
  if (auto refusal = refusal_of_types(call.parameters)) return *refusal;
  return confirm_setup(call.world, call.id(), call.parameters["payment_method"]);
}

Outcome<Json> cancel(Call& call) {
  const auto intent = find_object(call.world, kind, call.id());
  if (!intent) return intent;
  if (!cancel_setup(call.world, call.id(), call.parameters["cancellation_reason"])) {
    return unexpected_state(*intent, "cancel");
  }
  return call.world.get(call.id());
}

Outcome<Json> list(Call& call) {
  constexpr Filter filters[] = {{"customer", "customer"}, {"payment_method", "payment_method"}};
  return list_objects(call, kind, "/v1/setup_intents", filters);
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/setup_intents", create_parameters, create},
    {Verb::get, "/v1/setup_intents/{id}", show_parameters, show, Access::publishable_key},
    {Verb::post, "/v1/setup_intents/{id}", update_parameters, update},
    {Verb::post, "/v1/setup_intents/{id}/confirm", confirm_parameters, confirm,
     Access::publishable_key},
    {Verb::post, "/v1/setup_intents/{id}/cancel", cancel_parameters, cancel},
    {Verb::list, "/v1/setup_intents", list_filters, list},
};

}  // namespace

Operations setup_intent_operations() { return operations; }

std::string create_setup(World& world, const SetupOrder& order) {
  const std::string id = world.make_id("seti_1", 23);
  Json intent = Json::object({{"id", id}, {"object", kind}});
  for (const char* name :
       {"application", "automatic_payment_methods", "cancellation_reason", "customer",
        "customer_account", "description", "excluded_payment_method_types", "flow_directions",
        "last_setup_error", "latest_attempt", "mandate", "next_action", "on_behalf_of",
        "payment_method", "payment_method_configuration_details", "single_use_mandate"}) {
    intent[name] = nullptr;
  }
  intent["client_secret"] = id + "_secret_" + world.make_id({}, 25);
  intent["created"] = world.now();
  if (!order.customer.empty()) intent["customer"] = order.customer;
  if (!order.description.empty()) intent["description"] = order.description;
  intent["livemode"] = false;
  intent["metadata"] = order.metadata;
  intent["payment_method_options"] = Json::object();
  intent["payment_method_types"] = Json::array({"card"});
  intent["status"] = "requires_payment_method";
  intent["usage"] = "off_session";
  world.create(std::move(intent), "setup_intent.created");
  return id;
}

Outcome<Json> confirm_setup(World& world, const std::string& id, const Json& payment_method) {
  const Json intent = world.get(id);
  const std::string& status = intent["status"].text();
  if (status != "requires_payment_method" && status != "requires_confirmation") {
    return unexpected_state(intent, "confirm");
  }
  if (payment_method.is_null() && intent["payment_method"].is_null()) {
    return unexpected_state(intent, "confirm without a payment method");
  }
  const std::string wanted =
      payment_method.is_null() ? intent["payment_method"].text() : payment_method.text();
  const auto refusal = refusal_to_attach(world, wanted, intent["customer"].text());
  if (refusal && refusal->type != ErrorType::card_error) return *refusal;
  const std::string method = resolve_payment_method(world, wanted);
  world.change(id, {}, [&](Json& object) { object["payment_method"] = method; });
  if (refusal) return fail(world, id, *refusal);
  if (!asks_buyer(behaviour_of(world, method))) {
    succeed(world, id);
    return world.get(id);
  }
  world.change(id, {}, [](Json& object) {
    object["status"] = "requires_action";
    object["next_action"] =
        Json::object({{"type", "use_stripe_sdk"},
                      {"use_stripe_sdk", Json::object({{"type", "three_d_secure_redirect"}})}});
  });
  world.announce(id, "setup_intent.requires_action");
  return world.get(id);
}

Outcome<Json> authenticate_setup(World& world, const std::string& id, bool passed) {
  const Json intent = world.get(id);
  if (intent["status"].text() != "requires_action") return unexpected_state(intent, "authenticate");
  if (!passed) {
    return fail(world, id, card_error("setup_intent_authentication_failure", {}));
  }
  note_authentication(world, intent["payment_method"].text());
  succeed(world, id);
  return world.get(id);
}

bool cancel_setup(World& world, const std::string& id, const Json& reason) {
  const std::string status = world.get(id)["status"].text();
  if (status == "succeeded" || status == "canceled") return false;
  world.change(id, {}, [&](Json& object) {
    object["status"] = "canceled";
    object["cancellation_reason"] = reason;
    object["next_action"] = nullptr;
  });
  world.announce(id, "setup_intent.canceled");
  return true;
}

}  // namespace tollgate::simulator
