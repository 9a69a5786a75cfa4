// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/subscription_shapes.hpp"

#include <algorithm>

#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/time/calendar.hpp"

namespace tollgate::simulator {
namespace {

std::string money_text(std::int64_t amount) {
  const std::int64_t cents = amount % 100;
  return "$" + std::to_string(amount / 100) + (cents < 10 ? ".0" : ".") + std::to_string(cents);
}

std::string description_of(const Json& price, std::int64_t quantity, bool trial) {
  const std::string name =
      price["nickname"].text().empty() ? price["id"].text() : price["nickname"].text();
  if (trial) return "Trial period for " + name;
  return std::to_string(quantity) + " × " + name + " (at " +
         money_text(price["unit_amount"].integer()) + " / " +
         price.at("recurring.interval").text() + ")";
}

void add_constants(Json& subscription) {
  for (const char* name : {"application",
                           "application_fee_percent",
                           "billing_cycle_anchor_config",
                           "billing_thresholds",
                           "cancel_at",
                           "canceled_at",
                           "customer_account",
                           "days_until_due",
                           "default_source",
                           "ended_at",
                           "latest_invoice",
                           "managed_payments",
                           "next_pending_invoice_item_invoice",
                           "on_behalf_of",
                           "pause_collection",
                           "pending_invoice_item_interval",
                           "pending_setup_intent",
                           "pending_update",
                           "schedule",
                           "test_clock",
                           "transfer_data"}) {
    subscription[name] = nullptr;
  }
  subscription["automatic_tax"] =
      Json::object({{"enabled", false}, {"liability", nullptr}, {"disabled_reason", nullptr}});
  subscription["billing_schedules"] = Json::array();
  subscription["cancel_at_period_end"] = false;
  subscription["cancellation_details"] = Json::object({{"comment", nullptr},
                                                       {"feedback", nullptr},
                                                       {"feedback_option", nullptr},
                                                       {"reason", nullptr}});
  subscription["collection_method"] = "charge_automatically";
  subscription["default_tax_rates"] = Json::array();
  subscription["discounts"] = Json::array();
  subscription["invoice_settings"] = Json::object({{"account_tax_ids", nullptr},
                                                   {"custom_fields", nullptr},
                                                   {"description", nullptr},
                                                   {"footer", nullptr},
                                                   {"issuer", Json::object({{"type", "self"}})}});
  subscription["livemode"] = false;
  subscription["payment_settings"] = Json::object({{"payment_method_options", nullptr},
                                                   {"payment_method_types", nullptr},
                                                   {"save_default_payment_method", "off"}});
}

Json billing_mode_of(const std::string& type, std::int64_t now) {
  if (type == "classic") return Json::object({{"flexible", nullptr}, {"type", type}});
  return Json::object({{"flexible", Json::object({{"proration_discounts", "included"}})},
                       {"type", type},
                       {"updated_at", now}});
}

std::int64_t anchor_of(const SubscriptionOrder& order, std::int64_t now) {
  if (order.anchor != 0) return order.anchor;
  return order.trial_end != 0 ? order.trial_end : now;
}

/// The item's price; less for a period that the anchor cuts short.
std::int64_t price_of_period(const Json& item, std::int64_t anchor) {
  const std::int64_t whole = item.at("price.unit_amount").integer() * item["quantity"].integer(1);
  const std::int64_t end = item["current_period_end"].integer();
  if (end != anchor) return whole;
  const Json& recurring = item.at("price.recurring");
  const std::int64_t intervals = recurring["interval_count"].integer(1);
  const std::int64_t length = end - add_intervals(end, recurring["interval"].text(), -intervals);
  const std::int64_t used = std::min(end - item["current_period_start"].integer(), length);
  return (2 * whole * used + length) / (2 * length);  // rounded half up, as money is
}

Json items_of(World& world, const std::string& id, const SubscriptionOrder& order) {
  const std::int64_t start = world.now();
  Json::Array items;
  for (const ItemOrder& item : order.items) {
    const Json recurring = world.get(item.price)["recurring"];
    const std::int64_t end =
        order.trial_end != 0
            ? order.trial_end
            : period_end(order.anchor == 0 ? start : order.anchor, start, recurring);
    items.push_back(item_shape(world, id, item, start, end));
  }
  return whole_list("/v1/subscription_items?subscription=" + id, std::move(items));
}

}  // namespace

Json item_shape(World& world, const std::string& subscription, const ItemOrder& order,
                std::int64_t start, std::int64_t end) {
  return Json::object({{"id", world.make_id("si_", 14)},
                       {"object", "subscription_item"},
                       {"billing_thresholds", nullptr},
                       {"created", world.now()},
                       {"current_period_end", end},
                       {"current_period_start", start},
                       {"current_trial", nullptr},
                       {"discounts", Json::array()},
                       {"metadata", order.metadata},
                       {"price", world.get(order.price)},
                       {"quantity", order.quantity},
                       {"subscription", subscription},
                       {"tax_rates", Json::array()}});
}

Json subscription_shape(World& world, const SubscriptionOrder& order) {
  const std::string id = world.make_id("sub_1", 23);
  const std::int64_t now = world.now();
  const bool trial = order.trial_end != 0;
  Json subscription = Json::object({{"id", id}, {"object", "subscription"}});
  add_constants(subscription);
  merge(subscription,
        Json::object(
            {{"billing_cycle_anchor", anchor_of(order, now)},
             {"billing_mode", billing_mode_of(order.billing_mode, now)},
             {"created", now},
             {"currency", world.get(order.items.at(0).price)["currency"]},
             {"customer", order.customer},
             {"default_payment_method", order.default_payment_method},
             {"description", order.description.empty() ? Json{} : Json{order.description}},
             {"items", items_of(world, id, order)},
             {"start_date", now},
             {"test_clock", world.get(order.customer)["test_clock"]},
             {"status", trial ? "trialing" : "incomplete"},
             {"trial_end", trial ? Json{order.trial_end} : Json{}},
             {"trial_settings",
              Json::object({{"end_behavior", Json::object({{"billing_cycle_anchor", nullptr},
                                                           {"missing_payment_method",
                                                            order.without_payment_method}})}})},
             {"trial_start", trial ? Json{now} : Json{}}}));
  subscription["metadata"] = order.metadata;
  if (order.keeps_payment_method) {
    subscription["payment_settings"]["save_default_payment_method"] = "on_subscription";
  }
  return subscription;
}

std::vector<LineOrder> lines_of(const Json& subscription) {
  const bool trial = subscription["status"].text() == "trialing";
  std::vector<LineOrder> lines;
  for (const Json& item : subscription.at("items.data").items()) {
    LineOrder line;
    line.quantity = item["quantity"].integer(1);
    line.price = item["price"];
    line.amount = trial ? 0 : price_of_period(item, subscription["billing_cycle_anchor"].integer());
    line.description = description_of(line.price, line.quantity, trial);
    line.period_start = item["current_period_start"].integer();
    line.period_end = item["current_period_end"].integer();
    line.subscription_item = item["id"].text();
    lines.push_back(std::move(line));
  }
  return lines;
}

LineOrder line_of_once(const World& world, const ItemOrder& order) {
  LineOrder line;
  line.price = world.get(order.price);
  line.quantity = order.quantity;
  line.amount = line.price["unit_amount"].integer() * order.quantity;
  line.description = std::to_string(order.quantity) + " × " + line.price["product"].text();
  line.period_start = world.now();
  line.period_end = world.now();
  return line;
}

}  // namespace tollgate::simulator
