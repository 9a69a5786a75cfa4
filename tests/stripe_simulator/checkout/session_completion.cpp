// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/checkout/session_completion.hpp"

#include <algorithm>

#include "stripe_simulator/billing/invoices.hpp"
#include "stripe_simulator/billing/subscription_shapes.hpp"
#include "stripe_simulator/checkout/checkout_sessions.hpp"
#include "stripe_simulator/payments/charge_outcomes.hpp"
#include "stripe_simulator/shop/coupons.hpp"
#include "stripe_simulator/shop/discounts.hpp"

namespace tollgate::simulator {

std::optional<ApiError> refusal_of_subscription(World& world, const Json& session,
                                                const std::string& method) {
  if (session["mode"].text() != "subscription" || method.empty()) return std::nullopt;
  if (session["amount_total"].integer() > 0) {
    return take_decline(world, session["customer"].text(), method);
  }
  // A trial's card is looked at all the same, though nothing is charged yet.
  if (behaviour_of(world, method) != Behaviour::declines) return std::nullopt;
  return decline_of_method(world, method);
}

Json invoice_of_payment(World& world, const Json& session, const std::string& intent,
                        const std::string& customer) {
  const bool wanted = session.at("invoice_creation.enabled").flag();
  if (!wanted || intent.empty() || customer.empty()) return session["invoice"];
  InvoiceOrder order;
  order.customer = customer;
  order.billing_reason = "manual";
  order.currency = session["currency"].text();
  order.period_start = order.period_end = world.now();
  for (const Json& item : line_items_of_session(world, session["id"].text()).items()) {
    LineOrder line = line_of_once(world, {item.at("price.id").text(), item["quantity"].integer(1)});
    line.amount = item["amount_total"].integer();
    order.lines.push_back(std::move(line));
  }
  return record_paid_invoice(world, order, intent);
}

void update_customer(World& world, const Json& session, const Json& details) {
  const std::string customer = session["customer"].text();
  const Json& wanted = world.notes(session["id"].text()).at("order.customer_update");
  Json changes = Json::object();
  for (const char* name : {"name", "address"}) {
    if (wanted[name].text() == "auto") changes[name] = details[name];
  }
  if (customer.empty() || changes.members().empty()) return;
  world.change(customer, "customer.updated", [&](Json& object) { merge(object, changes); });
}

std::optional<ApiError> refusal_of_type(const World& world, const Json& session,
                                        const std::string& method) {
  const Json* object = world.find("payment_method", method);
  if (object == nullptr) return std::nullopt;
  const auto has = [&](const Json& types) {
    const Json::Array& all = types.items();
    return std::find(all.begin(), all.end(), (*object)["type"]) != all.end();
  };
  const Json& allowed = session["allowed_payment_method_types"];
  const Json& excluded =
      world.notes(session["id"].text()).at("order.excluded_payment_method_types");
  if ((allowed.items().empty() || has(allowed)) && !has(excluded)) return std::nullopt;
  return invalid("payment_method", {}, "This Checkout Session does not take this kind of payment.");
}

void redeem_discounts(World& world, const Json& session) {
  for (const DiscountOrder& order :
       discounts_kept(world.notes(session["id"].text())["discounts"])) {
    count_redemption(world, order.coupon, order.promotion_code);
  }
}

}  // namespace tollgate::simulator
