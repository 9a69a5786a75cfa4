// SPDX-License-Identifier: Apache-2.0
#include "subscription_changes.hpp"

#include <algorithm>

#include "calendar.hpp"
#include "invoice_items.hpp"
#include "invoices.hpp"
#include "subscription_shapes.hpp"
#include "subscriptions.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "subscription";

Json* find_item(Json& subscription, const std::string& id) {
  Json::Array& items = subscription["items"]["data"].items();
  const auto found =
      std::find_if(items.begin(), items.end(), [&](const Json& item) { return item["id"] == id; });
  return found == items.end() ? nullptr : &*found;
}

/// The part of the item's price for the time from `at` to its period's end.
std::int64_t rest_of(const Json& item, std::int64_t at) {
  const std::int64_t start = item["current_period_start"].integer();
  const std::int64_t end = item["current_period_end"].integer();
  const std::int64_t whole = item.at("price.unit_amount").integer() * item["quantity"].integer(1);
  if (end <= start) return 0;
  const std::int64_t left = std::clamp<std::int64_t>(end - at, 0, end - start);
  // Rounded half up, as money is.
  return (2 * whole * left + (end - start)) / (2 * (end - start));
}

LineOrder proration_line(const Json& item, std::int64_t amount, std::int64_t at) {
  LineOrder line;
  line.amount = amount;
  line.price = item["price"];
  line.quantity = item["quantity"].integer(1);
  line.description =
      std::string{amount < 0 ? "Unused" : "Remaining"} + " time on " + item.at("price.id").text();
  line.period_start = at;
  line.period_end = item["current_period_end"].integer();
  line.subscription_item = item["id"].text();
  line.proration = true;
  return line;
}

/// Changes the items of `subscription` as asked and gives the lines that settle the difference.
Outcome<std::vector<LineOrder>> change_items(World& world, Json& subscription, const Json& wanted,
                                             std::int64_t at) {
  std::vector<LineOrder> lines;
  for (std::size_t i = 0; i < wanted.items().size(); ++i) {
    const Json& change = wanted.items()[i];
    const std::string name = "items[" + std::to_string(i) + "]";
    const std::string price = change["price"].text();
    if (!price.empty() && world.find("price", price) == nullptr) {
      return no_such("price", price, name + "[price]");
    }
    if (change["id"].is_null()) {
      if (price.empty()) return missing_parameter(name + "[price]");
      const std::int64_t end = period_end(subscription["billing_cycle_anchor"].integer(), at,
                                          world.get(price)["recurring"]);
      Json item = item_shape(world, subscription["id"].text(),
                             {price, change["quantity"].integer(1)}, at, end);
      lines.push_back(proration_line(item, rest_of(item, at), at));
      subscription["items"]["data"].items().push_back(std::move(item));
      continue;
    }
    Json* item = find_item(subscription, change["id"].text());
    if (item == nullptr) return no_such("subscription item", change["id"].text(), name + "[id]");
    lines.push_back(proration_line(*item, -rest_of(*item, at), at));
    if (change["deleted"].flag()) {
      const Json gone = *item;
      std::erase(subscription["items"]["data"].items(), gone);
      continue;
    }
    if (!price.empty()) (*item)["price"] = world.get(price);
    if (!change["quantity"].is_null()) (*item)["quantity"] = change["quantity"];
    lines.push_back(proration_line(*item, rest_of(*item, at), at));
  }
  if (subscription["items"]["data"].items().empty()) {
    return invalid("items", {}, "A subscription must have at least one active plan.");
  }
  subscription["items"]["total_count"] = subscription["items"]["data"].items().size();
  return lines;
}

void set_cancellation(World& world, Json& subscription, const Json& parameters) {
  const auto ask = [&](const Json& at_period_end, const Json& at) {
    subscription["cancel_at_period_end"] = at_period_end;
    subscription["cancel_at"] = at;
    subscription["canceled_at"] = at.is_null() ? Json{} : Json{world.now()};
    subscription["cancellation_details"]["reason"] =
        at.is_null() ? Json{} : Json{"cancellation_requested"};
  };
  if (!parameters["cancel_at_period_end"].is_null()) {
    const bool ends = parameters["cancel_at_period_end"].flag();
    ask(ends, ends ? Json{period_end_of(subscription)} : Json{});
  }
  if (parameters.has("cancel_at")) ask(false, parameters["cancel_at"]);
}

/// A new period begins now, as it does when a trial ends early.
void end_trial(World& world, Json& subscription) {
  subscription["trial_end"] = world.now();
  subscription["billing_cycle_anchor"] = world.now();
  for (Json& item : subscription["items"]["data"].items()) item["current_period_end"] = world.now();
}

/// Members that are taken as they come.
void set_plain_members(Json& subscription, const Json& parameters) {
  Json plain = Json::object();
  for (const char* name : {"cancellation_details", "default_payment_method", "description",
                           "metadata", "pause_collection"}) {
    if (parameters.has(name)) plain[name] = parameters[name];
  }
  merge(subscription, plain);
}

void bill(World& world, const std::string& id, std::vector<LineOrder> lines) {
  const Json subscription = world.get(id);
  InvoiceOrder order;
  order.customer = subscription["customer"].text();
  order.subscription = id;
  order.billing_reason = "subscription_update";
  order.currency = subscription["currency"].text();
  order.lines = std::move(lines);
  order.period_start = order.period_end = world.now();
  const std::string invoice = create_invoice(world, order);
  world.change(id, {}, [&](Json& object) { object["latest_invoice"] = invoice; });
  finalize_and_pay(world, invoice);
}

/// Now, with the next invoice, or not at all.
void settle_difference(World& world, const std::string& id, const std::string& behavior,
                       std::vector<LineOrder> lines) {
  if (lines.empty() || behavior == "none") return;
  if (behavior == "always_invoice") {
    bill(world, id, std::move(lines));
    return;
  }
  for (const LineOrder& line : lines) create_invoice_item(world, id, line);
}

}  // namespace

Outcome<Json> update_subscription(Call& call) {
  World& world = call.world;
  const std::string& id = call.id();
  const Json& parameters = call.parameters;
  const auto found = find_object(world, kind, id);
  if (!found) return found;
  if (has_ended(*found)) return no_such(kind, id);
  if (parameters["cancel_at_period_end"].flag() && !parameters["cancel_at"].is_null()) {
    return invalid("cancel_at", {}, "You cannot pass both cancel_at and cancel_at_period_end.");
  }
  Json next = *found;
  const std::int64_t at = parameters["proration_date"].integer(world.now());
  auto lines = change_items(world, next, parameters["items"], at);
  if (!lines) return lines.error();
  set_plain_members(next, parameters);
  set_cancellation(world, next, parameters);
  const bool ends_trial =
      parameters["trial_end"].text() == "now" && next["status"].text() == "trialing";
  if (ends_trial) end_trial(world, next);
  change_subscription(world, id, [&](Json& object) { object = next; });
  if (ends_trial) {
    renew_subscription(world, id);
  } else {
    plan_next(world, id);
  }
  if (next["status"].text() != "trialing") {
    settle_difference(world, id, parameters["proration_behavior"].text(), std::move(*lines));
  }
  return world.get(id);
}

}  // namespace tollgate::simulator
