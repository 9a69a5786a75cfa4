// SPDX-License-Identifier: Apache-2.0
// `pending_if_incomplete`: a change of plan that comes into force only when its invoice is paid.
// Other changes are subscription_changes.hpp's.
#pragma once

#include <string>
#include <vector>

#include "stripe_simulator/billing/plan_change.hpp"

namespace tollgate::simulator {

/// Bills first. Unpaid, the change waits for 23 hours in `pending_update`.
void change_when_paid(World& world, const std::string& id, const PlanChange& change,
                      std::vector<LineOrder> lines);

/// The invoice has been paid: if the change waited for it, it is in force now.
void apply_pending_update(World& world, const std::string& id, const std::string& invoice);

/// The agenda's action: it is dropped and its invoice voided.
void expire_pending_update(World& world, const std::string& id);

/// A failure of such an invoice leaves the subscription as it is.
bool waits_for_update(const World& world, const std::string& id, const std::string& invoice);

}  // namespace tollgate::simulator
