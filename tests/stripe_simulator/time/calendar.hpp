// SPDX-License-Identifier: Apache-2.0
// Billing periods: dates that follow an anchor's day of the month.
#pragma once

#include <cstdint>
#include <string_view>

#include "stripe_simulator/world/json.hpp"

namespace tollgate::simulator {

/// `count` intervals after the anchor, or before it: `month` keeps the day, or takes the month's
/// last one, and always the time of day. Seconds since 1970.
std::int64_t add_intervals(std::int64_t anchor, std::string_view interval, std::int64_t count);

/// The end of the period of that price which begins at `start`: the first date after it that is
/// whole periods from the anchor, which may be still to come.
std::int64_t period_end(std::int64_t anchor, std::int64_t start, const Json& recurring);

}  // namespace tollgate::simulator
