// SPDX-License-Identifier: Apache-2.0
// What a new subscription and its items look like, and the lines that bill them.
#pragma once

#include "stripe_simulator/billing/invoices.hpp"
#include "stripe_simulator/billing/subscriptions.hpp"

namespace tollgate::simulator {

Json subscription_shape(World& world, const SubscriptionOrder& order);

/// An item whose period is `start` to `end`; the price is shown whole.
Json item_shape(World& world, const std::string& subscription, const ItemOrder& order,
                std::int64_t start, std::int64_t end);

/// One line an item, over the item's present period; free ones in a trial.
std::vector<LineOrder> lines_of(const Json& subscription);
/// The line of a one-time price.
LineOrder line_of_once(const World& world, const ItemOrder& order);

}  // namespace tollgate::simulator
