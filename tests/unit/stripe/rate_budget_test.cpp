// SPDX-License-Identifier: Apache-2.0
#include "stripe/rate_budget.hpp"

#include <gtest/gtest.h>

namespace tollgate::stripe {
namespace {

using std::chrono::milliseconds;

constexpr Time opening = from_unix_seconds(1'800'000'000);
constexpr milliseconds patience{60'000};

TEST(RateBudget, LetsAFifthOfASecondGoAtOnceAndThenKeepsThePace) {
  RateBudget budget{20};
  for (int i = 0; i < 4; ++i) EXPECT_EQ(budget.reserve(opening, patience), milliseconds{0}) << i;
  EXPECT_EQ(budget.reserve(opening, patience), milliseconds{50});
  EXPECT_EQ(budget.reserve(opening, patience), milliseconds{100});
}

TEST(RateBudget, NeverGivesMoreThanTheRateInAnySecond) {
  RateBudget budget{20};
  std::vector<Time> sent;
  for (Time now = opening; now < opening + std::chrono::seconds{10}; now += milliseconds{7}) {
    if (budget.reserve(now, milliseconds{0})) sent.push_back(now);
  }
  for (std::size_t i = 24; i < sent.size(); ++i) {
    EXPECT_GE(sent[i] - sent[i - 24], std::chrono::seconds{1});
  }
  EXPECT_GE(sent.size(), 190U);
}

TEST(RateBudget, TakesNoPlaceThatWouldBeTooFarAway) {
  RateBudget budget{1};
  EXPECT_EQ(budget.reserve(opening, patience), milliseconds{0});
  EXPECT_EQ(budget.reserve(opening, milliseconds{999}), std::nullopt);
  EXPECT_EQ(budget.reserve(opening, milliseconds{1'000}), milliseconds{1'000});
}

TEST(RateBudget, KeepsQuietTwiceAsLongAfterEachRefusal) {
  RateBudget budget{20};
  budget.refused(opening);
  EXPECT_EQ(budget.reserve(opening, patience), milliseconds{1'000});
  const Time later = opening + std::chrono::seconds{1};
  budget.refused(later);
  EXPECT_EQ(budget.reserve(later, patience), milliseconds{2'000});
  for (int i = 0; i < 100; ++i) budget.refused(later);
  EXPECT_EQ(budget.reserve(later, milliseconds{64'000}), milliseconds{64'000});
}

TEST(RateBudget, BeginsAnewAfterAnAnswer) {
  RateBudget budget{20};
  budget.refused(opening);
  budget.refused(opening);
  budget.accepted();
  const Time later = opening + std::chrono::seconds{10};
  budget.refused(later);
  EXPECT_EQ(budget.reserve(later, patience), milliseconds{1'000});
}

TEST(RateBudget, GetsOverAClockThatIsSetBack) {
  RateBudget budget{20};
  budget.refused(opening);
  EXPECT_EQ(budget.reserve(opening - std::chrono::hours{1}, milliseconds{0}), milliseconds{0});
}

}  // namespace
}  // namespace tollgate::stripe
