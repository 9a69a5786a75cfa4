// SPDX-License-Identifier: Apache-2.0
// /v1/products. What they cost is prices.hpp's.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations product_operations();

/// The id of the new product; also for `price_data[product_data]`, where it is hidden from lists by
/// being inactive.
std::string create_product(World& world, const Json& parameters);

}  // namespace tollgate::simulator
