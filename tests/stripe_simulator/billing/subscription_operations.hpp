// SPDX-License-Identifier: Apache-2.0
// /v1/subscriptions. Their items by calls of their own are subscription_item_operations.hpp's.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations subscription_operations();

}  // namespace tollgate::simulator
