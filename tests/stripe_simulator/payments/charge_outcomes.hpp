// SPDX-License-Identifier: Apache-2.0
// Whether a charge goes through: by what the control route asked of its customer's next one, else
// by the test method's way. What follows from it is payments.hpp's.
#pragma once

#include <optional>
#include <string>

#include "stripe_simulator/api/api_error.hpp"
#include "stripe_simulator/payments/payment_methods.hpp"
#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

/// How the charge of the intent by its method goes, now that it happens: a route's word counts
/// once.
Behaviour take_behaviour(World& world, const Json& intent);

/// Why the method is declined; told to decline by a control route, a good card has a reason too.
ApiError decline_error(const World& world, const std::string& method);

/// 402 if a charge for the subscription would not go through now, which changes nothing.
std::optional<ApiError> refusal_of_charge(const World& world, const Json& subscription);

/// 402 if a charge of the customer by the method would be declined now. The try counts: it spends
/// what the control route asked of the customer's next charge.
std::optional<ApiError> take_decline(World& world, const std::string& customer,
                                     const std::string& method);

}  // namespace tollgate::simulator
