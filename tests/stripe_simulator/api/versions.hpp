// SPDX-License-Identifier: Apache-2.0
// The shapes of older API versions, made from the pinned one's by steps backwards: a removed field
// comes back, a renamed value takes its old name (docs.stripe.com/changelog). Fields that later
// versions added stay, as they do in Stripe's own bodies.
#pragma once

#include <string_view>

#include "stripe_simulator/world/json.hpp"
#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

/// `2024-06-20` or `2026-10-28.endive`, not later than the pinned one.
bool is_version(std::string_view version);

/// The object, and every object inside it, as that version shows them; what an older version showed
/// of other objects is taken from the world. Events stay in the version of their making.
Json in_version(const World& world, const Json& object, std::string_view version);

}  // namespace tollgate::simulator
