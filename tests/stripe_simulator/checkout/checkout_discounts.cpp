// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/checkout/checkout_discounts.hpp"

#include "stripe_simulator/shop/coupons.hpp"

namespace tollgate::simulator {
namespace {

void reset(Json& items) {
  for (Json& item : items.items()) {
    item["amount_discount"] = 0;
    item["amount_total"] = std::as_const(item)["amount_subtotal"];
  }
}

void take_off(const Json& coupon, Json& items) {
  std::vector<Discountable> left;
  for (const Json& item : std::as_const(items).items()) {
    left.push_back({item["amount_total"].integer(), item.at("price.product").text()});
  }
  const auto off = amounts_off(coupon, left);
  for (std::size_t i = 0; i < off.size(); ++i) {
    Json& item = items.items()[i];
    item["amount_discount"] = item["amount_discount"].integer() + off[i];
    item["amount_total"] = item["amount_total"].integer() - off[i];
  }
}

/// What the items cost today: in a trial the recurring ones nothing.
struct Totals {
  std::int64_t subtotal = 0;
  std::int64_t total = 0;
};

Totals totals_of(const Json& items, const Json& subscription_data) {
  const bool trial = subscription_data["trial_period_days"].integer() > 0 ||
                     subscription_data["trial_end"].is_integer();
  Totals totals;
  for (const Json& item : items.items()) {
    if (trial && item.at("price.type").text() == "recurring") continue;
    totals.subtotal += item["amount_subtotal"].integer();
    totals.total += item["amount_total"].integer();
  }
  return totals;
}

}  // namespace

void discount_session(World& world, const std::string& id,
                      const std::vector<DiscountOrder>& orders) {
  Json items = world.notes(id)["line_items"];
  reset(items);
  for (const DiscountOrder& order : orders) take_off(world.get(order.coupon), items);
  world.note(id, "line_items", items);
  Json kept = Json::array();
  for (const DiscountOrder& order : orders) {
    kept.items().push_back(
        Json::object({{"coupon", order.coupon}, {"promotion_code", order.promotion_code}}));
  }
  world.note(id, "discounts", kept);
  const Totals totals = totals_of(items, world.notes(id)["order"]["subscription_data"]);
  world.change(id, {}, [&](Json& session) {
    session["amount_subtotal"] = totals.subtotal;
    session["amount_total"] = totals.total;
    session["discounts"] = discounts_shown(orders);
    session["payment_status"] = totals.total == 0 ? "no_payment_required" : "unpaid";
    session["total_details"]["amount_discount"] = totals.subtotal - totals.total;
  });
}

Outcome<Json> enter_promotion_code(World& world, const std::string& id, const std::string& code) {
  const Json session = world.get(id);
  if (session["status"].text() != "open" || !session["allow_promotion_codes"].flag()) {
    return invalid("promotion_code", {}, "This Checkout Session takes no promotion codes.");
  }
  if (code.empty()) {
    discount_session(world, id, {});
    return world.get(id);
  }
  const std::string found = find_promotion_code(world, code);
  if (found.empty()) {
    return invalid("promotion_code", "resource_missing", "This promotion code is invalid.");
  }
  if (auto fault =
          fault_of_promotion_code(world, found, session["customer"].text(),
                                  session["amount_subtotal"].integer(), "promotion_code")) {
    return *fault;
  }
  discount_session(world, id, {{world.get(found).at("promotion.coupon").text(), found}});
  return world.get(id);
}

}  // namespace tollgate::simulator
