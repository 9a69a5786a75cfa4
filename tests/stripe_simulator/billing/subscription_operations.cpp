// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/subscription_operations.hpp"

#include <algorithm>

#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/billing/cancellations.hpp"
#include "stripe_simulator/billing/invoice_items.hpp"
#include "stripe_simulator/billing/invoices.hpp"
#include "stripe_simulator/billing/plan_change.hpp"
#include "stripe_simulator/billing/subscription_billing.hpp"
#include "stripe_simulator/billing/subscription_changes.hpp"
#include "stripe_simulator/billing/subscriptions.hpp"
#include "stripe_simulator/payments/charge_outcomes.hpp"
#include "stripe_simulator/payments/payment_methods.hpp"
#include "stripe_simulator/shop/prices.hpp"
#include "stripe_simulator/time/calendar.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "subscription";
constexpr std::int64_t day_s = 24 * 3600;
constexpr std::string_view without_method = "cancel|create_invoice|pause";

constexpr Parameter create_parameters[] = {
    {.path = "customer", .need = Need::required},
    {.path = "items[].price"},
    {.path = "items[].price_data.currency"},
    {.path = "items[].price_data.product"},
    {.path = "items[].price_data.unit_amount", .shape = Shape::integer},
    {.path = "items[].price_data.recurring.interval", .choices = "day|week|month|year"},
    {.path = "items[].price_data.recurring.interval_count", .shape = Shape::integer},
    {.path = "items[].quantity", .shape = Shape::integer},
    {.path = "items[].metadata", .shape = Shape::metadata},
    {.path = "default_payment_method"},
    {.path = "payment_behavior",
     .choices = "allow_incomplete|default_incomplete|error_if_incomplete|pending_if_incomplete"},
    {.path = "payment_settings.save_default_payment_method", .choices = "off|on_subscription"},
    {.path = "collection_method", .choices = "charge_automatically"},
    {.path = "billing_cycle_anchor", .shape = Shape::integer},
    {.path = "proration_behavior", .choices = "create_prorations|always_invoice|none"},
    {.path = "billing_mode.type", .choices = "classic|flexible"},
    {.path = "off_session", .shape = Shape::boolean},
    {.path = "add_invoice_items[].price"},
    {.path = "add_invoice_items[].quantity", .shape = Shape::integer},
    {.path = "cancel_at", .shape = Shape::time, .choices = "min_period_end|max_period_end"},
    {.path = "cancel_at_period_end", .shape = Shape::boolean},
    {.path = "trial_period_days", .shape = Shape::integer},
    {.path = "trial_end", .shape = Shape::integer},
    {.path = "trial_settings.end_behavior.missing_payment_method", .choices = without_method},
    {.path = "description"},
    {.path = "discounts[].coupon"},
    {.path = "discounts[].promotion_code"},
    {.path = "metadata", .shape = Shape::metadata},
};
constexpr Parameter cancel_parameters[] = {
    {.path = "invoice_now", .shape = Shape::boolean},
    {.path = "prorate", .shape = Shape::boolean},
    {.path = "cancellation_details.comment"},
    {.path = "cancellation_details.feedback"},
};
constexpr Parameter list_filters[] = {
    {.path = "customer"},
    {.path = "price"},
    {.path = "status",
     .choices = "active|all|canceled|ended|incomplete|incomplete_expired|past_due|paused|trialing"
                "|unpaid"},
    {.path = "test_clock"}};

/// The price that one of the items names, or describes.
Outcome<std::string> price_of(World& world, const Json& wanted, const std::string& place,
                              std::string_view type) {
  const std::string& id = wanted["price"].text();
  if (id.empty() && !wanted["price_data"].is_null()) {
    if (wanted.at("price_data.recurring.interval").is_null()) {
      return missing_parameter(place + "[price_data][recurring][interval]");
    }
    return create_price_inline(world, wanted["price_data"], place + "[price_data]");
  }
  const std::string name = place + "[price]";
  if (id.empty()) return missing_parameter(name);
  const auto price = find_object(world, "price", id, name);
  if (!price) return price.error();
  if (!(*price)["active"].flag()) {
    return invalid(name, {},
                   "The price specified is inactive. This field only accepts active prices.");
  }
  if ((*price)["type"].text() == type) return id;
  return invalid(name, {},
                 "The price specified is set to `type=" + (*price)["type"].text() +
                     "` but this field only accepts prices with `type=" + std::string{type} + "`.");
}

/// Of `items`, or of `add_invoice_items`.
Outcome<std::vector<ItemOrder>> read_items(World& world, const Json& wanted,
                                           const std::string& list, std::string_view type) {
  std::vector<ItemOrder> items;
  for (const Json& one : wanted.items()) {
    const auto price = price_of(world, one, list + "[" + std::to_string(items.size()) + "]", type);
    if (!price) return price.error();
    ItemOrder item{*price, one["quantity"].integer(1)};
    if (one["metadata"].is_object()) item.metadata = one["metadata"];
    items.push_back(std::move(item));
  }
  return items;
}

/// 400 unless something can be charged: the request's method or the customer's default.
std::optional<ApiError> fault_of_method(const World& world, const Json& parameters,
                                        const SubscriptionOrder& order, FirstPayment first) {
  const std::string wanted = parameters["default_payment_method"].text();
  if (!wanted.empty()) {
    const Json* method = world.find("payment_method", wanted);
    if (method == nullptr || (*method)["customer"].text() != order.customer) {
      return no_such("PaymentMethod", wanted, "default_payment_method");
    }
    return std::nullopt;
  }
  const Json& customer = world.get(order.customer);
  const bool charges = first == FirstPayment::charge && order.trial_end == 0;
  if (!charges || !customer.at("invoice_settings.default_payment_method").is_null()) {
    return std::nullopt;
  }
  return invalid({}, "resource_missing",
                 "This customer has no attached payment source or default payment method. Please "
                 "consider adding a default payment method.");
}

SubscriptionOrder read_order(const World& world, const Json& parameters) {
  SubscriptionOrder order;
  order.customer = parameters["customer"].text();
  order.default_payment_method = parameters["default_payment_method"];
  order.description = parameters["description"].text();
  if (parameters["metadata"].is_object()) order.metadata = parameters["metadata"];
  if (parameters["trial_period_days"].integer() > 0) {
    order.trial_end = world.now() + parameters["trial_period_days"].integer() * day_s;
  }
  if (parameters["trial_end"].is_integer()) order.trial_end = parameters["trial_end"].integer();
  order.anchor = parameters["billing_cycle_anchor"].integer();
  order.prorates_first_period = parameters["proration_behavior"].text() != "none";
  order.keeps_payment_method =
      parameters.at("payment_settings.save_default_payment_method").text() == "on_subscription";
  const Json& behavior = parameters.at("trial_settings.end_behavior.missing_payment_method");
  if (!behavior.is_null()) order.without_payment_method = behavior.text();
  const Json& mode = parameters.at("billing_mode.type");
  if (!mode.is_null()) order.billing_mode = mode.text();
  return order;
}

/// What the items cost, before anything is taken off.
std::int64_t first_amount(const World& world, const SubscriptionOrder& order) {
  std::int64_t amount = 0;
  for (const ItemOrder& item : order.items) {
    amount += world.get(item.price)["unit_amount"].integer() * item.quantity;
  }
  return amount;
}

/// The first period may be shorter than the others, not longer.
std::optional<ApiError> fault_of_anchor(const World& world, const SubscriptionOrder& order) {
  constexpr std::string_view param = "billing_cycle_anchor";
  if (order.anchor == 0) return std::nullopt;
  const std::int64_t start = std::max(order.trial_end, world.now());
  if (order.anchor <= start) {
    return invalid(param, {}, "`billing_cycle_anchor` must be in the future, after any trial.");
  }
  for (const ItemOrder& item : order.items) {
    const std::int64_t natural = period_end(start, start, world.get(item.price)["recurring"]);
    if (order.anchor <= natural) continue;
    return invalid(param, {},
                   "`billing_cycle_anchor` cannot be later than next natural billing date (" +
                       std::to_string(natural) + ") for plan");
  }
  return std::nullopt;
}

Outcome<Json> create(Call& call) {
  const Json& parameters = call.parameters;
  const auto customer =
      find_object(call.world, "customer", parameters["customer"].text(), "customer");
  if (!customer) return customer;
  auto items = read_items(call.world, parameters["items"], "items", "recurring");
  if (!items) return items.error();
  if (items->empty()) return missing_parameter("items");
  auto once =
      read_items(call.world, parameters["add_invoice_items"], "add_invoice_items", "one_time");
  if (!once) return once.error();
  if (const auto fault = fault_of_cancellation(call.world, parameters)) return *fault;
  SubscriptionOrder order = read_order(call.world, parameters);
  order.items = std::move(*items);
  order.once = std::move(*once);
  if (const auto fault = fault_of_anchor(call.world, order)) return *fault;
  auto discounts = read_discounts(call.world, parameters["discounts"], order.customer,
                                  first_amount(call.world, order));
  if (!discounts) return discounts.error();
  order.discounts = std::move(*discounts);
  const std::string& behavior = parameters["payment_behavior"].text();
  const auto first = behavior == "default_incomplete" ? FirstPayment::wait : FirstPayment::charge;
  if (const auto fault = fault_of_method(call.world, parameters, order, first)) return *fault;
  if (behavior == "error_if_incomplete" && order.trial_end == 0) {
    const Json subscription = Json::object(
        {{"customer", order.customer}, {"default_payment_method", order.default_payment_method}});
    if (const auto refusal = refusal_of_charge(call.world, subscription)) return *refusal;
  }
  for (const char* name : {"cancel_at", "cancel_at_period_end"}) {
    if (parameters.has(name)) order.cancellation[name] = parameters[name];
  }
  return call.world.get(start_subscription(call.world, order, first));
}

Outcome<Json> show(Call& call) { return find_object(call.world, kind, call.id()); }

Outcome<Json> update(Call& call) { return update_subscription(call); }

Outcome<Json> remove_discount(Call& call) {
  const auto subscription = find_object(call.world, kind, call.id());
  if (!subscription) return subscription;
  if ((*subscription)["discounts"].items().empty()) return no_such("discount", call.id());
  const Json id = (*subscription)["discounts"].items().front();
  take_discounts_away(call.world, call.id());
  call.world.announce_change(call.id(), "customer.subscription.updated", *subscription);
  return Json::object({{"id", id}, {"object", "discount"}, {"deleted", true}});
}

Outcome<Json> cancel(Call& call) {
  const auto subscription = find_object(call.world, kind, call.id());
  if (!subscription) return subscription;
  if (has_ended(*subscription)) return no_such(kind, call.id());
  const Json details = call.parameters["cancellation_details"];
  call.world.change(call.id(), {},
                    [&](Json& object) { merge(object["cancellation_details"], details); });
  if (call.parameters["prorate"].flag() && (*subscription)["status"].text() == "active") {
    for (const LineOrder& line : credits_of(call.world, *subscription, call.world.now())) {
      create_proration(call.world, call.id(), line);
    }
  }
  end_subscription(call.world, call.id(), "cancellation_requested");
  if (call.parameters["invoice_now"].flag() && !pending_lines(call.world, call.id()).empty()) {
    bill_at_once(call.world, *subscription, {}, Collect::now);
  }
  return call.world.get(call.id());
}

bool is_wanted(const std::string& status, const Json& subscription) {
  if (status == "all") return true;
  if (status.empty()) return subscription["status"].text() != "canceled";
  if (status == "ended") return has_ended(subscription);
  return subscription["status"].text() == status;
}

Outcome<Json> list(Call& call) {
  constexpr Filter filters[] = {{"customer", "customer"}, {"test_clock", "test_clock"}};
  // Those that live by a test clock are told on request only.
  const bool with_clocks =
      !call.parameters["customer"].is_null() || !call.parameters["test_clock"].is_null();
  const std::string& status = call.parameters["status"].text();
  const std::string& price = call.parameters["price"].text();
  return list_objects(call, kind, "/v1/subscriptions", filters, [&](const Json& subscription) {
    if (!is_wanted(status, subscription)) return false;
    if (!with_clocks && !subscription["test_clock"].is_null()) return false;
    if (price.empty()) return true;
    for (const Json& item : subscription.at("items.data").items()) {
      if (item.at("price.id").text() == price) return true;
    }
    return false;
  });
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/subscriptions", create_parameters, create},
    {Verb::get, "/v1/subscriptions/{id}", {}, show},
    {Verb::post, "/v1/subscriptions/{id}", subscription_change_parameters, update},
    {Verb::remove, "/v1/subscriptions/{id}", cancel_parameters, cancel},
    {Verb::remove, "/v1/subscriptions/{id}/discount", {}, remove_discount},
    {Verb::list, "/v1/subscriptions", list_filters, list},
};

}  // namespace

Operations subscription_operations() { return operations; }

}  // namespace tollgate::simulator
