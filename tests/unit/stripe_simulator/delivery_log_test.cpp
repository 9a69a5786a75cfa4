// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/delivery/delivery_log.hpp"

#include <gtest/gtest.h>

namespace tollgate::simulator {
namespace {

DeliveryAttempt attempt(std::string event, unsigned status) {
  DeliveryAttempt made;
  made.event_id = std::move(event);
  made.status = status;
  return made;
}

TEST(DeliveryLog, TellsTheAttemptsOfOneEventNewestFirst) {
  DeliveryLog log;
  log.add(attempt("evt_1", 503));
  log.add(attempt("evt_2", 200));
  log.add(attempt("evt_1", 204));
  const Json told = log.to_json("evt_1");
  ASSERT_EQ(told.items().size(), 2U);
  EXPECT_EQ(told.items()[0]["status"].integer(), 204);
  EXPECT_TRUE(told.items()[0]["accepted"].flag());
  EXPECT_FALSE(told.items()[1]["accepted"].flag());
  EXPECT_EQ(log.to_json({}).items().size(), 3U);
}

TEST(DeliveryLog, ForgetsTheOldestOfMoreThanTenThousand) {
  DeliveryLog log;
  for (int i = 0; i <= 10'000; ++i) log.add(attempt("evt_" + std::to_string(i), 200));
  EXPECT_EQ(log.to_json({}).items().size(), 10'000U);
  EXPECT_TRUE(log.to_json("evt_0").items().empty());
}

}  // namespace
}  // namespace tollgate::simulator
