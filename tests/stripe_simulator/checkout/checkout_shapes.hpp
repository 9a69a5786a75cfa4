// SPDX-License-Identifier: Apache-2.0
// What a new Checkout session and its line items look like. What becomes of them is
// checkout_sessions.hpp's.
#pragma once

#include "stripe_simulator/api/api_error.hpp"
#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

/// Unless the request says less: docs.stripe.com/api/checkout/sessions/create.
inline constexpr std::int64_t session_lifetime_s = 24 * 3600;

/// An array of items for the `line_items` of the parameters; makes inline prices. 400 for prices
/// that do not fit the mode.
Outcome<Json> line_item_shapes(World& world, const Json& parameters);

Json session_shape(World& world, const Json& parameters, const Json& items);

}  // namespace tollgate::simulator
