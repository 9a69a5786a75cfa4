// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/cancellations.hpp"

#include <algorithm>

#include "stripe_simulator/billing/subscriptions.hpp"

namespace tollgate::simulator {
namespace {

/// The earliest or the latest end of the items' periods, or the time itself.
std::int64_t end_of(const Json& subscription, const Json& wanted) {
  if (wanted.is_integer()) return wanted.integer();
  std::int64_t end = period_end_of(subscription);
  if (wanted.text() == "min_period_end") return end;
  for (const Json& item : subscription.at("items.data").items()) {
    end = std::max(end, item["current_period_end"].integer());
  }
  return end;
}

void cancel_at(Json& subscription, std::int64_t at, std::int64_t now) {
  subscription["cancel_at"] = at;
  subscription["canceled_at"] = now;
  subscription["cancellation_details"]["reason"] = "cancellation_requested";
}

void take_cancellation_back(Json& subscription) {
  subscription["cancel_at_period_end"] = false;
  subscription["cancel_at"] = nullptr;
  subscription["canceled_at"] = nullptr;
  subscription["cancellation_details"]["reason"] = nullptr;
}

}  // namespace

std::optional<ApiError> fault_of_cancellation(const World& world, const Json& parameters) {
  const Json& at = parameters["cancel_at"];
  if (parameters["cancel_at_period_end"].flag() && !at.is_null()) {
    return invalid("cancel_at", {}, "You cannot pass both cancel_at and cancel_at_period_end.");
  }
  if (!at.is_integer() || at.integer() > world.now()) return std::nullopt;
  return invalid("cancel_at", {}, "Timestamp must be in the future.");
}

void set_cancellation(const World& world, Json& subscription, const Json& parameters) {
  const Json& at_period_end = parameters["cancel_at_period_end"];
  if (!at_period_end.is_null() || parameters.has("cancel_at")) {
    take_cancellation_back(subscription);
  }
  if (at_period_end.flag()) {
    subscription["cancel_at_period_end"] = true;
    cancel_at(subscription, period_end_of(subscription), world.now());
  }
  if (!parameters["cancel_at"].is_null()) {
    cancel_at(subscription, end_of(subscription, parameters["cancel_at"]), world.now());
  }
}

}  // namespace tollgate::simulator
