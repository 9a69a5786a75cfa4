// SPDX-License-Identifier: Apache-2.0
#include "stripe/normalise/kinds.hpp"

namespace tollgate::stripe {
namespace {

/// Since basil each item has its own period, before that the subscription had one. Bodies made for
/// old versions hold both, and then an update may name only the old place as changed: what the item
/// says is the new period even in the object put back.
std::optional<Time> read_period(const Fields& subscription, const Fields& item,
                                std::string_view name) {
  const bool only_old_place_changed =
      subscription.was_changed(name) && !subscription.was_changed("items");
  if (only_old_place_changed) return subscription.time(name);
  const auto own = item.time(name);
  return own ? own : subscription.time(name);
}

SubscriptionItem read_item(const Fields& subscription, const Fields& from) {
  PriceReference price = read_price(from);
  return {.id = from.id(),
          .price = std::move(price.price),
          .product = std::move(price.product),
          .lookup_key = std::move(price.lookup_key),
          .quantity = from.integer("quantity"),
          .period_start = read_period(subscription, from, "current_period_start"),
          .period_end = read_period(subscription, from, "current_period_end")};
}

}  // namespace

Subscription read_subscription(const Fields& from) {
  Subscription it;
  it.id = from.id();
  it.customer = from.customer();
  it.status = from.text("status");
  for (const Fields& item : from.list("items")) it.items.push_back(read_item(from, item));
  it.items_truncated = from.object("items").flag("has_more");
  it.cancel_at = from.time("cancel_at");
  it.cancel_at_period_end = from.flag("cancel_at_period_end");
  it.canceled_at = from.time("canceled_at");
  it.ended_at = from.time("ended_at");
  it.trial_start = from.time("trial_start");
  it.trial_end = from.time("trial_end");
  it.latest_invoice = from.reference("latest_invoice");
  it.collection_paused = from.has("pause_collection");
  it.user_id = from.metadata("user_id");
  it.created = from.time("created");
  return it;
}

}  // namespace tollgate::stripe
