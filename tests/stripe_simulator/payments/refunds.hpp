// SPDX-License-Identifier: Apache-2.0
// /v1/refunds, and a refund that fails after all.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations refund_operations();

/// The money came back to us: refund.failed, refund.updated, and the charge is less refunded. False
/// when it had failed before.
bool fail_refund(World& world, const std::string& refund);

}  // namespace tollgate::simulator
