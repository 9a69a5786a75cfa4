// SPDX-License-Identifier: Apache-2.0
// What PaymentIntents and SetupIntents have in common: whose they are, how they are paid with, and
// how Stripe refuses.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

/// The intent of the call's path, of that kind: a browser must show its `client_secret` besides a
/// publishable key.
Outcome<Json> find_intent(const Call& call, std::string_view kind);

/// 400: its status does not allow what was asked.
ApiError unexpected_state(const Json& intent, std::string_view what);

/// 400 for a customer or a method that cannot be; `customer` is the one whose it will be.
std::optional<ApiError> fault_of_buyer(const World& world, const Json& parameters,
                                       const std::string& customer);

/// The intent with the method (an id or a test token), to be confirmed; null changes nothing.
Json give_payment_method(World& world, const std::string& intent, const Json& method);

/// POST to the intent of the call's path: it gets the call's parameters, which are in order.
Json update_intent(Call& call);

/// The customer of an intent after that update.
std::string customer_after(const Json& intent, const Json& parameters);

}  // namespace tollgate::simulator
