// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/checkout/checkout_sessions.hpp"

#include "stripe_simulator/payments/payments.hpp"
#include "stripe_simulator/payments/setup_intents.hpp"

namespace tollgate::simulator {

void settle_session(World& world, const std::string& id, bool arrived) {
  const Json& session = world.get(id);
  if (session["status"].text() != "complete" || session["payment_status"].text() != "unpaid") {
    return;
  }
  if (arrived) {
    world.change(id, {}, [](Json& object) { object["payment_status"] = "paid"; });
  }
  world.announce(id, arrived ? "checkout.session.async_payment_succeeded"
                             : "checkout.session.async_payment_failed");
}

bool expire_session(World& world, const std::string& id) {
  if (world.get(id)["status"].text() != "open") return false;
  world.unschedule(id);
  const std::string intent = world.get(id)["payment_intent"].text();
  if (!intent.empty()) cancel_payment(world, intent, "abandoned");
  const std::string setup = world.get(id)["setup_intent"].text();
  if (!setup.empty()) cancel_setup(world, setup, "abandoned");
  world.change(id, {}, [](Json& object) {
    object["status"] = "expired";
    object["url"] = nullptr;
  });
  world.announce(id, "checkout.session.expired");
  return true;
}

void expire_session_when_due(World& world, const std::string& id) { expire_session(world, id); }

const Json& line_items_of_session(const World& world, const std::string& session) {
  return world.notes(session)["line_items"];
}

}  // namespace tollgate::simulator
