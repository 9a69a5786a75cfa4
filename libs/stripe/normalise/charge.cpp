// SPDX-License-Identifier: Apache-2.0
#include "stripe/normalise/kinds.hpp"

namespace tollgate::stripe {

Charge read_charge(const Fields& from) {
  Charge it;
  it.id = from.id();
  it.customer = from.customer();
  it.payment_intent = from.reference("payment_intent");
  it.invoice = from.reference("invoice");
  it.status = from.text("status");
  it.amount = from.integer("amount");
  it.amount_refunded = from.integer("amount_refunded");
  it.refunded = from.flag("refunded");
  it.disputed = from.flag("disputed");
  it.currency = from.text("currency");
  it.user_id = from.metadata("user_id");
  it.created = from.time("created");
  for (const Fields& refund : from.list("refunds")) it.refunds.push_back(read_refund(refund));
  it.refunds_truncated = from.object("refunds").flag("has_more");
  return it;
}

}  // namespace tollgate::stripe
