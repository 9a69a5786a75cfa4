// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/time/timeline.hpp"

#include "stripe_simulator/billing/pending_updates.hpp"
#include "stripe_simulator/billing/subscription_billing.hpp"
#include "stripe_simulator/billing/subscription_pauses.hpp"
#include "stripe_simulator/billing/subscriptions.hpp"
#include "stripe_simulator/checkout/checkout_sessions.hpp"
#include "stripe_simulator/payments/payments.hpp"
#include "stripe_simulator/time/test_clocks.hpp"

namespace tollgate::simulator {
namespace {

struct Action {
  std::string_view name;
  void (*run)(World& world, const std::string& object_id);
};

constexpr Action actions[] = {
    {"advance_test_clock", advance_test_clock},
    {"announce_upcoming", announce_upcoming},
    {"expire_capture", expire_capture},
    {"expire_incomplete", expire_incomplete},
    {"expire_pending_update", expire_pending_update},
    {"expire_session", expire_session_when_due},
    {"finalize_invoice", finalize_and_pay},
    {"give_up_resume", give_up_resume},
    {"renew_subscription", renew_subscription},
    {"resume_collection", resume_collection},
    {"retry_invoice", retry_invoice},
    {"settle_payment", settle_payment_when_due},
    {"warn_of_trial_end", warn_of_trial_end},
};

}  // namespace

void pass_time(World& world, std::int64_t until) {
  Due due;
  while (world.take_due(until, due)) {
    world.advance_to(due.at);
    for (const Action& action : actions) {
      if (action.name == due.action) action.run(world, due.object_id);
    }
  }
  world.advance_to(until);
}

}  // namespace tollgate::simulator
