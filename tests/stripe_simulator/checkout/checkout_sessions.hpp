// SPDX-License-Identifier: Apache-2.0
// Checkout sessions after their payment, and those that are never paid. Paying is
// pay_session.hpp's, the API's routes are checkout_operations.hpp's.
#pragma once

#include <string>

#include "stripe_simulator/api/api_error.hpp"
#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

/// The money of a delayed method has come or not; nothing for a session that waits for none.
void settle_session(World& world, const std::string& session, bool arrived);

/// False when it is not open.
bool expire_session(World& world, const std::string& session);
/// The agenda's action.
void expire_session_when_due(World& world, const std::string& session);

/// All line items, oldest first.
const Json& line_items_of_session(const World& world, const std::string& session);

}  // namespace tollgate::simulator
