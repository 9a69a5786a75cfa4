// SPDX-License-Identifier: Apache-2.0
// /v1/webhook_endpoints. What is sent to them, and when, is deliveries.hpp's.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations webhook_endpoint_operations();

/// The id of a new endpoint; `secret` empty makes one. `parameters` as for POST.
std::string create_webhook_endpoint(World& world, const Json& parameters, std::string_view secret);

/// Enabled, and the type is one of its enabled_events or they hold `*`.
bool takes_event(const Json& endpoint, std::string_view event_type);

}  // namespace tollgate::simulator
