// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/payments/intents.hpp"

#include "stripe_simulator/payments/payment_methods.hpp"

namespace tollgate::simulator {

Outcome<Json> find_intent(const Call& call, std::string_view kind) {
  auto intent = find_object(call.world, kind, call.id());
  if (!intent || call.key == Access::secret_key) return intent;
  if (call.parameters["client_secret"] == (*intent)["client_secret"]) return intent;
  ApiError error = no_such(kind, call.id(), "intent");
  error.status = 404;  // the path's intent, whatever Stripe calls it
  return error;
}

ApiError unexpected_state(const Json& intent, std::string_view what) {
  const std::string& kind = intent["object"].text();
  const std::string name = kind == "setup_intent" ? "SetupIntent" : "PaymentIntent";
  ApiError error = invalid({}, kind + "_unexpected_state",
                           "You cannot " + std::string{what} + " this " + name +
                               " because it has a status of " + intent["status"].text() + ".");
  error.further[kind] = intent;
  return error;
}

std::optional<ApiError> fault_of_buyer(const World& world, const Json& parameters,
                                       const std::string& customer) {
  if (auto refusal = refusal_of_types(parameters)) return refusal;
  if (!customer.empty() && world.find("customer", customer) == nullptr) {
    return no_such("customer", customer, "customer");
  }
  if (parameters["payment_method"].is_null()) return std::nullopt;
  return refusal_to_use(world, parameters["payment_method"].text(), customer);
}

Json give_payment_method(World& world, const std::string& intent, const Json& method) {
  if (method.is_null()) return world.get(intent);
  const std::string id = resolve_payment_method(world, method.text());
  return world.change(intent, {}, [&](Json& object) {
    object["payment_method"] = id;
    object["status"] = "requires_confirmation";
  });
}

Json update_intent(Call& call) {
  Json changes = call.parameters;
  changes.erase("expand");
  if (!changes["payment_method"].is_null()) {
    changes["payment_method"] =
        resolve_payment_method(call.world, changes["payment_method"].text());
    changes["status"] = "requires_confirmation";
  }
  return call.world.change(call.id(), {}, [&](Json& object) { merge(object, changes); });
}

std::string customer_after(const Json& intent, const Json& parameters) {
  return (parameters["customer"].is_null() ? intent : parameters)["customer"].text();
}

}  // namespace tollgate::simulator
