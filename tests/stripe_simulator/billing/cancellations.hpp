// SPDX-License-Identifier: Apache-2.0
// When a subscription is to end, as a call asks for it. The end itself is subscriptions.hpp's.
#pragma once

#include "stripe_simulator/api/api_error.hpp"
#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

/// 400 for two ends, or one that is over.
std::optional<ApiError> fault_of_cancellation(const World& world, const Json& parameters);

/// `cancel_at` and `cancel_at_period_end` of a call: the end that it sets, or takes back.
void set_cancellation(const World& world, Json& subscription, const Json& parameters);

}  // namespace tollgate::simulator
