// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/payments/payment_intents.hpp"

#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/payments/intents.hpp"
#include "stripe_simulator/payments/payment_methods.hpp"
#include "stripe_simulator/payments/payments.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "payment_intent";
// About 50 cents: docs.stripe.com/currencies, "Minimum and maximum charge amounts".
constexpr std::int64_t amount_min = 50;
constexpr std::int64_t amount_max = 99'999'999;

constexpr Parameter create_parameters[] = {
    {.path = "amount", .shape = Shape::integer, .need = Need::required},
    {.path = "currency", .need = Need::required},
    {.path = "customer"},
    {.path = "payment_method"},
    {.path = "confirm", .shape = Shape::boolean},
    {.path = "off_session", .shape = Shape::boolean},
    {.path = "description"},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "setup_future_usage", .choices = "off_session|on_session"},
    {.path = "capture_method", .choices = "automatic|automatic_async|manual"},
    {.path = "receipt_email"},
    {.path = "statement_descriptor"},
    {.path = "statement_descriptor_suffix"},
    {.path = "payment_method_types", .shape = Shape::texts},
    {.path = "allowed_payment_method_types", .shape = Shape::texts},
    {.path = "excluded_payment_method_types", .shape = Shape::texts},
    {.path = "automatic_payment_methods.enabled", .shape = Shape::boolean},
    {.path = "automatic_payment_methods.allow_redirects", .choices = "always|never"},
    {.path = "return_url"},
    {.path = "confirmation_method", .choices = "automatic|manual"},
    {.path = "shipping.name"},
    {.path = "shipping.phone"},
    {.path = "shipping.address.line1"},
    {.path = "shipping.address.line2"},
    {.path = "shipping.address.city"},
    {.path = "shipping.address.state"},
    {.path = "shipping.address.postal_code"},
    {.path = "shipping.address.country"},
};
constexpr Parameter update_parameters[] = {
    {.path = "amount", .shape = Shape::integer},
    {.path = "currency"},
    {.path = "customer"},
    {.path = "payment_method"},
    {.path = "setup_future_usage", .choices = "off_session|on_session"},
    {.path = "receipt_email"},
    {.path = "payment_method_types", .shape = Shape::texts},
    {.path = "allowed_payment_method_types", .shape = Shape::texts},
    {.path = "excluded_payment_method_types", .shape = Shape::texts},
    {.path = "description"},
    {.path = "metadata", .shape = Shape::metadata},
};
constexpr Parameter show_parameters[] = {{.path = "client_secret"}};
constexpr Parameter confirm_parameters[] = {
    {.path = "client_secret"},
    {.path = "payment_method"},
    {.path = "payment_method_types", .shape = Shape::texts},
    {.path = "allowed_payment_method_types", .shape = Shape::texts},
    {.path = "off_session", .shape = Shape::boolean},
    {.path = "return_url"}};
constexpr Parameter capture_parameters[] = {
    {.path = "amount_to_capture", .shape = Shape::integer},
    {.path = "metadata", .shape = Shape::metadata},
};
constexpr Parameter cancel_parameters[] = {
    {.path = "cancellation_reason",
     .choices = "duplicate|fraudulent|requested_by_customer|abandoned"}};
constexpr Parameter list_filters[] = {{.path = "customer"}};

Outcome<Json> confirm_with(World& world, const std::string& id, const Json& method) {
  const Json intent = world.get(id);
  const std::string& status = intent["status"].text();
  if (status != "requires_payment_method" && status != "requires_confirmation") {
    return unexpected_state(intent, "confirm");
  }
  if (method.is_null() && intent["payment_method"].is_null()) {
    return unexpected_state(intent, "confirm without a payment method");
  }
  const std::string& wanted = (method.is_null() ? intent["payment_method"] : method).text();
  if (auto refusal = refusal_to_use(world, wanted, intent["customer"].text())) return *refusal;
  confirm_payment(world, id, method);
  if (auto declined = decline_of(world, id)) return *declined;
  return world.get(id);
}

/// Of an amount too.
std::optional<ApiError> fault_of(const World& world, const Json& parameters,
                                 const std::string& customer) {
  const std::int64_t amount = parameters["amount"].integer(amount_min);
  if (amount < amount_min) {
    return invalid("amount", "amount_too_small", "Amount must be at least 50 cents.");
  }
  if (amount > amount_max) {
    return invalid("amount", "amount_too_large", "Amount must be no more than $999,999.99.");
  }
  return fault_of_buyer(world, parameters, customer);
}

Outcome<Json> create(Call& call) {
  const Json& parameters = call.parameters;
  PaymentOrder order;
  order.customer = parameters["customer"].text();
  if (auto fault = fault_of(call.world, parameters, order.customer)) return *fault;
  order.amount = parameters["amount"].integer();
  order.currency = parameters["currency"].text();
  order.description = parameters["description"].text();
  order.setup_future_usage = parameters["setup_future_usage"];
  order.captures_later = parameters["capture_method"].text() == "manual";
  if (parameters["metadata"].is_object()) order.metadata = parameters["metadata"];
  const std::string id = create_payment(call.world, order);
  call.world.change(id, {}, [&](Json& object) {
    for (const char* name :
         {"receipt_email", "statement_descriptor", "statement_descriptor_suffix",
          "allowed_payment_method_types", "excluded_payment_method_types", "shipping"}) {
      object[name] = parameters[name];
    }
    if (!parameters["confirmation_method"].is_null()) {
      object["confirmation_method"] = parameters["confirmation_method"];
    }
  });
  if (parameters["confirm"].flag()) {
    return confirm_with(call.world, id, parameters["payment_method"]);
  }
  return give_payment_method(call.world, id, parameters["payment_method"]);
}

Outcome<Json> show(Call& call) { return find_intent(call, kind); }

Outcome<Json> update(Call& call) {
  const auto intent = find_object(call.world, kind, call.id());
  if (!intent) return intent;
  const Json& wanted = call.parameters;
  if (auto fault = fault_of(call.world, wanted, customer_after(*intent, wanted))) return *fault;
  const std::string& status = (*intent)["status"].text();
  const bool is_open = status == "requires_payment_method" || status == "requires_confirmation";
  for (const char* name : {"amount", "currency", "customer", "payment_method"}) {
    if (wanted.has(name) && !is_open) return unexpected_state(*intent, "update");
  }
  return update_intent(call);
}

Outcome<Json> confirm(Call& call) {
  const auto intent = find_intent(call, kind);
  if (!intent) return intent;
  if (auto refusal = refusal_of_types(call.parameters)) return *refusal;
  return confirm_with(call.world, call.id(), call.parameters["payment_method"]);
}

Outcome<Json> capture(Call& call) {
  const auto intent = find_object(call.world, kind, call.id());
  if (!intent) return intent;
  if ((*intent)["status"].text() != "requires_capture") return unexpected_state(*intent, "capture");
  const std::int64_t ready = (*intent)["amount_capturable"].integer();
  const std::int64_t amount = call.parameters["amount_to_capture"].integer(ready);
  if (amount < 1 || amount > ready) {
    return invalid("amount_to_capture", "amount_too_large",
                   "The amount must be positive and no more than what is capturable.");
  }
  if (call.parameters.has("metadata")) {
    const Json changes = Json::object({{"metadata", call.parameters["metadata"]}});
    call.world.change(call.id(), {}, [&](Json& object) { merge(object, changes); });
  }
  capture_payment(call.world, call.id(), amount);
  return call.world.get(call.id());
}

Outcome<Json> cancel(Call& call) {
  const auto intent = find_object(call.world, kind, call.id());
  if (!intent) return intent;
  if (!cancel_payment(call.world, call.id(), call.parameters["cancellation_reason"])) {
    return unexpected_state(*intent, "cancel");
  }
  return call.world.get(call.id());
}

Outcome<Json> list(Call& call) {
  constexpr Filter filters[] = {{"customer", "customer"}};
  return list_objects(call, kind, "/v1/payment_intents", filters);
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/payment_intents", create_parameters, create},
    {Verb::get, "/v1/payment_intents/{id}", show_parameters, show, Access::publishable_key},
    {Verb::post, "/v1/payment_intents/{id}", update_parameters, update},
    {Verb::post, "/v1/payment_intents/{id}/confirm", confirm_parameters, confirm,
     Access::publishable_key},
    {Verb::post, "/v1/payment_intents/{id}/capture", capture_parameters, capture},
    {Verb::post, "/v1/payment_intents/{id}/cancel", cancel_parameters, cancel},
    {Verb::list, "/v1/payment_intents", list_filters, list},
};

}  // namespace

Operations payment_intent_operations() { return operations; }

}  // namespace tollgate::simulator
