// SPDX-License-Identifier: Apache-2.0
// /v1/events, and an event as one endpoint receives it.
#pragma once

#include "operation.hpp"

namespace tollgate::simulator {

Operations event_operations();

/// In the shapes of that version (null: the pinned one), with previous_attributes as this version
/// sees the change.
Json event_in_version(const World& world, std::string_view event_id, const Json& version);

}  // namespace tollgate::simulator
