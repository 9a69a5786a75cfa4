// SPDX-License-Identifier: Apache-2.0
// A shop and its users for tests of `derive`: a catalogue, and objects as `newest` leaves them.
// Facts for tests of `newest` are in histories.hpp.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "entitlements/domain/catalog.hpp"
#include "entitlements/domain/derive.hpp"
#include "entitlements/domain/user_facts.hpp"

namespace tollgate::entitlements {

using std::chrono::days;
using std::chrono::hours;

/// The day on which everything is bought; months have 30 days here.
inline const Time bought = from_unix_seconds(1'768'471'200);
inline const Time period_ends = bought + days{30};

inline CatalogContent shop() {
  CatalogContent content;
  content.revision = 7;
  content.default_plan = "free";
  content.plans = {
      {.id = "free",
       .name = "Free",
       .rank = 0,
       .features = {{"projects", {.limit = 1}}},
       .stripe = {}},
      {.id = "basic",
       .name = "Basic",
       .rank = 10,
       .features = {{"projects", {.limit = 10}}, {"seats", {.limit = 1, .per_unit = true}}},
       .stripe = {.products = {"prod_basic"}, .price_ids = {}, .prices = {}}},
      {.id = "team",
       .name = "Team",
       .rank = 20,
       .features = {{"projects", {}}, {"seats", {.limit = 5, .per_unit = true}}, {"sso", {}}},
       .stripe = {
           .products = {},
           .price_ids = {"price_team_old"},
           .prices = {{.lookup_key = "team_monthly", .currency = "usd", .interval = "month"}}}}};
  content.products = {{.id = "handbook",
                       .name = "Handbook",
                       .plan = "",
                       .features = {{"handbook", {}}},
                       .duration = std::nullopt,
                       .stripe = {.products = {"prod_handbook"}, .price_ids = {}, .prices = {}}},
                      {.id = "day_pass",
                       .name = "Day pass",
                       .plan = "basic",
                       .features = {},
                       .duration = days{1},
                       .stripe = {.products = {"prod_day_pass"}, .price_ids = {}, .prices = {}}}};
  content.feature_limits = {{"seats", Combine::add}};
  return content;
}

inline Catalog test_mode_shop() { return Catalog{shop(), false}; }

template <class T>
Known<T> known(T object, Time status_since = bought) {
  Known<T> made;
  made.event_id = "evt_" + object.id;
  made.object = std::move(object);
  made.status_since = status_since;
  return made;
}

inline stripe::SubscriptionItem item(const std::string& product, std::int64_t quantity = 1) {
  stripe::SubscriptionItem made;
  made.product = product;
  made.quantity = quantity;
  made.period_start = bought;
  made.period_end = period_ends;
  return made;
}

inline stripe::Subscription subscription(const std::string& status,
                                         const std::string& product = "prod_basic") {
  stripe::Subscription made;
  made.id = "sub_1";
  made.customer = "cus_1";
  made.status = status;
  made.items = {item(product)};
  made.latest_invoice = "in_1";
  made.created = bought;
  return made;
}

inline stripe::Invoice paid_invoice(const std::string& id = "in_1",
                                    const std::string& reason = "subscription_create") {
  stripe::Invoice made;
  made.id = id;
  made.subscription = "sub_1";
  made.status = "paid";
  made.billing_reason = reason;
  made.amount_paid = 1000;
  made.created = bought;
  return made;
}

inline stripe::InvoicePayment invoice_payment(const std::string& invoice = "in_1",
                                              const std::string& payment_intent = "pi_1") {
  stripe::InvoicePayment made;
  made.id = "inpay_" + payment_intent;
  made.invoice = invoice;
  made.payment_intent = payment_intent;
  made.status = "paid";
  made.amount_paid = 1000;
  return made;
}

inline stripe::CheckoutSession session(const std::string& items = "handbook:1") {
  stripe::CheckoutSession made;
  made.id = "cs_1";
  made.customer = "cus_1";
  made.mode = "payment";
  made.status = "complete";
  made.payment_status = "paid";
  made.tollgate_items = items;
  made.payment_intent = "pi_1";
  made.amount_total = 1000;
  return made;
}

inline stripe::Refund refund(const std::string& id, std::int64_t amount,
                             const std::string& status = "succeeded") {
  stripe::Refund made;
  made.id = id;
  made.payment_intent = "pi_1";
  made.charge = "ch_1";
  made.amount = amount;
  made.status = status;
  return made;
}

inline stripe::Charge charge(std::int64_t amount, std::int64_t amount_refunded = 0) {
  stripe::Charge made;
  made.id = "ch_1";
  made.payment_intent = "pi_1";
  made.status = "succeeded";
  made.amount = amount;
  made.amount_refunded = amount_refunded;
  made.refunded = amount_refunded == amount;
  return made;
}

inline stripe::Dispute dispute(const std::string& status) {
  stripe::Dispute made;
  made.id = "du_1";
  made.payment_intent = "pi_1";
  made.charge = "ch_1";
  made.amount = 1000;
  made.status = status;
  return made;
}

/// One subscription, with the invoice and the payment that its access rests on.
inline UserFacts subscriber(stripe::Subscription of = subscription("active")) {
  UserFacts facts;
  facts.subscriptions = {known(std::move(of))};
  facts.invoices = {known(paid_invoice())};
  facts.invoice_payments = {known(invoice_payment())};
  return facts;
}

/// One purchase.
inline UserFacts buyer(stripe::CheckoutSession of = session()) {
  UserFacts facts;
  facts.sessions = {known(std::move(of))};
  return facts;
}

inline Answer answer_of(const UserFacts& facts, const Catalog& catalog, Time now) {
  return answer_at(derive(facts, catalog).entitlements, catalog, now);
}

}  // namespace tollgate::entitlements
