// SPDX-License-Identifier: Apache-2.0
// What a user may use: grants, each with its own end, and the answer that they give at a moment.
// derive.hpp makes the grants; entitlements_json.hpp writes and reads them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "entitlements/domain/catalog.hpp"

namespace tollgate::entitlements {

/// A feature's limit; nothing is unlimited. The quantity is already in it.
using Limits = std::map<std::string, std::optional<std::int64_t>, std::less<>>;

Limits limits_of(const FeatureGrants& features, std::int64_t quantity);

/// One reason for access: a subscription's plan, or a bought product.
struct Grant {
  std::string source;     ///< Stripe's id of the subscription or Checkout session
  std::string plan;       ///< empty: features only
  std::int64_t rank = 0;  ///< of the plan
  Limits features;
  std::int64_t quantity = 1;
  Time from;                  ///< for people: a fact that is known has begun
  std::optional<Time> until;  ///< exclusive; nothing: for ever
  std::string reason;         ///< `active`, `trialing`, `past_due_grace`, `purchase`, …

  bool operator==(const Grant&) const = default;
};

/// Free of time: `now` decides at reading, so nothing needs an event to end.
struct Entitlements {
  std::int64_t catalog_revision = 0;
  std::vector<Grant> grants;  ///< highest rank first, then by source and plan

  bool operator==(const Entitlements&) const = default;
};

/// The answer at one moment. It points into nothing.
struct Answer {
  std::string plan;
  bool is_premium = false;  ///< the plan ranks above the default one
  Limits features;
  std::vector<Grant> grants;        ///< in force
  std::optional<Time> valid_until;  ///< the first moment at which it can change without an event

  bool operator==(const Answer&) const = default;
};

/// `from` is not looked at: Stripe's clock, or a test clock of Stripe's, may run ahead of ours.
Answer answer_at(const Entitlements& entitlements, const Catalog& catalog, Time now);

}  // namespace tollgate::entitlements
