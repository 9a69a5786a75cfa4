// SPDX-License-Identifier: Apache-2.0
#include "kafka/admin.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "test_topic.hpp"

namespace tollgate::kafka {
namespace {

class KafkaAdmin : public testing::Test {
 protected:
  ~KafkaAdmin() override { admin.remove(spec.name, patience); }

  TopicOutcome apply() { return admin.apply(spec, patience); }

  Admin admin{broker_properties()};
  TopicSpec spec{.name = unique_name(),
                 .partitions = 2,
                 .replication_factor = 1,
                 .config = {{"retention.ms", "3600000"}}};
};

TEST_F(KafkaAdmin, CreatesATopicOnce) {
  EXPECT_EQ(apply(), TopicOutcome::created);
  EXPECT_EQ(apply(), TopicOutcome::unchanged);
}

TEST_F(KafkaAdmin, BringsSettingsInLineAndKeepsTheOthers) {
  spec.config["segment.ms"] = "600000";
  apply();
  spec.config = {{"retention.ms", "7200000"}};
  EXPECT_EQ(apply(), TopicOutcome::adjusted);
  EXPECT_EQ(apply(), TopicOutcome::unchanged);
  spec.config = {{"segment.ms", "600000"}};
  EXPECT_EQ(apply(), TopicOutcome::unchanged);
}

TEST_F(KafkaAdmin, AddsPartitionsAndTakesNoneAway) {
  apply();
  spec.partitions = 3;
  EXPECT_EQ(apply(), TopicOutcome::adjusted);
  spec.partitions = 1;
  EXPECT_EQ(apply(), TopicOutcome::unchanged);
}

TEST_F(KafkaAdmin, SaysWhatKafkaRefuses) {
  spec.config = {{"retention.ms", "soon"}};
  try {
    apply();
    FAIL() << "Kafka took it";
  } catch (const std::runtime_error& failure) {
    EXPECT_NE(std::string{failure.what()}.find("retention.ms"), std::string::npos)
        << failure.what();
  }
}

TEST_F(KafkaAdmin, CountsTheRecordsOfAllPartitions) {
  TestTopic topic{3};
  EXPECT_EQ(admin.count(topic.name(), patience), 0);
  topic.publish(25);
  EXPECT_EQ(admin.count(topic.name(), patience), 25);
}

TEST_F(KafkaAdmin, CannotCountATopicThatIsNone) {
  EXPECT_THROW(admin.count(unique_name(), patience), std::runtime_error);
}

TEST_F(KafkaAdmin, RemovesATopicThatIsNoneWithoutAWord) {
  EXPECT_NO_THROW(admin.remove(unique_name(), patience));
}

TEST(KafkaAdminAlone, GivesUpInTimeWithoutABroker) {
  Admin admin{{{"bootstrap.servers", "127.0.0.1:1"}}};
  const TopicSpec spec{.name = "t", .partitions = 1, .replication_factor = 1, .config = {}};
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_THROW(admin.apply(spec, std::chrono::milliseconds{500}), std::runtime_error);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{5});
}

}  // namespace
}  // namespace tollgate::kafka
