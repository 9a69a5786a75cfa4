// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/invoice_preview.hpp"

#include "stripe_simulator/billing/invoice_shapes.hpp"
#include "stripe_simulator/billing/plan_change.hpp"
#include "stripe_simulator/billing/subscription_billing.hpp"
#include "stripe_simulator/billing/subscription_shapes.hpp"
#include "stripe_simulator/billing/subscriptions.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view details = "subscription_details";

constexpr Parameter parameters_of_preview[] = {
    {.path = "customer"},
    {.path = "subscription"},
    {.path = "currency"},
    {.path = "preview_mode", .choices = "next|recurring"},
    {.path = "subscription_details.items[].id"},
    {.path = "subscription_details.items[].price"},
    {.path = "subscription_details.items[].quantity", .shape = Shape::integer},
    {.path = "subscription_details.items[].deleted", .shape = Shape::boolean},
    {.path = "subscription_details.items[].metadata", .shape = Shape::metadata},
    {.path = "subscription_details.proration_behavior",
     .choices = "create_prorations|always_invoice|none"},
    {.path = "subscription_details.proration_date", .shape = Shape::integer},
    {.path = "subscription_details.billing_cycle_anchor.type", .choices = "now|unchanged"},
    {.path = "subscription_details.trial_end", .shape = Shape::time, .choices = "now"},
    {.path = "subscription_details.cancel_now", .shape = Shape::boolean},
    {.path = "subscription_details.cancel_at_period_end", .shape = Shape::boolean},
    {.path = "subscription_details.cancel_at", .shape = Shape::integer},
};

Json shown(World& world, InvoiceOrder order) {
  order.billing_reason = "upcoming";
  return draft_invoice_shape(world, order, world.make_id("upcoming_in_1", 23));
}

ApiError none_upcoming(const std::string& customer) {
  ApiError error =
      invalid({}, "invoice_upcoming_none", "No upcoming invoices for customer: " + customer);
  error.status = 404;
  return error;
}

InvoiceOrder renewal_order(const World& world, const Json& subscription,
                           std::vector<LineOrder> further) {
  Json next = subscription;
  const std::int64_t begin = period_end_of(subscription);
  const std::int64_t before =
      subscription.at("items.data").items().at(0)["current_period_start"].integer();
  move_periods(next, begin);
  if (next["status"].text() == "trialing") next["status"] = "active";
  std::vector<LineOrder> lines = lines_of(next);
  lines.insert(lines.end(), further.begin(), further.end());
  InvoiceOrder order = subscription_invoice_order(world, next, "upcoming", std::move(lines));
  order.period_start = before;
  order.period_end = begin;
  return order;
}

Outcome<Json> preview_change(World& world, const Json& subscription, const Json& wanted) {
  const std::string customer = subscription["customer"].text();
  if (wanted["cancel_now"].flag()) {
    if (wanted["proration_behavior"].text() == "none") return none_upcoming(customer);
    const std::int64_t at = wanted["proration_date"].integer(world.now());
    return shown(world, subscription_invoice_order(world, subscription, "upcoming",
                                                   credits_of(world, subscription, at)));
  }
  const auto change = work_out_change(world, subscription, wanted, details);
  if (!change) return change.error();
  const std::string& behavior = wanted["proration_behavior"].text();
  const auto at_once = lines_at_once(*change, behavior);
  if (!at_once.empty()) {
    return shown(world,
                 subscription_invoice_order(world, change->subscription, "upcoming", at_once));
  }
  const auto later = lines_for_later(*change, behavior);
  const bool ends = wanted["cancel_at_period_end"].is_null()
                        ? !subscription["cancel_at"].is_null()
                        : wanted["cancel_at_period_end"].flag();
  if (!ends) return shown(world, renewal_order(world, change->subscription, later));
  InvoiceOrder last = subscription_invoice_order(world, change->subscription, "upcoming", later);
  if (last.lines.empty()) return none_upcoming(customer);
  return shown(world, std::move(last));
}

/// Of a subscription that is not there yet: its first invoice.
Outcome<Json> preview_new(World& world, const std::string& customer, const Json& wanted) {
  if (wanted["items"].items().empty()) return none_upcoming(customer);
  SubscriptionOrder order;
  order.customer = customer;
  if (wanted["trial_end"].is_integer()) order.trial_end = wanted["trial_end"].integer();
  for (const Json& item : wanted["items"].items()) {
    const std::string& price = item["price"].text();
    const std::string name =
        "subscription_details[items][" + std::to_string(order.items.size()) + "][price]";
    if (price.empty()) return missing_parameter(name);
    const auto found = find_object(world, "price", price, name);
    if (!found) return found;
    order.items.push_back({price, item["quantity"].integer(1)});
  }
  const Json subscription = subscription_shape(world, order);
  InvoiceOrder invoice =
      subscription_invoice_order(world, subscription, "upcoming", lines_of(subscription));
  return shown(world, std::move(invoice));
}

Outcome<Json> create_preview(Call& call) {
  World& world = call.world;
  const Json& parameters = call.parameters;
  const std::string& customer = parameters["customer"].text();
  const std::string& id = parameters["subscription"].text();
  if (!customer.empty()) {
    const auto owner = find_object(world, "customer", customer, "customer");
    if (!owner) return owner;
  }
  if (id.empty()) {
    if (customer.empty()) return missing_parameter("customer");
    return preview_new(world, customer, parameters[details]);
  }
  const auto subscription = find_object(world, "subscription", id, "subscription");
  if (!subscription) return subscription;
  if (!customer.empty() && (*subscription)["customer"].text() != customer) {
    return no_such("subscription", id, "subscription");
  }
  if (has_ended(*subscription)) return none_upcoming((*subscription)["customer"].text());
  return preview_change(world, *subscription, parameters[details]);
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/invoices/create_preview", parameters_of_preview, create_preview},
};

}  // namespace

Operations invoice_preview_operations() { return operations; }

Json upcoming_invoice(World& world, const Json& subscription) {
  return shown(world, renewal_order(world, subscription, {}));
}

}  // namespace tollgate::simulator
