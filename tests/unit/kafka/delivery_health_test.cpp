// SPDX-License-Identifier: Apache-2.0
#include "kafka/delivery_health.hpp"

#include <gtest/gtest.h>

namespace tollgate::kafka {
namespace {

using namespace std::chrono_literals;

const DeliveryHealth::TimePoint start{1'000s};

TEST(DeliveryHealth, IsFineBeforeTheFirstReport) {
  EXPECT_EQ(DeliveryHealth{}.fault(start, 0), "");
}

TEST(DeliveryHealth, IsAFaultFromAFailureToTheNextSuccess) {
  DeliveryHealth health;
  health.failed("_MSG_TIMED_OUT", start, 0);
  EXPECT_EQ(health.fault(start, 0), "the last publish failed: _MSG_TIMED_OUT");
  health.succeeded();
  EXPECT_EQ(health.fault(start, 0), "");
}

TEST(DeliveryHealth, ForgivesAFailureWhenTheBrokerCameBackSince) {
  DeliveryHealth health;
  health.failed("_MSG_TIMED_OUT", start, 1);
  EXPECT_NE(health.fault(start, 1), "");
  EXPECT_EQ(health.fault(start, 2), "");
}

TEST(DeliveryHealth, IsGivenATrialSomeTimeAfterTheLastFailure) {
  DeliveryHealth health;
  health.failed("TOPIC_AUTHORIZATION_FAILED", start, 0);
  health.failed("TOPIC_AUTHORIZATION_FAILED", start + 5s, 0);
  EXPECT_NE(health.fault(start + DeliveryHealth::trial_after, 0), "");
  EXPECT_EQ(health.fault(start + 5s + DeliveryHealth::trial_after, 0), "");
}

}  // namespace
}  // namespace tollgate::kafka
