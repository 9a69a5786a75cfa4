// SPDX-License-Identifier: Apache-2.0
// How a subscription's invoices come about: those of a period, of a change, and what a paused
// collection makes of them. What becomes of an invoice is invoices.hpp's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "stripe_simulator/billing/invoices.hpp"

namespace tollgate::simulator {

/// An order over the lines and what has waited for the subscription's next invoice.
InvoiceOrder subscription_invoice_order(const World& world, const Json& subscription,
                                        std::string_view reason, std::vector<LineOrder> lines);

/// A draft of that; invoice.created. The waiting items are on it from now on.
std::string create_subscription_invoice(World& world, const Json& subscription,
                                        std::string_view reason, std::vector<LineOrder> lines);

enum class Collect {
  now,
  when_confirmed,  ///< the client confirms the payment (`default_incomplete`)
};

/// The invoice of a change, finalised at once; it is the subscription's latest.
std::string bill_at_once(World& world, const Json& subscription, std::vector<LineOrder> lines,
                         Collect collect);

/// A renewal's draft goes on as the subscription's `pause_collection` says.
void collect_later(World& world, const Json& subscription, const std::string& invoice);

/// The agenda's action: the collection goes on.
void resume_collection(World& world, const std::string& subscription);

}  // namespace tollgate::simulator
