// SPDX-License-Identifier: Apache-2.0
// Subscriptions that stand still: pause and resume of their status. Pausing only the collection of
// invoices is subscription_billing.hpp's.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

/// The pause and resume routes of /v1/subscriptions.
Operations subscription_pause_operations();

/// `reason` is the type in `status_details`; customer.subscription.updated and .paused.
void pause_subscription(World& world, const std::string& id, std::string_view reason);

/// Its resume invoice was paid, or given up.
void resume_when_paid(World& world, const std::string& id, const std::string& invoice);
/// The agenda's action: nobody paid the invoice of a resume, so it stays paused.
void give_up_resume(World& world, const std::string& id);

}  // namespace tollgate::simulator
