// SPDX-License-Identifier: Apache-2.0
// What a new payment intent looks like. What becomes of it is payments.hpp's.
#pragma once

#include "stripe_simulator/payments/payments.hpp"

namespace tollgate::simulator {

Json payment_intent_shape(World& world, const PaymentOrder& order);

}  // namespace tollgate::simulator
