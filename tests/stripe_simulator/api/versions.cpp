// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/versions.hpp"

#include <algorithm>
#include <utility>

#include "stripe_simulator/shop/discounts.hpp"

namespace tollgate::simulator {
namespace {

/// Undoes what `since` changed in objects of that kind.
struct Step {
  std::string_view since;
  std::string_view kind;
  void (*undo)(const World& world, Json& object);
};

std::int64_t earliest_end(const Json& items) {
  std::int64_t end = 0;
  for (const Json& item : items.items()) {
    const std::int64_t own = item["current_period_end"].integer();
    end = end == 0 ? own : std::min(end, own);
  }
  return end;
}

/// What prices were called before they were prices.
Json plan_of(const Json& price) {
  return Json::object({{"id", price["id"]},
                       {"object", "plan"},
                       {"active", price["active"]},
                       {"amount", price["unit_amount"]},
                       {"currency", price["currency"]},
                       {"interval", price.at("recurring.interval")},
                       {"interval_count", price.at("recurring.interval_count")},
                       {"nickname", price["nickname"]},
                       {"product", price["product"]}});
}

/// What a discount showed until it had a source; also when its coupon is gone.
void put_coupon_on_discount(const World& world, Json& discount) {
  const std::string id = discount["source"]["coupon"].text();
  const Json& coupon = coupon_of(world, discount);
  discount["coupon"] = coupon.is_null() ? Json::object({{"id", id}, {"object", "coupon"}}) : coupon;
  discount.erase("source");
}

/// Older versions had one discount, as an object.
Json first_discount(const World& world, const Json& discounts) {
  if (discounts.items().empty()) return {};
  if (discounts.items().front().is_object()) return discounts.items().front();
  const Json* found = world.find("discount", discounts.items().front().text());
  if (found == nullptr) return {};
  Json discount = *found;
  put_coupon_on_discount(world, discount);
  return discount;
}

void put_periods_on_subscription(const World& world, Json& subscription) {
  const Json items = subscription["items"]["data"];
  subscription["discount"] = first_discount(world, subscription["discounts"]);
  if (items.items().empty()) return;
  const Json& first = items.items().front();
  const bool single = items.items().size() == 1;
  subscription["current_period_start"] = first["current_period_start"];
  subscription["current_period_end"] = earliest_end(items);
  subscription["plan"] = single ? plan_of(first["price"]) : Json{};
  subscription["quantity"] = single ? first["quantity"] : Json{};
}

void put_subscription_on_invoice(const World& world, Json& invoice) {
  const Json details = invoice["parent"]["subscription_details"];
  const Json& intent = world.notes(invoice["id"].text())["payment_intent"];
  const Json* payment = world.find("payment_intent", intent.text());
  invoice.erase("parent");
  invoice["subscription"] = details["subscription"];
  invoice["subscription_details"] = Json::object({{"metadata", details["metadata"]}});
  invoice["paid"] = invoice["status"].text() == "paid";
  invoice["paid_out_of_band"] =
      invoice["status"].text() == "paid" && invoice["amount_paid_off_stripe"].integer() > 0;
  invoice["payment_intent"] = intent;
  invoice["charge"] = payment == nullptr ? Json{} : (*payment)["latest_charge"];
  invoice["discount"] = first_discount(world, invoice["discounts"]);
  invoice["quote"] = nullptr;
  invoice["tax"] = nullptr;
  invoice["total_tax_amounts"] = Json::array();
  invoice.erase("total_taxes");
  invoice.erase("amount_overpaid");
}

void put_price_on_line(const World& world, Json& line) {
  const Json parent = line["parent"];
  const Json details = line["pricing"]["price_details"];
  const bool of_item = parent["type"].text() == "subscription_item_details";
  const Json& item = of_item ? parent["subscription_item_details"] : parent["invoice_item_details"];
  line.erase("parent");
  line.erase("pricing");
  line.erase("taxes");
  line["type"] = of_item ? "subscription" : "invoiceitem";
  line["proration"] = item["proration"].flag();
  line["subscription_item"] = item["subscription_item"];
  const Json* price = world.find("price", details["price"].text());
  line["price"] = price == nullptr ? Json{} : *price;
  line["plan"] = price == nullptr || (*price)["recurring"].is_null() ? Json{} : plan_of(*price);
  line["tax_amounts"] = Json::array();
  line["tax_rates"] = Json::array();
}

void unfold_invoice_item(const World& world, Json& item) {
  const Json details = item.at("parent.subscription_details");
  const Json* price = world.find("price", item.at("pricing.price_details.price").text());
  item.erase("parent");
  item.erase("pricing");
  item["subscription"] = details["subscription"];
  item["subscription_item"] = details["subscription_item"];
  item["price"] = price == nullptr ? Json{} : *price;
  item["plan"] = price == nullptr || (*price)["recurring"].is_null() ? Json{} : plan_of(*price);
  item["unit_amount"] = price == nullptr ? Json{} : (*price)["unit_amount"];
}

void put_invoice_on_payment(const World& world, Json& payment) {
  const bool is_charge = payment["object"].text() == "charge";
  const std::string& intent = payment[is_charge ? "payment_intent" : "id"].text();
  payment["invoice"] = world.notes(intent)["invoice"];
}

void drop_billing_mode(const World&, Json& subscription) { subscription.erase("billing_mode"); }

void rename_ui_mode(const World&, Json& session) {
  const std::string mode = session["ui_mode"].text();
  if (mode == "hosted_page") session["ui_mode"] = "hosted";
  if (mode == "embedded_page") session["ui_mode"] = "embedded";
  if (mode == "elements") session["ui_mode"] = "custom";
}

void rename_features(const World&, Json& product) {
  product["features"] = product["marketing_features"];
  product.erase("marketing_features");
}

void drop_customer_of_refund(const World&, Json& refund) {
  refund.erase("customer");
  refund.erase("customer_account");
  refund.erase("payment_method");
}

void put_coupon_on_promotion_code(const World& world, Json& code) {
  const std::string id = code["promotion"]["coupon"].text();
  const Json* coupon = world.find("coupon", id);
  code["coupon"] =
      coupon == nullptr ? Json::object({{"id", id}, {"object", "coupon"}}) : Json{*coupon};
  code.erase("promotion");
}

void drop_line_quantities(const World&, Json& line) {
  line.erase("quantity_decimal");
  line.erase("subtotal");
}

// Newest first: the order in which they are undone.
constexpr Step steps[] = {
    {"2026-07-29", "refund", drop_customer_of_refund},
    {"2026-03-25", "checkout.session", rename_ui_mode},
    {"2026-03-25", "line_item", drop_line_quantities},
    {"2025-09-30", "discount", put_coupon_on_discount},
    {"2025-09-30", "promotion_code", put_coupon_on_promotion_code},
    {"2025-06-30", "subscription", drop_billing_mode},
    {"2025-03-31", "subscription", put_periods_on_subscription},
    {"2025-03-31", "invoice", put_subscription_on_invoice},
    {"2025-03-31", "line_item", put_price_on_line},
    {"2025-03-31", "invoiceitem", unfold_invoice_item},
    {"2025-03-31", "charge", put_invoice_on_payment},
    {"2025-03-31", "payment_intent", put_invoice_on_payment},
    {"2024-04-10", "product", rename_features},
};

void undo_steps(const World& world, Json& value, std::string_view date) {
  if (value.is_array()) {
    for (Json& item : value.items()) undo_steps(world, item, date);
    return;
  }
  const std::string kind = std::as_const(value)["object"].text();
  if (!value.is_object() || kind == "event") return;
  for (Member& member : value.members()) undo_steps(world, member.value, date);
  for (const Step& step : steps) {
    if (step.kind == kind && date < step.since) step.undo(world, value);
  }
}

}  // namespace

bool is_version(std::string_view version) {
  constexpr std::string_view pattern = "0000-00-00";
  if (version.size() < pattern.size()) return false;
  const bool dated =
      std::equal(pattern.begin(), pattern.end(), version.begin(), [](char wanted, char letter) {
        return wanted == '-' ? letter == '-' : letter >= '0' && letter <= '9';
      });
  const std::string_view name = version.substr(pattern.size());
  return dated && (name.empty() || (name.starts_with('.') && name.size() > 1)) &&
         version.substr(0, pattern.size()) <= pinned_version.substr(0, pattern.size());
}

Json in_version(const World& world, const Json& object, std::string_view version) {
  Json shown = object;
  const std::string_view date = version.substr(0, version.find('.'));
  if (date < pinned_version.substr(0, date.size())) undo_steps(world, shown, date);
  return shown;
}

}  // namespace tollgate::simulator
