// SPDX-License-Identifier: Apache-2.0
// `expand[]`: ids in an answer become the objects (docs.stripe.com/expand).
#pragma once

#include "stripe_simulator/api/api_error.hpp"
#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

/// The answer with every path of `paths` (an array of texts) expanded; `data.` leads into lists.
Outcome<Json> expand(const World& world, Json answer, const Json& paths);

}  // namespace tollgate::simulator
