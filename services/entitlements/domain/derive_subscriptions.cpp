// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/derive_subscriptions.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "entitlements/domain/derive_purchases.hpp"

namespace tollgate::entitlements {
namespace {

using stripe::Invoice;
using stripe::Subscription;

std::optional<Time> earlier(std::optional<Time> a, std::optional<Time> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

/// Items may end at different times; the one that ends first decides.
std::optional<Time> period_end(const Subscription& subscription) {
  std::optional<Time> end;
  for (const auto& item : subscription.items) end = earlier(end, item.period_end);
  return end;
}

/// One wish in three encodings: a time, a flag, or both
/// (https://docs.stripe.com/billing/subscriptions/cancel).
std::optional<Time> scheduled_end(const Subscription& subscription) {
  if (subscription.cancel_at) return subscription.cancel_at;
  return subscription.cancel_at_period_end ? period_end(subscription) : std::nullopt;
}

/// Which invoices matter, by subscription and by id.
class Invoices {
 public:
  Invoices(const UserFacts& facts, const Catalog& catalog) {
    for (const Known<Invoice>& known : facts.invoices) {
      if (!catalog.counts(known.account, known.livemode) || known.deleted) continue;
      by_id_.emplace(known.object.id, &known);
      if (pays_a_period(known.object)) note_latest(known);
    }
  }

  [[nodiscard]] const Known<Invoice>* find(std::string_view id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
  }
  /// The one on which the current access of the subscription rests.
  [[nodiscard]] const Known<Invoice>* latest_paid(std::string_view subscription) const {
    const auto found = latest_paid_.find(subscription);
    return found == latest_paid_.end() ? nullptr : found->second;
  }

 private:
  /// Not of a plan change or one made by hand: their refund takes no period away.
  static bool pays_a_period(const Invoice& invoice) {
    return invoice.status == "paid" && (invoice.billing_reason == "subscription_create" ||
                                        invoice.billing_reason == "subscription_cycle");
  }

  void note_latest(const Known<Invoice>& known) {
    const auto [latest, is_new] = latest_paid_.try_emplace(known.object.subscription, &known);
    const Invoice& other = latest->second->object;
    const bool is_later =
        std::tie(other.created, other.id) < std::tie(known.object.created, known.object.id);
    if (!is_new && is_later) latest->second = &known;
  }

  std::unordered_map<std::string_view, const Known<Invoice>*> by_id_;
  std::unordered_map<std::string_view, const Known<Invoice>*> latest_paid_;
};

/// One subscription's way to its verdicts.
class SubscriptionRules {
 public:
  SubscriptionRules(const Known<Subscription>& known, const Catalog& catalog,
                    const Invoices& invoices, const Payments& payments, Derived& derived)
      : known_(known),
        subscription_(known.object),
        catalog_(catalog),
        invoices_(invoices),
        payments_(payments),
        derived_(derived) {
    facts_.push_back({stripe::ObjectKind::subscription, subscription_.id, known.event_id});
  }

  void derive() {
    reason_ = refusal();
    if (reason_.empty()) reason_ = refusal_for_money();
    const bool granted = reason_.empty();
    if (granted) reason_ = rule_ == StatusRule::grace ? grace_reason() : subscription_.status;
    for (const auto& [plan, quantity] : plans()) {
      if (granted && plan) grant(*plan, quantity);
      const bool is_sold = !granted || plan;
      derived_.verdicts.push_back({.source = subscription_.id,
                                   .plan = plan ? plan->id : "",
                                   .granted = granted && plan,
                                   .reason = is_sold ? reason_ : "unknown_product",
                                   .facts = facts_});
      if (!is_sold) derived_.alerts.push_back({"unknown_product", subscription_.id});
    }
  }

 private:
  /// Why it gives no access whatever was paid; empty: it may. Finds the end of the access.
  std::string refusal() {
    if (known_.livemode != catalog_.livemode()) return "other_mode";
    if (!catalog_.counts(known_.account, known_.livemode)) return "other_account";
    if (known_.deleted) return "deleted";
    const Policy& policy = catalog_.policy();
    const auto rule = policy.statuses.find(subscription_.status);
    if (rule == policy.statuses.end()) {
      derived_.alerts.push_back({"unknown_status", subscription_.id});
      return "unknown_status";
    }
    rule_ = rule->second;
    if (rule_ == StatusRule::none) return subscription_.status;
    if (subscription_.collection_paused && policy.collection_paused != Effect::keep) {
      return "collection_paused";
    }
    return find_end();
  }

  std::string find_end() {
    const std::optional<Time> period = period_end(subscription_);
    if (subscription_.items_truncated || !period) {
      derived_.needs.push_back({Lack::items, stripe::ObjectKind::subscription, subscription_.id});
    }
    if (rule_ == StatusRule::grace) {
      until_ = begin_of_run() + catalog_.policy().grace;
    } else if (period) {
      until_ = *period + catalog_.policy().leeway;
    } else {
      return "unknown_period";  // Never to be read as a period without an end.
    }
    until_ = earlier(until_, scheduled_end(subscription_)).value_or(until_);
    return "";
  }

  /// The invoice fails a moment before the subscription says so, and either event may be lost.
  Time begin_of_run() {
    if (subscription_.status != "past_due") return known_.status_since;
    const Known<Invoice>* const latest = invoices_.find(subscription_.latest_invoice);
    if (!latest || !latest->payment_failed_at) return known_.status_since;
    facts_.push_back({stripe::ObjectKind::invoice, latest->object.id, latest->event_id});
    return std::min(known_.status_since, *latest->payment_failed_at);
  }

  std::string grace_reason() const { return subscription_.status + "_grace"; }

  /// A refund or dispute of what the current access was paid with; empty: none that counts.
  std::string refusal_for_money() {
    const Known<Invoice>* const invoice = invoices_.latest_paid(subscription_.id);
    if (!invoice) return "";
    const std::vector<PaymentName> names = payments_.of_invoice(invoice->object.id);
    const bool costs_nothing = invoice->object.amount_paid == 0;
    if (names.empty() && !costs_nothing) wanting_payments_ = &invoice->object;
    const Fate fate = payments_.fate_of(names);
    if (fate.reason.empty()) return "";
    facts_.push_back({stripe::ObjectKind::invoice, invoice->object.id, invoice->event_id});
    facts_.insert(facts_.end(), fate.facts.begin(), fate.facts.end());
    return fate.effect == Effect::keep ? "" : std::string{fate.reason};
  }

  /// Quantities by plan; null stands for items that the catalogue does not know.
  [[nodiscard]] std::vector<std::pair<const Plan*, std::int64_t>> plans() const {
    std::vector<std::pair<const Plan*, std::int64_t>> found;
    for (const auto& item : subscription_.items) {
      const Plan* const plan = catalog_.plan_sold_as(item.product, item.price, item.lookup_key);
      const std::int64_t quantity = item.quantity.value_or(1);
      const auto known = std::ranges::find(found, plan, [](const auto& it) { return it.first; });
      if (known == found.end()) {
        found.emplace_back(plan, quantity);
      } else if (catalog_.policy().quantities == Combine::add) {
        known->second += quantity;
      } else {
        known->second = std::max(known->second, quantity);
      }
    }
    if (found.empty()) found.emplace_back(nullptr, 1);
    return found;
  }

  void grant(const Plan& plan, std::int64_t quantity) {
    std::optional<Time> from = subscription_.created;
    for (const auto& item : subscription_.items) {
      if (!subscription_.created) from = earlier(from, item.period_start);
    }
    derived_.entitlements.grants.push_back({.source = subscription_.id,
                                            .plan = plan.id,
                                            .rank = plan.rank,
                                            .features = limits_of(plan.features, quantity),
                                            .quantity = quantity,
                                            .from = from.value_or(known_.status_since),
                                            .until = until_,
                                            .reason = reason_});
  }

 public:
  /// Paid, but nothing says by which payment.
  [[nodiscard]] const Invoice* wanting_payments() const { return wanting_payments_; }

 private:
  const Known<Subscription>& known_;
  const Subscription& subscription_;
  const Catalog& catalog_;
  const Invoices& invoices_;
  const Payments& payments_;
  Derived& derived_;
  StatusRule rule_ = StatusRule::none;
  Time until_{};
  std::string reason_;
  std::vector<DecidingFact> facts_;
  const Invoice* wanting_payments_ = nullptr;
};

}  // namespace

void derive_subscriptions(const UserFacts& facts, const Catalog& catalog, const Payments& payments,
                          Derived& derived) {
  const Invoices invoices{facts, catalog};
  std::vector<const Invoice*> wanting;
  for (const Known<Subscription>& known : facts.subscriptions) {
    SubscriptionRules rules{known, catalog, invoices, payments, derived};
    rules.derive();
    if (rules.wanting_payments()) wanting.push_back(rules.wanting_payments());
  }
  // Only a refund or dispute that lies about makes it worth a question.
  if (wanting.empty() || !payments.has_unplaced(payments_of_sessions(facts, catalog))) return;
  for (const Invoice* invoice : wanting) {
    derived.needs.push_back({Lack::invoice_payments, stripe::ObjectKind::invoice, invoice->id});
  }
}

}  // namespace tollgate::entitlements
