// SPDX-License-Identifier: Apache-2.0
// Stripe gives an id to one object. What counts should objects of two kinds bear it all the same.
// The latest state that facts of one kind tell is newest.hpp's.
#pragma once

#include <span>
#include <vector>

#include "entitlements/domain/fact.hpp"

namespace tollgate::entitlements {

/// None at all are.
bool are_of_one_kind(std::span<const Fact> facts);

/// Those of the first kind among them, in the order of the enumeration: whichever came first.
std::vector<Fact> of_one_kind(std::vector<Fact> facts);

}  // namespace tollgate::entitlements
