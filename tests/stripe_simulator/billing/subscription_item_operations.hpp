// SPDX-License-Identifier: Apache-2.0
// /v1/subscription_items: one item of a subscription by a call of its own. Several at once are
// changed by the subscription's update (subscription_changes.hpp), which does the work here too.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations subscription_item_operations();

}  // namespace tollgate::simulator
