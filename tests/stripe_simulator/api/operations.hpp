// SPDX-License-Identifier: Apache-2.0
// All tables of operations. A new kind of object is one row more in operations.cpp.
#pragma once

#include <span>

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

std::span<const Operations> all_operations();

}  // namespace tollgate::simulator
