// SPDX-License-Identifier: Apache-2.0
#include "kafka/topic_replicas.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tollgate::kafka {
namespace {

constexpr int nobody = -1;

rd_kafka_metadata_partition_t partition(int leader, int in_sync, int replicas) {
  rd_kafka_metadata_partition_t partition{};
  partition.leader = leader;
  partition.isr_cnt = in_sync;
  partition.replica_cnt = replicas;
  return partition;
}

rd_kafka_metadata_topic_t topic_of(std::vector<rd_kafka_metadata_partition_t>& partitions) {
  rd_kafka_metadata_topic_t topic{};
  topic.partitions = partitions.data();
  topic.partition_cnt = static_cast<int>(partitions.size());
  return topic;
}

TEST(TopicReplicas, AreEnoughWhenOnePartitionHasThem) {
  std::vector partitions{partition(nobody, 1, 3), partition(2, 1, 3), partition(1, 2, 3)};
  EXPECT_TRUE(has_leader(topic_of(partitions)));
  EXPECT_FALSE(all_in_sync(topic_of(partitions)));
  EXPECT_TRUE(has_enough_in_sync(topic_of(partitions), 2));
  EXPECT_FALSE(has_enough_in_sync(topic_of(partitions), 3));
}

TEST(TopicReplicas, AreTooFewWhenEveryPartitionLacksSome) {
  std::vector partitions{partition(1, 1, 3), partition(2, 1, 3)};
  EXPECT_FALSE(has_enough_in_sync(topic_of(partitions), 2));
}

TEST(TopicReplicas, OfAPartitionWithoutALeaderCountForNothing) {
  std::vector partitions{partition(nobody, 3, 3)};
  EXPECT_FALSE(has_leader(topic_of(partitions)));
  EXPECT_FALSE(has_enough_in_sync(topic_of(partitions), 1));
}

TEST(TopicReplicas, NeedNotBeMoreThanThereAre) {
  std::vector partitions{partition(1, 1, 1)};
  EXPECT_TRUE(all_in_sync(topic_of(partitions)));
  EXPECT_TRUE(has_enough_in_sync(topic_of(partitions), 2));
}

}  // namespace
}  // namespace tollgate::kafka
