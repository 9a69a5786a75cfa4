// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/entitlements.hpp"

#include <algorithm>
#include <limits>

namespace tollgate::entitlements {
namespace {

using Limit = std::optional<std::int64_t>;

Limit highest(const Limit& a, const Limit& b) {
  return a && b ? Limit{std::max(*a, *b)} : std::nullopt;
}

Limit added(const Limit& a, const Limit& b) {
  if (!a || !b) return std::nullopt;
  std::int64_t sum = 0;
  const bool too_large = __builtin_add_overflow(*a, *b, &sum);
  return too_large ? std::numeric_limits<std::int64_t>::max() : sum;
}

void unite(Limits& features, const Grant& grant, const Catalog& catalog) {
  for (const auto& [name, limit] : grant.features) {
    const auto [known, is_new] = features.try_emplace(name, limit);
    if (is_new) continue;
    const bool adds = catalog.limits_of(name) == Combine::add;
    known->second = adds ? added(known->second, limit) : highest(known->second, limit);
  }
}

/// The default plan is everybody's, but its limits add to nothing.
void unite(Limits& features, const Plan& default_plan) {
  for (const auto& [name, limit] : limits_of(default_plan.features, 1)) {
    const auto [known, is_new] = features.try_emplace(name, limit);
    if (!is_new) known->second = highest(known->second, limit);
  }
}

}  // namespace

Limits limits_of(const FeatureGrants& features, std::int64_t quantity) {
  Limits limits;
  for (const auto& [name, feature] : features) {
    Limit& limit = limits[name];
    limit = feature.limit;
    if (!limit || !feature.per_unit) continue;
    if (__builtin_mul_overflow(*feature.limit, quantity, &*limit)) {
      limit = std::numeric_limits<std::int64_t>::max();
    }
  }
  return limits;
}

Answer answer_at(const Entitlements& entitlements, const Catalog& catalog, Time now) {
  const Plan& default_plan = catalog.default_plan();
  Answer answer;
  answer.plan = default_plan.id;
  std::int64_t rank = default_plan.rank;
  for (const Grant& grant : entitlements.grants) {
    if (grant.until && *grant.until <= now) continue;
    answer.grants.push_back(grant);
    unite(answer.features, grant, catalog);
    if (!grant.plan.empty() && grant.rank > rank) {
      answer.plan = grant.plan;
      rank = grant.rank;
    }
    if (grant.until && (!answer.valid_until || *grant.until < *answer.valid_until)) {
      answer.valid_until = grant.until;
    }
  }
  unite(answer.features, default_plan);
  answer.is_premium = rank > default_plan.rank;
  return answer;
}

}  // namespace tollgate::entitlements
