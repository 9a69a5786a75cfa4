// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/time/calendar.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"

namespace tollgate::simulator {
namespace {

std::int64_t at(const char* text) { return to_unix_seconds(*parse_rfc3339(text)); }

TEST(BillingPeriods, KeepTheDayOrTakeTheMonthsLast) {
  const struct {
    const char* anchor;
    const char* interval;
    int count;
    const char* expected;
  } cases[] = {
      {"2026-01-15T10:00:00Z", "month", 1, "2026-02-15T10:00:00Z"},
      {"2026-01-31T23:59:59Z", "month", 1, "2026-02-28T23:59:59Z"},
      {"2028-01-31T00:00:00Z", "month", 1, "2028-02-29T00:00:00Z"},
      {"2026-01-31T00:00:00Z", "month", 2, "2026-03-31T00:00:00Z"},
      {"2026-11-30T00:00:00Z", "month", 3, "2027-02-28T00:00:00Z"},
      {"2028-02-29T00:00:00Z", "year", 1, "2029-02-28T00:00:00Z"},
      {"2026-01-15T10:00:00Z", "week", 2, "2026-01-29T10:00:00Z"},
      {"2026-01-15T10:00:00Z", "day", 20, "2026-02-04T10:00:00Z"},
  };
  for (const auto& row : cases) {
    EXPECT_EQ(add_intervals(at(row.anchor), row.interval, row.count), at(row.expected))
        << row.anchor << " + " << row.count << " " << row.interval;
  }
}

TEST(BillingPeriods, FollowTheAnchorAfterAShortMonth) {
  const Json quarterly = Json::object({{"interval", "month"}, {"interval_count", 3}});
  const Json monthly = Json::object({{"interval", "month"}, {"interval_count", 1}});
  const std::int64_t anchor = at("2026-01-31T00:00:00Z");
  EXPECT_EQ(period_end(anchor, at("2026-02-28T00:00:00Z"), monthly), at("2026-03-31T00:00:00Z"));
  EXPECT_EQ(period_end(anchor, anchor, quarterly), at("2026-04-30T00:00:00Z"));
}

}  // namespace
}  // namespace tollgate::simulator
