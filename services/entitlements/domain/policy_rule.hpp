// SPDX-License-Identifier: Apache-2.0
// Which line of the catalogue decided a verdict, for people who ask why. The deciding itself is
// derive.hpp's.
#pragma once

#include <string>

#include "entitlements/domain/catalog.hpp"
#include "entitlements/domain/derive.hpp"

namespace tollgate::entitlements {

struct PolicyRule {
  std::string setting;  ///< where it stands: `policy.statuses.past_due`; empty: no setting decides
  std::string value;    ///< `grace`, `revoke`, `7d`, …
  std::string text;     ///< a sentence

  bool operator==(const PolicyRule&) const = default;
};

PolicyRule rule_of(const Verdict& verdict, const Catalog& catalog);

}  // namespace tollgate::entitlements
