// SPDX-License-Identifier: Apache-2.0
// /v1/payment_methods, Stripe's test tokens, and how each of them behaves when it is charged.
#pragma once

#include <optional>

#include "operation.hpp"

namespace tollgate::simulator {

Operations payment_method_operations();

/// What a charge of it comes to.
enum class Behaviour {
  succeeds,
  declines,
  needs_authentication,
  settles,          ///< a delayed method: processing, then the money
  fails_to_settle,  ///< processing, then none
};

/// The object's id. A test token, `pm_card_visa`, becomes a new object each time; any other text
/// stays what it is.
std::string resolve_payment_method(World& world, std::string_view id_or_token);

Behaviour behaviour_of(const World& world, std::string_view payment_method);
/// Of a method that declines: `insufficient_funds`, `generic_decline`, …; else empty.
std::string decline_code_of(const World& world, std::string_view payment_method);

/// Why it cannot be attached to the customer: declined, another customer's, or used up. Changes
/// nothing; nothing is returned when it can be.
std::optional<ApiError> refusal_to_attach(const World& world, std::string_view id_or_token,
                                          std::string_view customer);
/// The id of what is now attached; payment_method.attached unless it was before.
std::string attach_payment_method(World& world, std::string_view id_or_token,
                                  std::string_view customer);

}  // namespace tollgate::simulator
