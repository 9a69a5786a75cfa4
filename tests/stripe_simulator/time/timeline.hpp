// SPDX-License-Identifier: Apache-2.0
// What happens by itself when time passes: the actions of the world's agenda, each at its second.
#pragma once

#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

/// Everything due until then by the clock in force, in the order of time; then it is that time.
void pass_time(World& world, std::int64_t until);

}  // namespace tollgate::simulator
