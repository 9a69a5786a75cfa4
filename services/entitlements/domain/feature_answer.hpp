// SPDX-License-Identifier: Apache-2.0
// May a user use one feature at this moment, and why: the small question that services ask most.
// The whole answer is entitlements.hpp's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "entitlements/domain/catalog.hpp"
#include "entitlements/domain/entitlements.hpp"

namespace tollgate::entitlements {

struct FeatureAnswer {
  bool allowed = false;
  /// The grant's that lasts longest; `default_plan`; or why not: `not_granted`, and
  /// `unknown_feature` for one that the catalogue does not have.
  std::string reason;
  std::optional<Time> until;          ///< nothing: no end is known
  std::optional<std::int64_t> limit;  ///< nothing: unlimited

  bool operator==(const FeatureAnswer&) const = default;
};

FeatureAnswer feature_of(const Answer& answer, const Catalog& catalog, std::string_view feature);

}  // namespace tollgate::entitlements
