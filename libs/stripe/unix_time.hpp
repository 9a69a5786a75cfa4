// SPDX-License-Identifier: Apache-2.0
// Unix seconds as Stripe sends them, checked: the number comes from outside and must not overflow.
// For the arithmetic of known times use base/clock.hpp.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"

namespace tollgate::stripe {

/// Nothing before the year 1 or after 9999, which RFC 3339 cannot write.
constexpr std::optional<Time> time_of(std::int64_t unix_seconds) {
  constexpr std::int64_t earliest = -62'135'596'800;
  constexpr std::int64_t latest = 253'402'300'799;
  if (unix_seconds < earliest || unix_seconds > latest) return std::nullopt;
  return from_unix_seconds(unix_seconds);
}

}  // namespace tollgate::stripe
