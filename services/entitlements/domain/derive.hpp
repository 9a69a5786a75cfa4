// SPDX-License-Identifier: Apache-2.0
// derive: facts of a user + catalogue -> grants, free of time; answer_at of entitlements.hpp adds
// `now`. The rules stand by subject in derive_subscriptions.hpp, derive_purchases.hpp,
// payments.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "entitlements/domain/catalog.hpp"
#include "entitlements/domain/entitlements.hpp"
#include "entitlements/domain/user_facts.hpp"
#include "stripe/objects.hpp"

namespace tollgate::entitlements {

/// An object that decided, with the event that told its state.
struct DecidingFact {
  stripe::ObjectKind kind{};
  std::string object_id;
  std::string event_id;
  bool operator==(const DecidingFact&) const = default;
};

/// Why one source grants or not: the material of an explanation.
struct Verdict {
  std::string source;  ///< Stripe's id of the subscription or Checkout session
  std::string plan;    ///< or product of the catalogue; empty when none is recognised
  bool granted = false;
  std::string reason;  ///< the grant's, or why there is none: `canceled`, `refunded`, `disputed`, …
  std::vector<DecidingFact> facts;
  bool operator==(const Verdict&) const = default;
};

/// Something that people should look at: it was decided, but not with full knowledge.
struct Alert {
  std::string code;  ///< `unknown_status`, `unknown_product`, `unreadable_items`, …
  std::string object_id;
  bool operator==(const Alert&) const = default;
};

/// What only Stripe can tell, for `resolve`; access is decided without it meanwhile.
enum class Lack {
  line_items,        ///< of a Checkout session
  items,             ///< of a subscription, truncated or without any period
  invoice_payments,  ///< of the invoice that a subscription lives on, while a refund or dispute is
                     ///< known of which nothing says what was paid by it
};
struct Need {
  Lack lack{};
  stripe::ObjectKind kind{};
  std::string object_id;
  bool operator==(const Need&) const = default;
};

struct Derived {
  Entitlements entitlements;
  std::vector<Verdict> verdicts;  ///< by source, then plan
  std::vector<Alert> alerts;      ///< by code, then object
  std::vector<Need> needs;        ///< by object
};

/// Linear in the facts given, in any order.
Derived derive(const UserFacts& facts, const Catalog& catalog);

}  // namespace tollgate::entitlements
