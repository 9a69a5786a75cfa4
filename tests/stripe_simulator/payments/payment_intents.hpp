// SPDX-License-Identifier: Apache-2.0
// /v1/payment_intents. How the money moves is payments.hpp's.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations payment_intent_operations();

}  // namespace tollgate::simulator
