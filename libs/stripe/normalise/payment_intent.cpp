// SPDX-License-Identifier: Apache-2.0
#include "stripe/normalise/kinds.hpp"

namespace tollgate::stripe {
namespace {

/// Before 2022-11-15 the object held a list of its charges instead, the newest first.
std::string latest_charge_of(const Fields& from) {
  std::string id = from.reference("latest_charge");
  if (!id.empty()) return id;
  const std::vector<Fields> charges = from.list("charges");
  return charges.empty() ? std::string{} : charges.front().id();
}

}  // namespace

PaymentIntent read_payment_intent(const Fields& from) {
  PaymentIntent it;
  it.id = from.id();
  it.customer = from.customer();
  it.status = from.text("status");
  it.amount = from.integer("amount");
  it.amount_received = from.integer("amount_received");
  it.currency = from.text("currency");
  it.latest_charge = latest_charge_of(from);
  it.invoice = from.reference("invoice");
  it.user_id = from.metadata("user_id");
  it.tollgate_items = from.metadata("tollgate_items");
  it.created = from.time("created");
  return it;
}

}  // namespace tollgate::stripe
