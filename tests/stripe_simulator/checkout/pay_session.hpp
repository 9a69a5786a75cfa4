// SPDX-License-Identifier: Apache-2.0
// The buyer's part of a Checkout session: paying it, with 3-D Secure in between where the bank
// asks. What becomes of the session otherwise is checkout_sessions.hpp's.
#pragma once

#include <string>

#include "stripe_simulator/api/api_error.hpp"
#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

/// What the buyer enters on the page.
struct Buyer {
  std::string payment_method;  ///< an id or a test token; empty: pm_card_visa
  std::string email;           ///< counts where the session has none
  std::string name;
};

/// The buyer pays. 402 when the method is declined: the session stays open. 400 when it is not
/// open. A session whose bank asks for authentication is returned open and waits for it.
Outcome<Json> pay_session(World& world, const std::string& session, const Buyer& buyer);
bool waits_for_authentication(const World& world, const std::string& session);
/// The buyer passes 3-D Secure and has paid, or fails: 402, and the session stays open. 400 when it
/// waits for none.
Outcome<Json> authenticate_session(World& world, const std::string& session, bool passed);

/// All of it at once, by a buyer who passes authentication.
Outcome<Json> complete_session(World& world, const std::string& session,
                               const std::string& payment_method);

}  // namespace tollgate::simulator
