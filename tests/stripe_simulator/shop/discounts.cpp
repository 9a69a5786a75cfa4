// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/shop/discounts.hpp"

#include <algorithm>
#include <cmath>

#include "stripe_simulator/shop/coupons.hpp"
#include "stripe_simulator/time/calendar.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "discount";

bool applies_to(const Json& coupon, const Discountable& line) {
  const Json::Array& products = coupon.at("applies_to.products").items();
  return line.amount > 0 && (products.empty() || std::find(products.begin(), products.end(),
                                                           Json{line.product}) != products.end());
}

/// A decimal as it is kept; other values are none.
double decimal(const Json& value) {
  return value.visit([]<class Value>(const Value& kept) {
    if constexpr (std::is_arithmetic_v<Value>) return static_cast<double>(kept);
    return 0.0;
  });
}

/// `whole` shared out by the lines' amounts; what rounding leaves is the last one's.
void share_out(std::int64_t whole, const std::vector<Discountable>& lines,
               std::vector<std::int64_t>& off, const Json& coupon) {
  std::int64_t sum = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!applies_to(coupon, lines[i])) continue;
    sum += lines[i].amount;
    last = i;
  }
  if (sum == 0) return;
  whole = std::min(whole, sum);
  std::int64_t left = whole;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!applies_to(coupon, lines[i])) continue;
    off[i] = i == last ? left : whole * lines[i].amount / sum;
    left -= off[i];
  }
}

/// When it ends by itself; null for never, or with the first invoice.
Json end_of(const World& world, const Json& coupon) {
  if (coupon["duration"].text() != "repeating") return {};
  return add_intervals(world.now(), "month", coupon["duration_in_months"].integer(1));
}

}  // namespace

Outcome<std::vector<DiscountOrder>> read_discounts(const World& world, const Json& discounts,
                                                   const std::string& customer,
                                                   std::int64_t amount) {
  std::vector<DiscountOrder> orders;
  for (std::size_t i = 0; i < discounts.items().size(); ++i) {
    const Json& wanted = discounts.items()[i];
    const std::string place = "discounts[" + std::to_string(i) + "]";
    DiscountOrder order{wanted["coupon"].text(), wanted["promotion_code"].text()};
    if (!order.promotion_code.empty()) {
      const std::string param = place + "[promotion_code]";
      if (auto fault =
              fault_of_promotion_code(world, order.promotion_code, customer, amount, param)) {
        return *fault;
      }
      order.coupon = world.get(order.promotion_code).at("promotion.coupon").text();
    } else if (order.coupon.empty()) {
      return missing_parameter(place + "[coupon]");
    } else if (auto fault = fault_of_coupon(world, order.coupon, place + "[coupon]")) {
      return *fault;
    }
    orders.push_back(std::move(order));
  }
  return orders;
}

Json discounts_shown(const std::vector<DiscountOrder>& orders) {
  Json shown = Json::array();
  for (const DiscountOrder& order : orders) {
    Json one = Json::object({{"coupon", order.coupon}, {"promotion_code", nullptr}});
    if (!order.promotion_code.empty()) {
      one["coupon"] = nullptr;
      one["promotion_code"] = order.promotion_code;
    }
    shown.items().push_back(std::move(one));
  }
  return shown;
}

std::vector<DiscountOrder> discounts_kept(const Json& kept) {
  std::vector<DiscountOrder> orders;
  for (const Json& one : kept.items()) {
    orders.push_back({one["coupon"].text(), one["promotion_code"].text()});
  }
  return orders;
}

void give_discount(World& world, const std::string& subscription, const DiscountOrder& order,
                   const Json& session) {
  const Json coupon = world.get(order.coupon);
  const std::string id = world.make_id("di_1", 23);
  const std::string& code = order.promotion_code;
  world.create(
      Json::object({{"id", id},
                    {"object", kind},
                    {"checkout_session", session},
                    {"customer", world.get(subscription)["customer"]},
                    {"customer_account", nullptr},
                    {"end", end_of(world, coupon)},
                    {"invoice", nullptr},
                    {"invoice_item", nullptr},
                    {"promotion_code", code.empty() ? Json{} : Json{code}},
                    {"source", Json::object({{"coupon", order.coupon}, {"type", "coupon"}})},
                    {"start", world.now()},
                    {"subscription", subscription},
                    {"subscription_item", nullptr}}),
      "customer.discount.created");
  world.note(id, "coupon", coupon);
  count_redemption(world, order.coupon, code);
  world.change(subscription, {},
               [&](Json& object) { object["discounts"].items().push_back(Json{id}); });
}

void take_discounts_away(World& world, const std::string& subscription) {
  const Json discounts = world.get(subscription)["discounts"];
  world.change(subscription, {}, [](Json& object) { object["discounts"] = Json::array(); });
  for (const Json& id : discounts.items()) world.announce(id.text(), "customer.discount.deleted");
}

std::vector<Json> discounts_in_force(const World& world, const Json& subscription) {
  std::vector<Json> found;
  for (const Json& id : subscription["discounts"].items()) {
    const Json* discount = world.find(kind, id.text());
    if (discount == nullptr) continue;
    const Json& end = (*discount)["end"];
    if (!end.is_integer() || end.integer() > world.now()) found.push_back(*discount);
  }
  return found;
}

void use_discounts(World& world, const std::string& subscription,
                   const std::vector<Json>& discounts) {
  for (const Json& discount : discounts) {
    if (coupon_of(world, discount)["duration"].text() != "once") continue;
    world.change(discount["id"].text(), {}, [&](Json& object) { object["end"] = world.now(); });
    world.change(subscription, {},
                 [&](Json& object) { std::erase(object["discounts"].items(), discount["id"]); });
  }
}

std::vector<std::int64_t> amounts_off(const Json& coupon, const std::vector<Discountable>& lines) {
  std::vector<std::int64_t> off(lines.size(), 0);
  if (coupon["amount_off"].is_integer()) {
    share_out(coupon["amount_off"].integer(), lines, off, coupon);
    return off;
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!applies_to(coupon, lines[i])) continue;
    const double share = decimal(coupon["percent_off"]) / 100;
    off[i] = std::llround(static_cast<double>(lines[i].amount) * share);
  }
  return off;
}

const Json& coupon_of(const World& world, const Json& discount) {
  return world.notes(discount["id"].text())["coupon"];
}

}  // namespace tollgate::simulator
