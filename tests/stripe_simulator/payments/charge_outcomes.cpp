// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/payments/charge_outcomes.hpp"

namespace tollgate::simulator {
namespace {

Behaviour next_behaviour(const World& world, const std::string& customer,
                         const std::string& method) {
  const std::string& wanted = world.notes(customer)["next_charge"].text();
  if (wanted == "succeed") return Behaviour::succeeds;
  if (wanted == "decline") return Behaviour::declines;
  if (wanted == "authentication_required") return Behaviour::needs_authentication;
  return behaviour_of(world, method);
}

void spend_next_charge(World& world, const std::string& customer) {
  if (world.notes(customer)["next_charge"].is_null()) return;
  world.note(customer, "next_charge", nullptr);
}

}  // namespace

Behaviour take_behaviour(World& world, const Json& intent) {
  const std::string customer = intent["customer"].text();
  const Behaviour behaviour = next_behaviour(world, customer, intent["payment_method"].text());
  spend_next_charge(world, customer);
  // A buyer who has passed authentication already is not asked again.
  const std::string method = intent["payment_method"].text();
  if (!asks_buyer(behaviour) || !take_authentication(world, method)) return behaviour;
  return decline_of_method(world, method) ? Behaviour::declines : Behaviour::succeeds;
}

ApiError decline_error(const World& world, const std::string& method) {
  auto error = decline_of_method(world, method);
  return error ? *error : card_error("card_declined", "generic_decline");
}

std::optional<ApiError> refusal_of_charge(const World& world, const Json& subscription) {
  const std::string& customer = subscription["customer"].text();
  std::string method = subscription["default_payment_method"].text();
  if (method.empty()) {
    method = world.get(customer).at("invoice_settings.default_payment_method").text();
  }
  if (method.empty()) return card_error("card_declined", "generic_decline");
  const Behaviour behaviour = next_behaviour(world, customer, method);
  if (behaviour == Behaviour::declines) return decline_error(world, method);
  if (asks_buyer(behaviour)) return card_error("authentication_required", {});
  return std::nullopt;
}

std::optional<ApiError> take_decline(World& world, const std::string& customer,
                                     const std::string& method) {
  if (next_behaviour(world, customer, method) != Behaviour::declines) return std::nullopt;
  spend_next_charge(world, customer);
  return decline_error(world, method);
}

}  // namespace tollgate::simulator
