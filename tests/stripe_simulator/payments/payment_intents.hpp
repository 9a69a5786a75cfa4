// SPDX-License-Identifier: Apache-2.0
// /v1/payment_intents. How the money moves is payments.hpp's.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations payment_intent_operations();

/// The intent of the call's path, of that kind: a browser must show its `client_secret` besides a
/// publishable key.
Outcome<Json> find_intent(const Call& call, std::string_view intent_kind);

}  // namespace tollgate::simulator
