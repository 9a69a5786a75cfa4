// SPDX-License-Identifier: Apache-2.0
// Where the state machines meet: what a payment's new state means for its invoice, the invoice's
// for the subscription, both for the Checkout session.
#pragma once

#include <string>

#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

/// The intent has just succeeded, failed, or begun to wait for the buyer or the bank.
void follow_payment(World& world, const std::string& intent);

/// Its invoice was paid another way.
void follow_invoice_paid(World& world, const std::string& invoice);

}  // namespace tollgate::simulator
