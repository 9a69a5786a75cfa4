// SPDX-License-Identifier: Apache-2.0
#include "stripe/normalise/kinds.hpp"

#include <algorithm>

namespace tollgate::stripe {
namespace {

/// Since basil below `parent`, where a proration may stand under either name; before that on the
/// line itself.
std::string subscription_of_line(const Fields& line) {
  const Fields parent = line.object("parent");
  for (const std::string_view details : {"subscription_item_details", "invoice_item_details"}) {
    std::string id = parent.object(details).reference("subscription");
    if (!id.empty()) return id;
  }
  return line.reference("subscription");
}

std::string subscription_of(const Fields& invoice) {
  std::string id =
      invoice.object("parent").object("subscription_details").reference("subscription");
  return id.empty() ? invoice.reference("subscription") : id;
}

std::string user_of(const Fields& invoice) {
  std::string id = invoice.object("parent").object("subscription_details").metadata("user_id");
  return id.empty() ? invoice.object("subscription_details").metadata("user_id") : id;
}

void read_line(const Fields& line, Invoice& it) {
  const std::string subscription = subscription_of_line(line);
  if (subscription.empty()) return;
  if (it.subscription.empty()) it.subscription = subscription;
  if (subscription != it.subscription) return;
  if (it.user_id.empty()) it.user_id = line.metadata("user_id");
  // A line of negative amount gives unused time back: its period is no time paid for.
  if (line.integer("amount").value_or(0) < 0) return;
  it.paid_through = std::max(it.paid_through, line.object("period").time("end"));
}

void add(std::string id, std::vector<std::string>& ids) {
  if (id.empty()) return;
  const auto place = std::ranges::lower_bound(ids, id);
  if (place == ids.end() || *place != id) ids.insert(place, std::move(id));
}

/// The old fields hold one payment, the list (which must be expanded) all.
void read_payments(const Fields& from, Invoice& it) {
  add(from.reference("payment_intent"), it.payment_intents);
  add(from.reference("charge"), it.charges);
  for (const Fields& invoice_payment : from.list("payments")) {
    const Fields payment = invoice_payment.object("payment");
    add(payment.reference("payment_intent"), it.payment_intents);
    add(payment.reference("charge"), it.charges);
  }
}

}  // namespace

Invoice read_invoice(const Fields& from) {
  Invoice it;
  it.id = from.id();
  it.customer = from.customer();
  it.subscription = subscription_of(from);
  it.user_id = user_of(from);
  for (const Fields& line : from.list("lines")) read_line(line, it);
  it.lines_truncated = from.object("lines").flag("has_more");
  read_payments(from, it);
  it.status = from.text("status");
  it.billing_reason = from.text("billing_reason");
  it.attempt_count = from.integer("attempt_count").value_or(0);
  it.next_payment_attempt = from.time("next_payment_attempt");
  it.amount_due = from.integer("amount_due");
  it.amount_paid = from.integer("amount_paid");
  it.currency = from.text("currency");
  it.created = from.time("created");
  it.deleted = from.flag("deleted");
  return it;
}

}  // namespace tollgate::stripe
