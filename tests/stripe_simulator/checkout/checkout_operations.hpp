// SPDX-License-Identifier: Apache-2.0
// /v1/checkout/sessions.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations checkout_operations();

}  // namespace tollgate::simulator
