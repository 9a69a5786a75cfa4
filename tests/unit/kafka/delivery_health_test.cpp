// SPDX-License-Identifier: Apache-2.0
#include "kafka/delivery_health.hpp"

#include <gtest/gtest.h>

namespace tollgate::kafka {
namespace {

using namespace std::chrono_literals;

const DeliveryHealth::TimePoint start{1'000s};

TEST(DeliveryHealth, IsFineBeforeTheFirstReport) { EXPECT_EQ(DeliveryHealth{}.fault(start), ""); }

TEST(DeliveryHealth, IsAFaultFromAFailureToTheNextSuccess) {
  DeliveryHealth health;
  health.failed("_MSG_TIMED_OUT", start);
  EXPECT_EQ(health.fault(start), "the last publish failed: _MSG_TIMED_OUT");
  health.succeeded();
  EXPECT_EQ(health.fault(start), "");
}

TEST(DeliveryHealth, IsGivenATrialSomeTimeAfterTheLastFailure) {
  DeliveryHealth health;
  health.failed("TOPIC_AUTHORIZATION_FAILED", start);
  health.failed("TOPIC_AUTHORIZATION_FAILED", start + 5s);
  EXPECT_NE(health.fault(start + DeliveryHealth::trial_after), "");
  EXPECT_EQ(health.fault(start + 5s + DeliveryHealth::trial_after), "");
}

}  // namespace
}  // namespace tollgate::kafka
