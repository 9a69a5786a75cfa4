// SPDX-License-Identifier: Apache-2.0
// What became of the money behind a purchase or an invoice: refunds and disputes, and the policy's
// word on them. What the money was for is derive_subscriptions.hpp's and derive_purchases.hpp's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "entitlements/domain/catalog.hpp"
#include "entitlements/domain/derive.hpp"
#include "entitlements/domain/user_facts.hpp"

namespace tollgate::entitlements {

/// A payment, by whatever names it.
struct PaymentName {
  std::string_view payment_intent;  ///< either may be empty
  std::string_view charge;
  std::optional<std::int64_t> amount;  ///< what was paid, where the payment itself is not known
};

struct Fate {
  Effect effect = Effect::keep;
  std::string_view reason;  ///< a literal; empty when nothing happened to the money
  std::vector<DecidingFact> facts;
};

/// The refunds and disputes of one user by payment. Points into the facts it was made from.
class Payments {
 public:
  Payments(const UserFacts& facts, const Catalog& catalog);

  /// Of what was paid by all of `names` together. The same payment may be named twice.
  [[nodiscard]] Fate fate_of(const std::vector<PaymentName>& names) const;

  /// Names by which an invoice was paid.
  [[nodiscard]] std::vector<PaymentName> of_invoice(std::string_view invoice_id) const;
  /// Null: not among the facts.
  [[nodiscard]] const stripe::PaymentIntent* payment_intent(std::string_view id) const;

  /// Is there a refund or dispute of which nothing says what was paid by it? `names` are all that
  /// sessions name; those of invoices are known here.
  [[nodiscard]] bool has_unplaced(const std::vector<PaymentName>& names) const;

  /// Of statuses that Stripe did not have when this was written.
  [[nodiscard]] const std::vector<Alert>& alerts() const { return alerts_; }

 private:
  struct Payment {
    std::optional<std::int64_t> charged;   ///< of charges that succeeded
    std::optional<std::int64_t> received;  ///< of the payment intent
    std::int64_t refunded_by_charges = 0;  ///< what the charges themselves say
    bool refunded_whole = false;           ///< likewise
    std::vector<const stripe::Refund*> refunds;
    std::vector<DecidingFact> refund_facts;  ///< the refunds, or the charges that tell of some
    std::vector<const Known<stripe::Dispute>*> disputes;
    [[nodiscard]] std::int64_t refunded() const;
    [[nodiscard]] bool has_failed_refund() const;
  };
  using Key = std::string_view;

  [[nodiscard]] Key key_of(std::string_view payment_intent, std::string_view charge) const;
  void join_names(const UserFacts& facts, const Catalog& catalog);
  void take_amounts(const UserFacts& facts, const Catalog& catalog);
  void take_refunds(const UserFacts& facts, const Catalog& catalog);
  void take_disputes(const UserFacts& facts, const Catalog& catalog);
  void take_invoices(const UserFacts& facts, const Catalog& catalog);
  [[nodiscard]] Fate fate_of_refunds(const std::vector<PaymentName>& names) const;
  [[nodiscard]] Fate fate_of_disputes(const std::vector<PaymentName>& names) const;
  [[nodiscard]] std::vector<PaymentName> distinct(const std::vector<PaymentName>& names) const;

  const Policy& policy_;
  std::unordered_map<std::string_view, std::string_view> intent_of_charge_;
  std::unordered_map<Key, Payment> payments_;
  std::unordered_map<std::string_view, const stripe::PaymentIntent*> intents_;
  std::unordered_map<std::string_view, std::vector<PaymentName>> of_invoice_;
  std::vector<Alert> alerts_;
};

}  // namespace tollgate::entitlements
