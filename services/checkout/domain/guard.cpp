// SPDX-License-Identifier: Apache-2.0
#include "checkout/domain/guard.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace tollgate::checkout {
namespace {

constexpr std::array<std::string_view, 5> live_statuses{"active", "trialing", "past_due", "unpaid",
                                                        "paused"};

/// Paid for, or not yet to be: what the user enjoys now.
bool is_in_order(const Subscription& subscription) {
  return subscription.status == "active" || subscription.status == "trialing";
}

/// The one to keep first.
std::vector<const Subscription*> live_ones(const Catalog& catalog,
                                           const std::vector<Subscription>& held) {
  std::vector<const Subscription*> found;
  for (const Subscription& each : held) {
    if (is_live(each) && plan_of(catalog, each) != nullptr) found.push_back(&each);
  }
  // Ids decide inside one second, so that everybody keeps the same one.
  std::ranges::sort(found, {}, [](const Subscription* each) {
    return std::tuple{!is_in_order(*each), each->created, each->id};
  });
  return found;
}

}  // namespace

const Plan* plan_of(const Catalog& catalog, const Subscription& subscription) {
  for (const SubscriptionItem& item : subscription.items) {
    const Plan* plan = catalog.plan_sold_as(item.product, item.price, item.lookup_key);
    if (plan != nullptr) return plan;
  }
  return nullptr;
}

bool is_live(const Subscription& subscription) {
  return std::ranges::find(live_statuses, subscription.status) != live_statuses.end();
}

const Subscription* blocking(const Catalog& catalog, const std::vector<Subscription>& held) {
  const auto live = live_ones(catalog, held);
  return live.empty() ? nullptr : live.front();
}

std::vector<const Subscription*> incomplete(const Catalog& catalog,
                                            const std::vector<Subscription>& held) {
  std::vector<const Subscription*> found;
  for (const Subscription& each : held) {
    if (each.status == "incomplete" && plan_of(catalog, each) != nullptr) found.push_back(&each);
  }
  return found;
}

std::vector<const Subscription*> doubles(const Catalog& catalog,
                                         const std::vector<Subscription>& held) {
  auto live = live_ones(catalog, held);
  if (!live.empty()) live.erase(live.begin());
  return live;
}

bool is_later(const Subscription& subscription, const Subscription& than) {
  return std::tie(subscription.created, subscription.id) > std::tie(than.created, than.id);
}

Failure already_subscribed(const Subscription& subscription) {
  Failure failure{Fault::conflict, "already_subscribed",
                  "You have a subscription already: change it instead of buying another one."};
  failure.subscription = subscription.id;
  failure.call = "PATCH /v1/subscriptions/" + subscription.id;
  if (subscription.status == "past_due" || subscription.status == "unpaid") {
    failure.detail = "You have a subscription already, and a payment is due: settle it first.";
    failure.call = "POST /v1/portal-sessions";
  } else if (subscription.status == "paused" || subscription.cancel_at_period_end ||
             subscription.cancel_at) {
    failure.detail = "You have a subscription already that is paused or ends: resume it instead.";
    failure.call = "POST /v1/subscriptions/" + subscription.id + "/resume";
  }
  return failure;
}

Failure payment_processing(const Subscription& subscription) {
  Failure failure{Fault::conflict, "payment_processing",
                  "A payment of yours is under way: wait for it instead of buying again."};
  failure.subscription = subscription.id;
  return failure;
}

Failure too_much_going_on() {
  return {Fault::conflict, "superseded", "Other requests of yours are under way; ask again."};
}

const Session* same_request(const std::vector<Session>& open, std::string_view request) {
  const auto found = std::ranges::find_if(open, [&](const Session& session) {
    return session.status == "open" && session.planted.request == request;
  });
  return found == open.end() ? nullptr : &*found;
}

}  // namespace tollgate::checkout
