// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/one_kind.hpp"

#include <algorithm>

namespace tollgate::entitlements {

bool are_of_one_kind(std::span<const Fact> facts) {
  return std::ranges::all_of(facts,
                             [&](const Fact& fact) { return fact.kind == facts.front().kind; });
}

std::vector<Fact> of_one_kind(std::vector<Fact> facts) {
  if (facts.empty()) return facts;
  const stripe::ObjectKind first = std::ranges::min_element(facts, {}, &Fact::kind)->kind;
  std::erase_if(facts, [&](const Fact& fact) { return fact.kind != first; });
  return facts;
}

}  // namespace tollgate::entitlements
