// SPDX-License-Identifier: Apache-2.0
// /v1/subscriptions and /v1/subscription_items.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations subscription_operations();

}  // namespace tollgate::simulator
