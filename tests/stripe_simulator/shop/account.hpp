// SPDX-License-Identifier: Apache-2.0
// The shop's own account, and what its owner would choose in Stripe's Dashboard.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

/// /v1/account.
Operations account_operations();

/// What becomes of a subscription whose renewal nobody could be charged for.
enum class AfterLastRetry { cancel, unpaid, past_due, pause };

AfterLastRetry after_last_retry(const World& world);
/// 400 unless it is `cancel`, `unpaid`, `past_due` or `pause`.
Outcome<Json> set_after_last_retry(World& world, const std::string& wanted);

}  // namespace tollgate::simulator
