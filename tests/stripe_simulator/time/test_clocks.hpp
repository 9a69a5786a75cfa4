// SPDX-License-Identifier: Apache-2.0
// /v1/test_helpers/test_clocks: times of their own for some customers. What a clock's customers
// have coming is on the agenda of that clock; the time of all others is simulated_clock.hpp's.
#pragma once

#include <string>

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations test_clock_operations();

/// The agenda's action: all that is due by the clock until its new time happens.
void advance_test_clock(World& world, const std::string& clock);

}  // namespace tollgate::simulator
