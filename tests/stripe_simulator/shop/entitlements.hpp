// SPDX-License-Identifier: Apache-2.0
// /v1/entitlements and the features of products: what a customer may use because of what it has
// subscribed to.
#pragma once

#include <string>

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations entitlement_operations();

/// After a change of the subscription: its customer's entitlements as they are now;
/// entitlements.active_entitlement_summary.updated when they are others. Features that a product
/// got meanwhile count from the next period or change of plan on.
void refresh_entitlements(World& world, const std::string& subscription);

}  // namespace tollgate::simulator
