// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/payments.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace tollgate::entitlements {
namespace {

template <class T, class Use>
void each_that_counts(const std::vector<Known<T>>& list, const Catalog& catalog, Use use) {
  for (const Known<T>& known : list) {
    if (catalog.counts(known.account, known.livemode) && !known.deleted) use(known);
  }
}

/// Money that came back to the shop, or never left it.
bool came_to_nothing(const stripe::Refund& refund) {
  return refund.status == "failed" || refund.status == "canceled";
}

struct Judgement {
  Effect effect;
  std::string_view reason;
};

/// Nothing: a status that Stripe did not have.
std::optional<Judgement> judge(std::string_view status, const Policy& policy) {
  if (status == "needs_response" || status == "under_review") {
    return Judgement{policy.dispute_opened, "disputed"};
  }
  if (status == "won") return Judgement{policy.dispute_won, "dispute_won"};
  if (status == "lost") return Judgement{policy.dispute_lost, "dispute_lost"};
  if (status == "prevented") return Judgement{policy.dispute_prevented, "dispute_prevented"};
  if (status.starts_with("warning_")) return Judgement{policy.dispute_inquiry, "dispute_inquiry"};
  if (status.starts_with("appeal_")) return Judgement{policy.dispute_appealed, "dispute_appealed"};
  // An inquiry that ended because the shop refunded: the refund decides.
  if (status == "charge_refunded") return Judgement{Effect::keep, "dispute_refunded"};
  return std::nullopt;
}

void take_worse(Fate& fate, const Judgement& judgement) {
  if (!fate.reason.empty() && judgement.effect <= fate.effect) return;
  fate.effect = judgement.effect;
  fate.reason = judgement.reason;
}

}  // namespace

Payments::Payments(const UserFacts& facts, const Catalog& catalog) : policy_(catalog.policy()) {
  join_names(facts, catalog);
  take_amounts(facts, catalog);
  take_refunds(facts, catalog);
  take_disputes(facts, catalog);
  take_invoices(facts, catalog);
}

/// A payment intent and its charge are one payment, whichever of the two an object names.
void Payments::join_names(const UserFacts& facts, const Catalog& catalog) {
  const auto join = [this](const std::string& charge, const std::string& intent) {
    if (!charge.empty() && !intent.empty()) intent_of_charge_.emplace(charge, intent);
  };
  each_that_counts(facts.charges, catalog,
                   [&](const auto& it) { join(it.object.id, it.object.payment_intent); });
  each_that_counts(facts.payment_intents, catalog,
                   [&](const auto& it) { join(it.object.latest_charge, it.object.id); });
  each_that_counts(facts.refunds, catalog,
                   [&](const auto& it) { join(it.object.charge, it.object.payment_intent); });
  each_that_counts(facts.disputes, catalog,
                   [&](const auto& it) { join(it.object.charge, it.object.payment_intent); });
  each_that_counts(facts.invoice_payments, catalog,
                   [&](const auto& it) { join(it.object.charge, it.object.payment_intent); });
}

Payments::Key Payments::key_of(std::string_view payment_intent, std::string_view charge) const {
  if (!payment_intent.empty()) return payment_intent;
  const auto found = intent_of_charge_.find(charge);
  return found == intent_of_charge_.end() ? charge : found->second;
}

void Payments::take_amounts(const UserFacts& facts, const Catalog& catalog) {
  each_that_counts(facts.payment_intents, catalog, [this](const auto& it) {
    const stripe::PaymentIntent& intent = it.object;
    intents_.emplace(intent.id, &intent);
    payments_[intent.id].received =
        intent.amount_received.value_or(0) > 0 ? intent.amount_received : intent.amount;
  });
  each_that_counts(facts.charges, catalog, [this](const auto& it) {
    const stripe::Charge& charge = it.object;
    if (charge.status == "failed") return;
    Payment& payment = payments_[key_of(charge.payment_intent, charge.id)];
    if (charge.amount) payment.charged = payment.charged.value_or(0) + *charge.amount;
    payment.refunded_by_charges += charge.amount_refunded.value_or(0);
    payment.refunded_whole |= charge.refunded;
  });
}

/// Refunds that old versions inline into the charge count where no event told them.
void Payments::take_refunds(const UserFacts& facts, const Catalog& catalog) {
  std::unordered_set<std::string_view> told;
  const auto take = [&](const stripe::Refund& refund, const stripe::Charge* charge,
                        const std::string& event_id) {
    if (!told.insert(refund.id).second) return;
    const Key key = charge ? key_of(charge->payment_intent, charge->id)
                           : key_of(refund.payment_intent, refund.charge);
    payments_[key].refunds.push_back(&refund);
    payments_[key].refund_facts.push_back({stripe::ObjectKind::refund, refund.id, event_id});
  };
  each_that_counts(facts.refunds, catalog,
                   [&](const auto& it) { take(it.object, nullptr, it.event_id); });
  each_that_counts(facts.charges, catalog, [&](const auto& it) {
    for (const stripe::Refund& refund : it.object.refunds) take(refund, &it.object, it.event_id);
  });
  // Where no refund is known, what the charge says decides.
  each_that_counts(facts.charges, catalog, [this](const auto& it) {
    const stripe::Charge& charge = it.object;
    if (charge.status == "failed" || charge.amount_refunded.value_or(0) == 0) return;
    Payment& payment = payments_[key_of(charge.payment_intent, charge.id)];
    if (!payment.refunds.empty()) return;
    payment.refund_facts.push_back({stripe::ObjectKind::charge, charge.id, it.event_id});
  });
}

void Payments::take_disputes(const UserFacts& facts, const Catalog& catalog) {
  each_that_counts(facts.disputes, catalog, [this](const auto& it) {
    payments_[key_of(it.object.payment_intent, it.object.charge)].disputes.push_back(&it);
    if (!judge(it.object.status, policy_)) alerts_.push_back({"unknown_status", it.object.id});
  });
}

void Payments::take_invoices(const UserFacts& facts, const Catalog& catalog) {
  each_that_counts(facts.invoice_payments, catalog, [this](const auto& it) {
    if (it.object.status == "canceled") return;
    of_invoice_[it.object.invoice].push_back(
        {it.object.payment_intent, it.object.charge, it.object.amount_paid});
  });
  // Before basil the payment names its invoice.
  each_that_counts(facts.charges, catalog, [this](const auto& it) {
    if (it.object.invoice.empty() || it.object.status == "failed") return;
    of_invoice_[it.object.invoice].push_back({it.object.payment_intent, it.object.id, {}});
  });
  each_that_counts(facts.payment_intents, catalog, [this](const auto& it) {
    if (it.object.invoice.empty()) return;
    of_invoice_[it.object.invoice].push_back({it.object.id, {}, {}});
  });
  each_that_counts(facts.invoices, catalog, [this](const auto& it) {
    const stripe::Invoice& invoice = it.object;
    auto& names = of_invoice_[invoice.id];
    const bool single = invoice.payment_intents.size() + invoice.charges.size() == 1;
    const auto amount = single ? invoice.amount_paid : std::nullopt;
    for (const std::string& intent : invoice.payment_intents) names.push_back({intent, {}, amount});
    for (const std::string& charge : invoice.charges) names.push_back({{}, charge, amount});
  });
}

std::vector<PaymentName> Payments::of_invoice(std::string_view invoice_id) const {
  const auto found = of_invoice_.find(invoice_id);
  return found == of_invoice_.end() ? std::vector<PaymentName>{} : found->second;
}

const stripe::PaymentIntent* Payments::payment_intent(std::string_view id) const {
  const auto found = intents_.find(id);
  return found == intents_.end() ? nullptr : found->second;
}

/// One name a payment; of several amounts told for it, the greatest.
std::vector<PaymentName> Payments::distinct(const std::vector<PaymentName>& names) const {
  std::vector<PaymentName> found;
  for (const PaymentName& name : names) {
    const Key key = key_of(name.payment_intent, name.charge);
    if (key.empty()) continue;
    const auto same = [&](const PaymentName& other) {
      return key_of(other.payment_intent, other.charge) == key;
    };
    if (const auto known = std::ranges::find_if(found, same); known == found.end()) {
      found.push_back(name);
    } else {
      known->amount = std::max(known->amount, name.amount);
    }
  }
  return found;
}

std::int64_t Payments::Payment::refunded() const {
  if (refunds.empty()) return refunded_by_charges;
  std::int64_t sum = 0;
  for (const stripe::Refund* refund : refunds) {
    if (!came_to_nothing(*refund)) sum += refund->amount.value_or(0);
  }
  return sum;
}

bool Payments::Payment::has_failed_refund() const {
  return std::ranges::any_of(refunds, [](const auto* refund) { return came_to_nothing(*refund); });
}

Fate Payments::fate_of_refunds(const std::vector<PaymentName>& names) const {
  Fate fate;
  std::int64_t paid = 0, refunded = 0;
  bool whole = true, failed = false;
  for (const PaymentName& name : names) {
    const auto found = payments_.find(key_of(name.payment_intent, name.charge));
    static const Payment untouched;
    const Payment& payment = found == payments_.end() ? untouched : found->second;
    const auto amount = payment.charged    ? payment.charged
                        : payment.received ? payment.received
                                           : name.amount;
    paid += amount.value_or(0);
    refunded += payment.refunded();
    whole &= amount.has_value() ? true : payment.refunded_whole;
    failed |= payment.has_failed_refund();
    fate.facts.insert(fate.facts.end(), payment.refund_facts.begin(), payment.refund_facts.end());
  }
  if (refunded > 0 && whole && refunded >= paid) {
    take_worse(fate, {policy_.refunded_in_full, "refunded"});
  } else if (refunded > 0) {
    take_worse(fate, {policy_.refunded_in_part, "partly_refunded"});
  } else if (failed) {
    take_worse(fate, {policy_.refund_failed, "refund_failed"});
  }
  return fate;
}

Fate Payments::fate_of_disputes(const std::vector<PaymentName>& names) const {
  Fate fate;
  for (const PaymentName& name : names) {
    const auto found = payments_.find(key_of(name.payment_intent, name.charge));
    if (found == payments_.end()) continue;
    for (const Known<stripe::Dispute>* dispute : found->second.disputes) {
      const Judgement unknown{policy_.dispute_opened, "unknown_status"};
      take_worse(fate, judge(dispute->object.status, policy_).value_or(unknown));
      fate.facts.push_back({stripe::ObjectKind::dispute, dispute->object.id, dispute->event_id});
    }
  }
  return fate;
}

Fate Payments::fate_of(const std::vector<PaymentName>& names) const {
  const std::vector<PaymentName> payments = distinct(names);
  Fate fate = fate_of_refunds(payments);
  const Fate disputes = fate_of_disputes(payments);
  if (!disputes.reason.empty()) take_worse(fate, {disputes.effect, disputes.reason});
  fate.facts.insert(fate.facts.end(), disputes.facts.begin(), disputes.facts.end());
  return fate;
}

bool Payments::has_unplaced(const std::vector<PaymentName>& names) const {
  std::unordered_set<Key> placed;
  const auto place = [&](const std::vector<PaymentName>& list) {
    for (const PaymentName& name : list) placed.insert(key_of(name.payment_intent, name.charge));
  };
  place(names);
  for (const auto& [invoice, list] : of_invoice_) place(list);
  return std::ranges::any_of(payments_, [&](const auto& entry) {
    const Payment& payment = entry.second;
    const bool touched = payment.refunded() > 0 || !payment.disputes.empty();
    return touched && !placed.contains(entry.first);
  });
}

}  // namespace tollgate::entitlements
