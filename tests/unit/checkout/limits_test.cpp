// SPDX-License-Identifier: Apache-2.0
// What keeps checkout from asking too often: the breaker before Stripe, the limit of each user.
#include <gtest/gtest.h>

#include "checkout/domain/breaker.hpp"
#include "checkout/domain/rate_limit.hpp"

namespace tollgate::checkout {
namespace {

constexpr Time start = from_unix_seconds(1'797'000'000);
using std::chrono::seconds;

TEST(Breaker, OpensAfterFailuresInARowAndNotBefore) {
  Breaker breaker;
  breaker.failed(start);
  breaker.failed(start);
  breaker.succeeded();
  breaker.failed(start);
  breaker.failed(start);
  EXPECT_FALSE(breaker.refusal(start));
  breaker.failed(start);
  ASSERT_TRUE(breaker.refusal(start));
  EXPECT_EQ(*breaker.refusal(start), Breaker::rest);
}

TEST(Breaker, LetsOneTryAfterItsRestAndTheAnswerDecides) {
  Breaker breaker;
  for (int i = 0; i < Breaker::failures_max; ++i) breaker.failed(start);
  const Time later = start + Breaker::rest;
  EXPECT_FALSE(breaker.refusal(later));
  EXPECT_TRUE(breaker.refusal(later)) << "the second one waits for the first";
  breaker.failed(later);
  EXPECT_TRUE(breaker.refusal(later + seconds{1}));
  EXPECT_FALSE(breaker.refusal(later + Breaker::rest));
  breaker.succeeded();
  EXPECT_FALSE(breaker.refusal(later + Breaker::rest));
}

TEST(Breaker, ATrialThatNeverEndsIsFollowedByAnother) {
  Breaker breaker;
  for (int i = 0; i < Breaker::failures_max; ++i) breaker.failed(start);
  const Time trial = start + Breaker::rest;
  EXPECT_FALSE(breaker.refusal(trial));
  EXPECT_FALSE(breaker.refusal(trial + Breaker::trial_max));
}

TEST(Breaker, AClockThatIsSetBackDoesNotHoldItOpen) {
  Breaker breaker;
  for (int i = 0; i < Breaker::failures_max; ++i) breaker.failed(start);
  EXPECT_FALSE(breaker.refusal(start - std::chrono::hours{1}));
}

TEST(Breaker, ATrialThatWasNotSentIsFollowedByAnotherAtOnce) {
  Breaker breaker;
  for (int i = 0; i < Breaker::failures_max; ++i) breaker.failed(start);
  const Time trial = start + Breaker::rest;
  EXPECT_FALSE(breaker.refusal(trial));
  breaker.unsent(trial);
  EXPECT_TRUE(breaker.is_open());
  EXPECT_FALSE(breaker.refusal(trial));
}

TEST(RateLimit, GivesABurstThenOneByOne) {
  RateLimit limit{60};
  for (int i = 0; i < 15; ++i) EXPECT_EQ(limit.wait_of("ada", start), seconds{0}) << i;
  EXPECT_EQ(limit.wait_of("ada", start), seconds{1});
  EXPECT_EQ(limit.wait_of("bob", start), seconds{0}) << "each user has his own";
  EXPECT_EQ(limit.wait_of("ada", start + seconds{1}), seconds{0});
  EXPECT_EQ(limit.wait_of("ada", start + seconds{1}), seconds{1});
}

TEST(RateLimit, TakesLittleForWhatCostsLittle) {
  RateLimit limit{60};
  for (int i = 0; i < 60; ++i) EXPECT_EQ(limit.wait_of("ada", start, 0.25), seconds{0}) << i;
  EXPECT_EQ(limit.wait_of("ada", start, 0.25), seconds{1});
  EXPECT_EQ(limit.wait_of("ada", start + seconds{1}), seconds{0});
}

TEST(RateLimit, HoldsABoundedNumberOfUsers) {
  RateLimit limit{60};
  for (std::size_t i = 0; i <= 2 * RateLimit::users_max; ++i) {
    ASSERT_EQ(limit.wait_of("user-" + std::to_string(i), start), seconds{0});
  }
}

}  // namespace
}  // namespace tollgate::checkout
