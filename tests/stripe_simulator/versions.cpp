// SPDX-License-Identifier: Apache-2.0
#include "versions.hpp"

#include <algorithm>
#include <utility>

#include "world.hpp"

namespace tollgate::simulator {
namespace {

/// Undoes what `since` changed in objects of that kind.
struct Step {
  std::string_view since;
  std::string_view kind;
  void (*undo)(Json& object);
};

std::int64_t earliest_end(const Json& items) {
  std::int64_t end = 0;
  for (const Json& item : items.items()) {
    const std::int64_t own = item["current_period_end"].integer();
    end = end == 0 ? own : std::min(end, own);
  }
  return end;
}

void put_periods_on_subscription(Json& subscription) {
  const Json items = subscription["items"]["data"];
  if (items.items().empty()) return;
  subscription["current_period_start"] = items.items()[0]["current_period_start"];
  subscription["current_period_end"] = earliest_end(items);
  subscription["discount"] = nullptr;
  const bool single = items.items().size() == 1;
  subscription["quantity"] = single ? items.items()[0]["quantity"] : Json{};
}

void put_subscription_on_invoice(Json& invoice) {
  const Json details = invoice["parent"]["subscription_details"];
  invoice.erase("parent");
  invoice["subscription"] = details["subscription"];
  invoice["subscription_details"] = Json::object({{"metadata", details["metadata"]}});
  invoice["paid"] = invoice["status"].text() == "paid";
  invoice["paid_out_of_band"] = false;
  invoice["discount"] = nullptr;
  invoice["quote"] = nullptr;
  invoice["tax"] = nullptr;
  invoice["total_tax_amounts"] = Json::array();
  invoice.erase("total_taxes");
  invoice.erase("amount_overpaid");
}

void put_price_on_line(Json& line) {
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
  line["price"] = Json::object(
      {{"id", details["price"]}, {"object", "price"}, {"product", details["product"]}});
  line["plan"] =
      Json::object({{"id", details["price"]}, {"object", "plan"}, {"product", details["product"]}});
  line["tax_amounts"] = Json::array();
  line["tax_rates"] = Json::array();
}

void drop_billing_mode(Json& subscription) { subscription.erase("billing_mode"); }

void rename_ui_mode(Json& session) {
  const std::string mode = session["ui_mode"].text();
  if (mode == "hosted_page") session["ui_mode"] = "hosted";
  if (mode == "embedded_page") session["ui_mode"] = "embedded";
  if (mode == "elements") session["ui_mode"] = "custom";
}

void rename_features(Json& product) {
  product["features"] = product["marketing_features"];
  product.erase("marketing_features");
}

void drop_customer_of_refund(Json& refund) {
  refund.erase("customer");
  refund.erase("customer_account");
  refund.erase("payment_method");
}

/// The coupon itself is elsewhere: what older clients read of it here is its id.
void put_coupon_on_discount(Json& discount) {
  discount["coupon"] = Json::object({{"id", discount["source"]["coupon"]}, {"object", "coupon"}});
  discount.erase("source");
}

void put_coupon_on_promotion_code(Json& code) {
  code["coupon"] = Json::object({{"id", code["promotion"]["coupon"]}, {"object", "coupon"}});
  code.erase("promotion");
}

void drop_line_quantities(Json& line) {
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
    {"2024-04-10", "product", rename_features},
};

void undo_steps(Json& value, std::string_view date) {
  if (value.is_array()) {
    for (Json& item : value.items()) undo_steps(item, date);
    return;
  }
  if (!value.is_object()) return;
  for (Member& member : value.members()) undo_steps(member.value, date);
  const std::string kind = std::as_const(value)["object"].text();
  for (const Step& step : steps) {
    if (step.kind == kind && date < step.since) step.undo(value);
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

Json in_version(const Json& object, std::string_view version) {
  Json shown = object;
  const std::string_view date = version.substr(0, version.find('.'));
  if (date < pinned_version.substr(0, date.size())) undo_steps(shown, date);
  return shown;
}

}  // namespace tollgate::simulator
