// SPDX-License-Identifier: Apache-2.0
// Invoices as a state machine: draft, open, paid, void, and what each attempt to pay leaves. The
// API's routes are invoice_operations.hpp's; when invoices are made is the subscriptions'.
#pragma once

#include <string>
#include <vector>

#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

struct LineOrder {
  std::int64_t amount = 0;
  std::string description;
  Json price;  ///< the object
  std::int64_t quantity = 1;
  std::int64_t period_start = 0;
  std::int64_t period_end = 0;
  std::string subscription_item;  ///< empty for lines of no subscription
  std::string invoice_item;       ///< whose line it is; empty: the period's
  bool proration = false;
  bool discountable = true;     ///< a proration never is
  Json metadata{};              ///< null: the subscription's
  bool of_subscription = true;  ///< false for what only happens to be on its invoice
};

struct InvoiceOrder {
  std::string customer;
  std::string subscription;  ///< empty: none
  std::string billing_reason;
  std::string currency;
  std::vector<LineOrder> lines;
  std::vector<Json> discounts;  ///< the objects, in the order in which they are taken off
  std::int64_t period_start = 0;
  std::int64_t period_end = 0;
  Json further = Json::object();  ///< members that are taken as they are
};

/// A draft; invoice.created.
std::string create_invoice(World& world, const InvoiceOrder& order);

/// Open with a payment that waits; paid at once where nothing is due.
void finalize_invoice(World& world, const std::string& invoice);

/// An invoice that the payment has paid already, as Checkout makes them.
std::string record_paid_invoice(World& world, const InvoiceOrder& order, const std::string& intent);

/// Charges the method (null: the subscription's, else the customer's default). Without any it is a
/// failed attempt too.
void pay_invoice(World& world, const std::string& invoice, const Json& payment_method);

/// The money came another way; the payment that waited for it is canceled. For an open one.
void pay_out_of_band(World& world, const std::string& invoice);

/// Its payment has succeeded.
void mark_invoice_paid(World& world, const std::string& invoice);
/// An attempt has failed; `next_attempt` 0: there will be no other.
void mark_attempt_failed(World& world, const std::string& invoice, std::int64_t next_attempt);

void void_invoice(World& world, const std::string& invoice);
/// Given up, but it can still be paid. For an open one; invoice.marked_uncollectible.
void mark_uncollectible(World& world, const std::string& invoice);

/// The last payment intent of an invoice; empty when it needs none.
std::string payment_of_invoice(const World& world, const std::string& invoice);
std::string subscription_of_invoice(const World& world, const std::string& invoice);

}  // namespace tollgate::simulator
