// SPDX-License-Identifier: Apache-2.0
// Which snapshots of an object say nothing any more: without them `newest` is the same, now, at
// every moment since the horizon, and whatever comes later. Who removes them is prune_facts.hpp.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "entitlements/domain/fact.hpp"

namespace tollgate::entitlements {

/// Ids of events created before `horizon`. `facts`: all of one object, in any order. Kept are:
/// whatever begins or ends an unbroken run of a status, terminal states, failed payments, thin
/// events, and everything from the last second before the horizon that told one state only.
std::vector<std::string> superseded(std::span<const Fact> facts, Time horizon);

}  // namespace tollgate::entitlements
