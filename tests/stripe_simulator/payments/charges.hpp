// SPDX-License-Identifier: Apache-2.0
// /v1/charges: one attempt of a payment intent each, made by payments.cpp only.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations charge_operations();

/// The id; charge.succeeded, .failed or .pending as its status says.
std::string create_charge(World& world, const std::string& intent, std::string_view status,
                          const std::string& failure_code, const std::string& decline_code);
/// A pending one becomes `succeeded` or `failed`.
void finish_charge(World& world, const std::string& charge, std::string_view status);

/// Takes that much of one that is not captured yet; charge.captured.
void capture_charge(World& world, const std::string& charge, std::int64_t amount);
/// Gives all of it back uncaptured; charge.refunded.
void release_charge(World& world, const std::string& charge);

}  // namespace tollgate::simulator
