// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {
namespace {

/// As Stripe's messages name a kind: `checkout.session`, but `payment method` is PaymentMethod.
std::string_view spoken(std::string_view kind) {
  if (kind == "payment_method") return "PaymentMethod";
  if (kind == "webhook_endpoint") return "webhook endpoint";
  return kind;
}

}  // namespace

Outcome<Json> find_object(const World& world, std::string_view kind, std::string_view id,
                          std::string_view param) {
  const Json* object = world.find(kind, id);
  if (object == nullptr) return no_such(spoken(kind), id, param);
  return *object;
}

}  // namespace tollgate::simulator
