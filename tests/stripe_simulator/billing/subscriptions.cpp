// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/subscriptions.hpp"

#include <algorithm>

#include "stripe_simulator/billing/cancellations.hpp"
#include "stripe_simulator/billing/invoice_preview.hpp"
#include "stripe_simulator/billing/invoices.hpp"
#include "stripe_simulator/billing/plan_change.hpp"
#include "stripe_simulator/billing/subscription_billing.hpp"
#include "stripe_simulator/billing/subscription_pauses.hpp"
#include "stripe_simulator/billing/subscription_shapes.hpp"
#include "stripe_simulator/payments/setup_intents.hpp"
#include "stripe_simulator/shop/entitlements.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::int64_t hour_s = 3600;
constexpr std::int64_t day_s = 24 * hour_s;
// docs.stripe.com/billing/subscriptions/overview: 23 hours for the first payment, trial_will_end
// three days before the end.
constexpr std::int64_t first_payment_s = 23 * hour_s;
constexpr std::int64_t trial_warning_s = 3 * day_s;
// A setting of the account, three days at least.
constexpr std::int64_t upcoming_s = 7 * day_s;

std::string invoice_first_period(World& world, const Json& subscription,
                                 const SubscriptionOrder& order) {
  std::vector<LineOrder> lines = lines_of(subscription);
  if (!order.prorates_first_period && order.anchor != 0) {
    for (LineOrder& line : lines) line.amount = 0;
  }
  for (const ItemOrder& item : order.once) lines.push_back(line_of_once(world, item));
  return create_subscription_invoice(world, subscription, "subscription_create", std::move(lines));
}

void set_latest_invoice(World& world, const std::string& id, const std::string& invoice) {
  world.change(id, {}, [&](Json& object) { object["latest_invoice"] = invoice; });
}

bool has_payment_method(const World& world, const Json& subscription) {
  if (!subscription["default_payment_method"].is_null()) return true;
  const Json& customer = world.get(subscription["customer"].text());
  return !customer.at("invoice_settings.default_payment_method").is_null();
}

/// At the trial's end, without anything to charge, as the subscription's settings say.
bool ends_without_method(World& world, const std::string& id) {
  const Json subscription = world.get(id);
  if (subscription["status"].text() != "trialing" || has_payment_method(world, subscription)) {
    return false;
  }
  const std::string wanted =
      subscription.at("trial_settings.end_behavior.missing_payment_method").text();
  if (wanted == "cancel") {
    end_subscription(world, id, "payment_failed");
    return true;
  }
  if (wanted != "pause") return false;
  pause_subscription(world, id, "trial_end_without_payment_method");
  return true;
}

/// Nothing to pay today and nothing to pay with later: the client may set a method up.
void offer_setup(World& world, const std::string& id) {
  const Json subscription = world.get(id);
  SetupOrder order;
  order.customer = subscription["customer"].text();
  const std::string intent = create_setup(world, order);
  world.note(intent, "subscription", id);
  change_subscription(world, id, [&](Json& object) { object["pending_setup_intent"] = intent; });
}

}  // namespace

std::string start_subscription(World& world, const SubscriptionOrder& order, FirstPayment first) {
  Json shape = subscription_shape(world, order);
  set_cancellation(world, shape, order.cancellation);
  const std::string id = world.create(std::move(shape), {})["id"].text();
  world.note(id, "unannounced", true);
  for (const DiscountOrder& discount : order.discounts) {
    give_discount(world, id, discount, order.checkout_session);
  }
  const std::string invoice = invoice_first_period(world, Json{world.get(id)}, order);
  set_latest_invoice(world, id, invoice);
  finalize_invoice(world, invoice);
  if (world.get(invoice)["status"].text() == "paid") {
    if (order.trial_end == 0) {
      change_subscription(world, id, [](Json& object) { object["status"] = "active"; });
    }
    if (first == FirstPayment::wait && !has_payment_method(world, world.get(id))) {
      offer_setup(world, id);
    }
  } else if (first == FirstPayment::charge) {
    pay_invoice(world, invoice, nullptr);
  }
  world.note(id, "unannounced", nullptr);
  world.announce(id, "customer.subscription.created");
  refresh_entitlements(world, id);
  plan_next(world, id);
  return id;
}

void change_subscription(World& world, const std::string& id,
                         const std::function<void(Json&)>& change) {
  const bool announced = !world.notes(id)["unannounced"].flag();
  world.change(id, announced ? "customer.subscription.updated" : "", change);
  if (announced) refresh_entitlements(world, id);
}

void end_subscription(World& world, const std::string& id, std::string_view reason) {
  world.unschedule(id);
  world.change(id, {}, [&](Json& object) {
    object["status"] = "canceled";
    object["ended_at"] = world.now();
    if (object["canceled_at"].is_null()) object["canceled_at"] = world.now();
    if (object["cancellation_details"]["reason"].is_null()) {
      object["cancellation_details"]["reason"] = reason;
    }
  });
  world.announce(id, "customer.subscription.deleted");
  for (const std::string& invoice :
       world.ids_with("invoice", "parent.subscription_details.subscription", id)) {
    world.unschedule(invoice);
    world.change(invoice, {}, [](Json& object) { object["auto_advance"] = false; });
  }
  refresh_entitlements(world, id);
}

void plan_next(World& world, const std::string& id) {
  const Json subscription = world.get(id);
  for (const char* action :
       {"renew_subscription", "announce_upcoming", "warn_of_trial_end", "expire_incomplete"}) {
    world.unschedule(id, action);
  }
  const std::string status = subscription["status"].text();
  if (has_ended(subscription) || status == "paused") return;
  if (status == "incomplete") {
    world.schedule({subscription["created"].integer() + first_payment_s, "expire_incomplete", id});
    return;
  }
  std::int64_t next = period_end_of(subscription);
  if (subscription["cancel_at"].is_integer()) {
    next = std::min(next, subscription["cancel_at"].integer());
  }
  world.schedule({next, "renew_subscription", id});
  if (subscription["cancel_at"].is_null() && next - upcoming_s > world.now()) {
    world.schedule({next - upcoming_s, "announce_upcoming", id});
  }
  if (status == "trialing" && !world.notes(id)["trial_warned"].flag()) {
    const std::int64_t warning = subscription["trial_end"].integer() - trial_warning_s;
    world.schedule({std::max(warning, world.now()), "warn_of_trial_end", id});
  }
}

std::int64_t period_end_of(const Json& subscription) {
  std::int64_t end = 0;
  for (const Json& item : subscription.at("items.data").items()) {
    const std::int64_t own = item["current_period_end"].integer();
    end = end == 0 ? own : std::min(end, own);
  }
  return end;
}

bool has_ended(const Json& subscription) {
  const std::string& status = subscription["status"].text();
  return status == "canceled" || status == "incomplete_expired";
}

void renew_subscription(World& world, const std::string& id) {
  const Json subscription = world.get(id);
  const Json& cancel_at = subscription["cancel_at"];
  if (cancel_at.is_integer() && cancel_at.integer() <= world.now()) {
    end_subscription(world, id, "cancellation_requested");
    return;
  }
  if (ends_without_method(world, id)) return;
  // One change, one event: the new period with its invoice, before any money has moved.
  Json next = subscription;
  move_periods(next, world.now());
  if (next["status"].text() == "trialing") next["status"] = "active";
  const std::string invoice =
      create_subscription_invoice(world, next, "subscription_cycle", lines_of(next));
  next["latest_invoice"] = invoice;
  next["discounts"] = world.get(id)["discounts"];  // the invoice may have used one up
  change_subscription(world, id, [&](Json& object) { object = next; });
  collect_later(world, next, invoice);
  plan_next(world, id);
}

void announce_upcoming(World& world, const std::string& id) {
  world.announce_value(upcoming_invoice(world, world.get(id)), "invoice.upcoming", nullptr);
}

void warn_of_trial_end(World& world, const std::string& id) {
  if (world.get(id)["status"].text() != "trialing") return;
  world.note(id, "trial_warned", true);
  world.announce(id, "customer.subscription.trial_will_end");
}

void expire_incomplete(World& world, const std::string& id) {
  if (world.get(id)["status"].text() != "incomplete") return;
  const std::string invoice = world.get(id)["latest_invoice"].text();
  change_subscription(world, id, [&](Json& object) {
    object["status"] = "incomplete_expired";
    object["ended_at"] = world.now();
  });
  if (world.get(invoice)["status"].text() == "open") void_invoice(world, invoice);
}

void retry_invoice(World& world, const std::string& invoice) {
  pay_invoice(world, invoice, nullptr);
}

void finalize_and_pay(World& world, const std::string& invoice) {
  finalize_invoice(world, invoice);
  const std::string subscription = subscription_of_invoice(world, invoice);
  if (const Json* object = world.find("subscription", subscription)) {
    const std::string behavior = object->at("pause_collection.behavior").text();
    if (behavior == "void") return void_invoice(world, invoice);
    if (behavior == "mark_uncollectible") return mark_uncollectible(world, invoice);
  }
  if (world.get(invoice)["collection_method"].text() == "send_invoice") return;
  pay_invoice(world, invoice, nullptr);
}

}  // namespace tollgate::simulator
