// SPDX-License-Identifier: Apache-2.0
// Changes of one object within one second -> its last state. Knows nothing of Stripe: a state is a
// text. Which changes take part, and what a whole history means, is newest.hpp's.
//
// States are vertices, and a change that tells the state before it is an edge. Whoever walks every
// edge once ends at the vertex that is entered once more than left (Euler), whatever the order in
// which the edges became known.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace tollgate::entitlements {

struct Change {
  std::optional<std::string_view> before;  ///< nothing: the event tells the state alone
  std::string_view after;
};

struct TrailStart {
  std::string_view state;
  bool certain = true;
};

struct TrailEnd {
  std::string_view state;  ///< one of the texts given
  bool ambiguous = false;  ///< a deterministic pick among several that are possible
};

/// `changes`: at least one, of different events, in any order. Two events may tell one change:
/// equal edges count once, and where counting them again would lead elsewhere, the end is
/// ambiguous.
TrailEnd last_state(std::optional<TrailStart> start, std::span<const Change> changes);

}  // namespace tollgate::entitlements
