// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/consequences.hpp"

#include <array>

#include "stripe_simulator/billing/invoices.hpp"
#include "stripe_simulator/billing/pending_updates.hpp"
#include "stripe_simulator/billing/subscription_pauses.hpp"
#include "stripe_simulator/billing/subscriptions.hpp"
#include "stripe_simulator/checkout/checkout_sessions.hpp"
#include "stripe_simulator/shop/account.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::int64_t day_s = 24 * 3600;
// Stripe's smart retries choose their own times; these are its old fixed ones.
constexpr std::array<std::int64_t, 3> retry_waits_s{3 * day_s, 5 * day_s, 7 * day_s};

/// What its invoice comes to does not make a subscription past due: it has not begun yet, or goes
/// on as it was. Nobody retries such an invoice.
bool only_waits(const World& world, const std::string& subscription, const std::string& invoice) {
  const std::string& status = world.get(subscription)["status"].text();
  return status == "incomplete" || status == "paused" ||
         waits_for_update(world, subscription, invoice);
}

/// `save_default_payment_method`: it is charged with this method from now on.
void keep_method(World& world, const std::string& subscription, const std::string& invoice) {
  const Json& object = world.get(subscription);
  const std::string intent = payment_of_invoice(world, invoice);
  if (intent.empty() ||
      object.at("payment_settings.save_default_payment_method").text() != "on_subscription") {
    return;
  }
  const Json method = world.get(intent)["payment_method"];
  if (method.is_null()) return;  // paid out of band
  change_subscription(world, subscription,
                      [&](Json& changed) { changed["default_payment_method"] = method; });
}

void set_status(World& world, const std::string& subscription, std::string_view status) {
  change_subscription(world, subscription, [&](Json& changed) { changed["status"] = status; });
}

void follow_paid(World& world, const std::string& subscription, const std::string& invoice) {
  keep_method(world, subscription, invoice);
  apply_pending_update(world, subscription, invoice);
  resume_when_paid(world, subscription, invoice);
  const Json object = world.get(subscription);
  if (has_ended(object) || object["latest_invoice"].text() != invoice) return;
  const std::string status = object["status"].text();
  if (status == "trialing" || status == "paused") return;
  set_status(world, subscription, "active");
  if (status == "incomplete") plan_next(world, subscription);
}

/// The bank has been told: access begins, as with Stripe's delayed methods. What is owed stays owed
/// until the money is there.
void follow_processing(World& world, const std::string& subscription, const std::string& invoice) {
  const std::string& status = world.get(subscription)["status"].text();
  if (status == "past_due" || status == "unpaid") return;
  follow_paid(world, subscription, invoice);
}

/// Nobody retries any more: the account's owner has chosen what comes then.
void follow_last_failure(World& world, const std::string& subscription) {
  switch (after_last_retry(world)) {
    case AfterLastRetry::cancel: return end_subscription(world, subscription, "payment_failed");
    case AfterLastRetry::unpaid: return set_status(world, subscription, "unpaid");
    case AfterLastRetry::past_due: return set_status(world, subscription, "past_due");
    case AfterLastRetry::pause:
      return pause_subscription(world, subscription, "final_payment_failure");
  }
}

/// The first failure makes it past due; one that is unpaid stays so.
void follow_failed(World& world, const std::string& subscription, bool last) {
  const Json object = world.get(subscription);
  if (has_ended(object) || object["status"].text() == "unpaid") return;
  if (last) return follow_last_failure(world, subscription);
  set_status(world, subscription, "past_due");
}

void fail_invoice(World& world, const std::string& invoice, const std::string& subscription) {
  const Json object = world.get(invoice);
  const bool waits = object["status"].text() != "open" || subscription.empty() ||
                     only_waits(world, subscription, invoice);
  const auto failures = static_cast<std::size_t>(object["attempt_count"].integer());
  const bool retries = !waits && failures < retry_waits_s.size();
  mark_attempt_failed(world, invoice, retries ? world.now() + retry_waits_s[failures] : 0);
  if (!waits) follow_failed(world, subscription, !retries);
}

void follow_invoice(World& world, const std::string& invoice, const std::string& status) {
  const std::string subscription = subscription_of_invoice(world, invoice);
  if (status == "succeeded") {
    mark_invoice_paid(world, invoice);
    if (!subscription.empty()) follow_paid(world, subscription, invoice);
  } else if (status == "requires_payment_method") {
    fail_invoice(world, invoice, subscription);
  } else if (status == "requires_action") {
    world.announce(invoice, "invoice.payment_action_required");
    if (!subscription.empty() && !only_waits(world, subscription, invoice)) {
      follow_failed(world, subscription, false);
    }
  } else if (status == "processing" && !subscription.empty()) {
    follow_processing(world, subscription, invoice);
  }
}

}  // namespace

void follow_invoice_paid(World& world, const std::string& invoice) {
  const std::string subscription = subscription_of_invoice(world, invoice);
  if (!subscription.empty()) follow_paid(world, subscription, invoice);
}

void follow_payment(World& world, const std::string& intent) {
  const std::string status = world.get(intent)["status"].text();
  const std::string invoice = world.notes(intent)["invoice"].text();
  if (!invoice.empty()) follow_invoice(world, invoice, status);
  const std::string session = world.notes(intent)["session"].text();
  if (session.empty()) return;
  if (status == "succeeded") settle_session(world, session, true);
  if (status == "requires_payment_method") settle_session(world, session, false);
}

}  // namespace tollgate::simulator
