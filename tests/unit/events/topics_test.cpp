// SPDX-License-Identifier: Apache-2.0
#include "events/topics.hpp"

#include <gtest/gtest.h>

namespace tollgate::events {
namespace {

TEST(Topics, KeepTheRawArchiveForAsLongAsTheSettingSays) {
  const auto topics = all_topics({.stripe_events_name = "stripe.events",
                                  .stripe_events_retention_days = 90,
                                  .replication_factor = 1});
  ASSERT_EQ(topics.size(), 2u);
  EXPECT_EQ(topics[0].name, "stripe.events");
  EXPECT_EQ(topics[0].config.at("retention.ms"), "7776000000");
  EXPECT_EQ(topics[0].config.at("cleanup.policy"), "delete");
  EXPECT_EQ(topics[0].config.at("max.message.bytes"), "2097152");
}

TEST(Topics, KeepTheNewestStateOfEachUser) {
  const auto topics = all_topics({});
  ASSERT_EQ(topics.size(), 2u);
  EXPECT_EQ(topics[1].name, "entitlements.changes");
  EXPECT_EQ(topics[1].config.at("cleanup.policy"), "compact");
  EXPECT_FALSE(topics[1].config.contains("retention.ms"));
}

TEST(Topics, OnThreeBrokersWantTwoReplicasInSync) {
  for (const Topic& topic : all_topics({.replication_factor = 3})) {
    EXPECT_EQ(topic.config.at("min.insync.replicas"), "2") << topic.name;
  }
  for (const Topic& topic : all_topics({.replication_factor = 1})) {
    EXPECT_FALSE(topic.config.contains("min.insync.replicas")) << topic.name;
  }
}

TEST(Topics, BearTheNameThatTheSettingGives) {
  EXPECT_EQ(all_topics({.stripe_events_name = "staging.events"})[0].name, "staging.events");
}

}  // namespace
}  // namespace tollgate::events
