// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/integration/entitlements/asking_test_case.hpp"

namespace tollgate::entitlements {
namespace {

using tests::wait_until;

class SweepTest : public tests::AskingTest {};

TEST_F(SweepTest, HealsALostWebhookAndPublishesNothingThatIsKnown) {
  const std::string lost = told("evt_2", "updated", "active", now() - 20);
  const std::string arrived = told("evt_1", "created", "incomplete", now() - 40);
  stripe_.put_list("/v1/events", {lost, arrived}, 1);
  topic_.publish({arrived});
  const auto instance = start();
  ASSERT_TRUE(status_becomes("active"));
  EXPECT_EQ(database_.rows("select outcome from events where id = 'evt_2'"),
            std::vector<std::string>{"fact"});
  const auto finished = [&](int sweeps) {
    return wait_until([&] { return finished_sweeps(*instance) >= sweeps; });
  };
  ASSERT_TRUE(finished(1));
  const std::int64_t published = count_of(*instance, "swept_events", "published");
  const std::int64_t known = count_of(*instance, "swept_events", "known");
  EXPECT_LE(published, 2);  // The other one may not have been read yet when it was listed.
  ASSERT_TRUE(finished(3));
  EXPECT_EQ(count_of(*instance, "swept_events", "published"), published);
  EXPECT_GT(count_of(*instance, "swept_events", "known"), known);
}

TEST_F(SweepTest, TwoInstancesAskEachQuestionOnceAndSweepInTurn) {
  std::vector<std::string> events;
  for (int i = 0; i < 60; ++i) {
    const std::string id = "cus_" + std::to_string(i);
    stripe_.put("/v1/customers/" + id, R"({"id": ")" + id + R"(", "object": "customer"})");
    events.push_back(
        R"({"id": "evt_)" + id + R"(", "object": "v2.core.event", "livemode": false, )" +
        R"("type": "v1.customer.updated", "created": "2026-01-01T00:00:00Z", )" +
        R"("related_object": {"id": ")" + id + R"(", "type": "customer", "url": ""}})");
  }
  stripe_.put_list("/v1/events", {});
  const auto one = start();
  const auto two = start();
  topic_.publish(events);
  ASSERT_TRUE(
      says("select count(*) from stripe_objects where kind = 'customer' and not asked_at "
           "is not null and state is not null",
           "60"));
  for (int i = 0; i < 60; ++i) {
    EXPECT_EQ(stripe_.count("/v1/customers/cus_" + std::to_string(i)), 1U) << i;
  }
  EXPECT_EQ(fetched_events(), 60);
}

}  // namespace
}  // namespace tollgate::entitlements
