// SPDX-License-Identifier: Apache-2.0
// /v1/prices: immutable amounts, found by lookup keys that can move.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations price_operations();

/// The id of a new price of the product; the parameters are those of `POST /v1/prices`.
std::string create_price(World& world, const Json& parameters, const std::string& product);

/// The id of a new price of `price_data`, with a new product for its `product_data`. Such prices
/// are inactive, as Stripe's are. `param` is the parameter's name in the fault.
Outcome<std::string> create_price_inline(World& world, const Json& price_data,
                                         std::string_view param);

}  // namespace tollgate::simulator
