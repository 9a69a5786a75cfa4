// SPDX-License-Identifier: Apache-2.0
// The facts of one user: the latest state of every object that is his, as derive.hpp takes them.
// How a state becomes the latest is newest.hpp's, and whose it is bind.hpp's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "stripe/objects.hpp"

namespace tollgate::entitlements {

/// One object's latest state, with what `newest` says beside it.
template <class T>
struct Known {
  T object;
  std::string account;  ///< connected account; empty for one's own
  bool livemode = false;
  Time status_since;                      ///< Newest::status_since
  std::optional<Time> payment_failed_at;  ///< Newest::payment_failed_at
  bool deleted = false;                   ///< Newest::deleted
  std::string event_id;                   ///< Newest::event_id
};

/// In any order. Of a subscription's invoices only two matter: its latest_invoice, and the latest
/// paid one of reason `subscription_create` or `subscription_cycle`; others may be left out, with
/// the payments, refunds and disputes that hang on them, so that the cost follows what is live.
/// The same holds for subscriptions that are canceled under a policy that gives them nothing.
/// Refunds, disputes and invoice payments often name no customer: they are the user's by the
/// payment intent, charge or invoice that they name.
struct UserFacts {
  std::vector<Known<stripe::Subscription>> subscriptions;
  std::vector<Known<stripe::Invoice>> invoices;
  std::vector<Known<stripe::InvoicePayment>> invoice_payments;
  std::vector<Known<stripe::CheckoutSession>> sessions;
  std::vector<Known<stripe::PaymentIntent>> payment_intents;
  std::vector<Known<stripe::Charge>> charges;
  std::vector<Known<stripe::Refund>> refunds;
  std::vector<Known<stripe::Dispute>> disputes;
};

/// Puts an object into its list; customers grant nothing and are passed over.
void add(UserFacts& facts, Known<stripe::Object> known);

}  // namespace tollgate::entitlements
