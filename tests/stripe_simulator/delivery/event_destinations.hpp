// SPDX-License-Identifier: Apache-2.0
// /v2/core/event_destinations: where thin events go, and snapshots for those who ask for them
// there. Endpoints of /v1 are webhook_endpoints.hpp's; what a thin event says, thin_events.hpp's.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

inline constexpr std::string_view event_destination_kind = "v2.core.event_destination";

Operations event_destination_operations();

/// Enabled, and its enabled_events hold the type of the snapshot, or for thin ones its twin's.
bool destination_takes(const Json& destination, std::string_view event_type);

/// The event as that destination receives it.
Json event_for_destination(const World& world, std::string_view event_id, const Json& destination);

}  // namespace tollgate::simulator
