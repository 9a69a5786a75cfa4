// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/time/calendar.hpp"

#include <algorithm>

#include "base/clock.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::int64_t day_s = 24 * 3600;

std::int64_t add_months(std::int64_t anchor, std::int64_t months) {
  const auto day = std::chrono::floor<std::chrono::days>(from_unix_seconds(anchor));
  const std::chrono::year_month_day date{day};
  const auto month = date.year() / date.month() + std::chrono::months{static_cast<int>(months)};
  const std::chrono::year_month_day last{month / std::chrono::last};
  const auto shifted = std::chrono::sys_days{month / std::min(date.day(), last.day())};
  const std::int64_t time_of_day = anchor - to_unix_seconds(day);
  return to_unix_seconds(shifted) + time_of_day;
}

}  // namespace

std::int64_t add_intervals(std::int64_t anchor, std::string_view interval, std::int64_t count) {
  if (interval == "day") return anchor + count * day_s;
  if (interval == "week") return anchor + count * 7 * day_s;
  return add_months(anchor, interval == "year" ? 12 * count : count);
}

std::int64_t period_end(std::int64_t anchor, std::int64_t start, const Json& recurring) {
  const std::int64_t step = std::max<std::int64_t>(recurring["interval_count"].integer(1), 1);
  const std::string& interval = recurring["interval"].text();
  std::int64_t count = 0;
  // Counted from the anchor, so that the 31st comes back after a short month.
  while (add_intervals(anchor, interval, count - step) > start) count -= step;
  while (add_intervals(anchor, interval, count) <= start) count += step;
  return add_intervals(anchor, interval, count);
}

}  // namespace tollgate::simulator
