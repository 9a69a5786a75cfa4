// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/feature_answer.hpp"

#include <algorithm>

namespace tollgate::entitlements {
namespace {

bool is_known(const Catalog& catalog, std::string_view feature) {
  const auto gives = [&](const auto& sold) {
    return sold.features.find(feature) != sold.features.end();
  };
  const CatalogContent& content = catalog.content();
  return std::any_of(content.plans.begin(), content.plans.end(), gives) ||
         std::any_of(content.products.begin(), content.products.end(), gives);
}

bool ends_before(const Grant& one, const Grant& other) {
  if (!one.until) return false;
  return !other.until || *one.until < *other.until;
}

}  // namespace

FeatureAnswer feature_of(const Answer& answer, const Catalog& catalog, std::string_view feature) {
  const auto allowed = answer.features.find(feature);
  if (allowed == answer.features.end()) {
    return {false, is_known(catalog, feature) ? "not_granted" : "unknown_feature", {}, {}};
  }
  const Grant* longest = nullptr;
  for (const Grant& grant : answer.grants) {
    if (grant.features.find(feature) == grant.features.end()) continue;
    if (longest == nullptr || ends_before(*longest, grant)) longest = &grant;
  }
  if (longest == nullptr) return {true, "default_plan", {}, allowed->second};
  return {true, longest->reason, longest->until, allowed->second};
}

}  // namespace tollgate::entitlements
