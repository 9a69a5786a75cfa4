// SPDX-License-Identifier: Apache-2.0
#include "stripe/normalise/kinds.hpp"

namespace tollgate::stripe {
namespace {

LineItem read_line_item(const Fields& from) {
  PriceReference price = read_price(from);
  return {.price = std::move(price.price),
          .product = std::move(price.product),
          .lookup_key = std::move(price.lookup_key),
          .quantity = from.integer("quantity")};
}

}  // namespace

CheckoutSession read_checkout_session(const Fields& from) {
  CheckoutSession it;
  it.id = from.id();
  it.customer = from.customer();
  it.mode = from.text("mode");
  it.status = from.text("status");
  it.payment_status = from.text("payment_status");
  it.client_reference_id = from.text("client_reference_id");
  it.user_id = from.metadata("user_id");
  it.tollgate_items = from.metadata("tollgate_items");
  it.subscription = from.reference("subscription");
  it.invoice = from.reference("invoice");
  it.payment_intent = from.reference("payment_intent");
  it.amount_total = from.integer("amount_total");
  it.currency = from.text("currency");
  it.created = from.time("created");
  it.expires_at = from.time("expires_at");
  it.line_items_known = from.has("line_items");
  for (const Fields& item : from.list("line_items")) it.line_items.push_back(read_line_item(item));
  it.line_items_truncated = from.object("line_items").flag("has_more");
  return it;
}

}  // namespace tollgate::stripe
