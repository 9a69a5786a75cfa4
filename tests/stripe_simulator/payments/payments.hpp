// SPDX-License-Identifier: Apache-2.0
// How money moves: payment intents and their charges as state machines. What a payment means for
// its invoice or session is consequences.hpp's, whether it goes through charge_outcomes.hpp's; the
// API's routes are payment_intents.hpp's.
#pragma once

#include <optional>
#include <string>

#include "stripe_simulator/api/api_error.hpp"
#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

struct PaymentOrder {
  std::string customer;  ///< empty: a guest's
  std::int64_t amount = 0;
  std::string currency;
  std::string description;
  Json metadata = Json::object();
  Json setup_future_usage;
  bool captures_later = false;  ///< the bank keeps the money ready until capture_payment()
};

/// The id of a new intent that needs a payment method; payment_intent.created.
std::string create_payment(World& world, const PaymentOrder& order);

/// Charges the method (an id or a test token). The intent's status tells what came of it; its
/// invoice and session follow. Null for a method: the intent's own.
void confirm_payment(World& world, const std::string& intent, const Json& payment_method);

/// The buyer has passed (or failed) 3-D Secure; for an intent that requires action.
void authenticate_payment(World& world, const std::string& intent, bool passed);

/// The money of a delayed method has come, or not; for an intent that is processing.
void settle_payment(World& world, const std::string& intent, bool arrived);
/// settle_payment() as the method's token says; the agenda's action.
void settle_payment_when_due(World& world, const std::string& intent);

/// Takes that much of what is kept ready, and gives up the rest; for an intent that requires
/// capture.
void capture_payment(World& world, const std::string& intent, std::int64_t amount);
/// The agenda's action: nobody captured it in time.
void expire_capture(World& world, const std::string& intent);

/// False when it cannot be canceled any more.
bool cancel_payment(World& world, const std::string& intent, const Json& reason);

/// 402 for an intent that was declined last; nothing otherwise.
std::optional<ApiError> decline_of(const World& world, const std::string& intent);

}  // namespace tollgate::simulator
