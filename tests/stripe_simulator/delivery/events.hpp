// SPDX-License-Identifier: Apache-2.0
// /v1/events, and an event as one endpoint receives it.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

/// docs.stripe.com/api/events: "up to 30 days".
inline constexpr std::int64_t events_kept_s = 30LL * 24 * 3600;

Operations event_operations();

/// In the shapes of that version (null: the pinned one), with previous_attributes as this version
/// sees the change.
Json event_in_version(const World& world, std::string_view event_id, const Json& version);

}  // namespace tollgate::simulator
