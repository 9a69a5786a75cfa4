// SPDX-License-Identifier: Apache-2.0
// /v1/setup_intents: cards that are kept for later without a charge. Charges are payments.hpp's.
#pragma once

#include <string>

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations setup_intent_operations();

struct SetupOrder {
  std::string customer;  ///< empty: none yet
  std::string description;
  Json metadata = Json::object();
};

/// The id of a new one that needs a payment method; setup_intent.created.
std::string create_setup(World& world, const SetupOrder& order);

/// Tries the method (an id or a test token; null: the intent's own). It is the customer's when that
/// succeeds; 402 when the bank refuses. A card that wants 3-D Secure leaves `requires_action`.
Outcome<Json> confirm_setup(World& world, const std::string& intent, const Json& payment_method);

/// The buyer has passed (or failed) 3-D Secure; for an intent that requires action.
Outcome<Json> authenticate_setup(World& world, const std::string& intent, bool passed);

/// False when it cannot be canceled any more.
bool cancel_setup(World& world, const std::string& intent, const Json& reason);

}  // namespace tollgate::simulator
