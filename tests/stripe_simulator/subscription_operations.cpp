// SPDX-License-Identifier: Apache-2.0
#include "subscription_operations.hpp"

#include "invoice_items.hpp"
#include "invoices.hpp"
#include "lists.hpp"
#include "payment_methods.hpp"
#include "payments.hpp"
#include "plan_change.hpp"
#include "subscription_billing.hpp"
#include "subscription_changes.hpp"
#include "subscriptions.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "subscription";
constexpr std::int64_t day_s = 24 * 3600;
constexpr std::string_view without_method = "cancel|create_invoice|pause";

constexpr Parameter create_parameters[] = {
    {.path = "customer", .need = Need::required},
    {.path = "items[].price"},
    {.path = "items[].quantity", .shape = Shape::integer},
    {.path = "items[].metadata", .shape = Shape::metadata},
    {.path = "default_payment_method"},
    {.path = "payment_behavior",
     .choices = "allow_incomplete|default_incomplete|error_if_incomplete|pending_if_incomplete"},
    {.path = "payment_settings.save_default_payment_method", .choices = "off|on_subscription"},
    {.path = "collection_method", .choices = "charge_automatically"},
    {.path = "billing_mode.type", .choices = "classic|flexible"},
    {.path = "off_session", .shape = Shape::boolean},
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
    {.path = "customer"}, {.path = "price"}, {.path = "status"}, {.path = "test_clock"}};
constexpr Parameter item_filters[] = {{.path = "subscription", .need = Need::required}};

Outcome<std::vector<ItemOrder>> read_items(const World& world, const Json& parameters) {
  std::vector<ItemOrder> items;
  for (std::size_t i = 0; i < parameters["items"].items().size(); ++i) {
    const Json& wanted = parameters["items"].items()[i];
    const std::string name = "items[" + std::to_string(i) + "][price]";
    if (wanted["price"].is_null()) return missing_parameter(name);
    const auto price = find_object(world, "price", wanted["price"].text(), name);
    if (!price) return price.error();
    if ((*price)["type"].text() != "recurring") {
      return invalid(name, {},
                     "The price specified is set to `type=one_time` but this field only "
                     "accepts prices with `type=recurring`.");
    }
    ItemOrder item{wanted["price"].text(), wanted["quantity"].integer(1)};
    if (wanted["metadata"].is_object()) item.metadata = wanted["metadata"];
    items.push_back(std::move(item));
  }
  if (items.empty()) return missing_parameter("items");
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
  order.keeps_payment_method =
      parameters.at("payment_settings.save_default_payment_method").text() == "on_subscription";
  const Json& behavior = parameters.at("trial_settings.end_behavior.missing_payment_method");
  if (!behavior.is_null()) order.without_payment_method = behavior.text();
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

Outcome<Json> create(Call& call) {
  const Json& parameters = call.parameters;
  const auto customer =
      find_object(call.world, "customer", parameters["customer"].text(), "customer");
  if (!customer) return customer;
  auto items = read_items(call.world, parameters);
  if (!items) return items.error();
  SubscriptionOrder order = read_order(call.world, parameters);
  order.items = std::move(*items);
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
    for (const LineOrder& line : credits_of(*subscription, call.world.now())) {
      create_invoice_item(call.world, call.id(), line);
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

Outcome<Json> list_items(Call& call) {
  const std::string& id = call.parameters["subscription"].text();
  const auto subscription = find_object(call.world, kind, id, "subscription");
  if (!subscription) return subscription;
  return list_page(call, "/v1/subscription_items", subscription->at("items.data").items());
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/subscriptions", create_parameters, create},
    {Verb::get, "/v1/subscriptions/{id}", {}, show},
    {Verb::post, "/v1/subscriptions/{id}", subscription_change_parameters, update},
    {Verb::remove, "/v1/subscriptions/{id}", cancel_parameters, cancel},
    {Verb::remove, "/v1/subscriptions/{id}/discount", {}, remove_discount},
    {Verb::list, "/v1/subscriptions", list_filters, list},
    {Verb::list, "/v1/subscription_items", item_filters, list_items},
};

}  // namespace

Operations subscription_operations() { return operations; }

}  // namespace tollgate::simulator
