// SPDX-License-Identifier: Apache-2.0
// Subscriptions as a state machine: how they start, renew, fall behind and end. The API's routes
// are subscription_operations.hpp's, changes of plan subscription_changes.hpp's.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "stripe_simulator/shop/discounts.hpp"
#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

struct ItemOrder {
  std::string price;
  std::int64_t quantity = 1;
  Json metadata = Json::object();
};

struct SubscriptionOrder {
  std::string customer;
  std::vector<ItemOrder> items;  ///< recurring prices
  std::vector<ItemOrder> once;   ///< one-time prices, on the first invoice only
  Json metadata = Json::object();
  Json default_payment_method;
  std::int64_t trial_end = 0;                             ///< 0: none
  std::string without_payment_method = "create_invoice";  ///< at the trial's end; pause, cancel
  std::string description;
  std::string billing_mode = "flexible";  ///< or `classic`
  std::vector<DiscountOrder> discounts;
  Json cancellation = Json::object();  ///< `cancel_at` or `cancel_at_period_end` of the call
  Json checkout_session;               ///< the id of the one it comes from
  std::int64_t anchor = 0;             ///< when the first period ends; 0: after an interval
  bool prorates_first_period = true;   ///< one that the anchor cuts short; else it is free
  bool keeps_payment_method = false;   ///< what pays its invoices first becomes its default
};

enum class FirstPayment {
  charge,  ///< now
  wait,    ///< the client confirms the invoice's payment (`default_incomplete`)
};

/// The id. Makes the first invoice and pays it; customer.subscription.created shows the state after
/// that, as it has since 2025-03-31. A first payment that fails leaves it incomplete.
std::string start_subscription(World& world, const SubscriptionOrder& order, FirstPayment first);

/// customer.subscription.updated, unless nothing changed or the subscription is not announced yet.
void change_subscription(World& world, const std::string& id,
                         const std::function<void(Json&)>& change);

/// Canceled for good; customer.subscription.deleted. `reason` as in cancellation_details.
void end_subscription(World& world, const std::string& id, std::string_view reason);

/// Plans its next renewal or end on the agenda anew, after a change of its dates.
void plan_next(World& world, const std::string& id);

/// The earliest end of its items' periods.
std::int64_t period_end_of(const Json& subscription);
bool has_ended(const Json& subscription);

/// The agenda's actions.
void renew_subscription(World& world, const std::string& id);
void announce_upcoming(World& world, const std::string& id);
void warn_of_trial_end(World& world, const std::string& id);
void expire_incomplete(World& world, const std::string& id);
void retry_invoice(World& world, const std::string& invoice);
void finalize_and_pay(World& world, const std::string& invoice);

}  // namespace tollgate::simulator
