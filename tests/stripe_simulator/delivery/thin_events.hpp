// SPDX-License-Identifier: Apache-2.0
// Thin events: what a v2 event destination receives in place of a snapshot, and /v2/core/events,
// where more is said. Each is the twin of a snapshot event (events.hpp), made from it when asked.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations thin_event_operations();

/// `v1.customer.created` of `customer.created`.
std::string thin_type(std::string_view event_type);

/// As it is pushed: no data, no customer, no version. `event_id` is the snapshot's.
Json thin_event(const World& world, std::string_view event_id);

}  // namespace tollgate::simulator
