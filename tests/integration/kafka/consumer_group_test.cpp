// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <set>
#include <stdexcept>

#include "test_topic.hpp"

namespace tollgate::kafka {
namespace {

using namespace std::chrono_literals;

/// A member of the group and the partitions that it was told of.
struct Member {
  explicit Member(ConsumerOptions options) {
    options.on_assigned = [this](std::span<const std::int32_t> partitions) {
      owned.insert(partitions.begin(), partitions.end());
      return std::vector<PartitionOffset>{};
    };
    options.on_revoked = [this](std::span<const std::int32_t> partitions) {
      for (const std::int32_t partition : partitions) owned.erase(partition);
    };
    consumer = make_consumer(std::move(options));
  }

  std::set<std::int32_t> owned;  // Before the consumer, whose end revokes.
  std::unique_ptr<Consumer> consumer;
};

TEST(ConsumerGroup, SharesThePartitionsAndTakesThemOver) {
  TestTopic topic{4};
  Member first{topic.consumer_options()};
  ASSERT_TRUE(poll_until({first.consumer.get()}, [&] { return first.owned.size() == 4; }));
  {
    Member second{topic.consumer_options()};
    EXPECT_TRUE(poll_until({first.consumer.get(), second.consumer.get()},
                           [&] { return first.owned.size() == 2 && second.owned.size() == 2; }));
    second.consumer->close();
    EXPECT_TRUE(second.owned.empty());
  }
  EXPECT_TRUE(poll_until({first.consumer.get()}, [&] { return first.owned.size() == 4; }));
}

TEST(ConsumerGroup, DeliversNothingOfAPartitionThatWasTakenAway) {
  TestTopic topic{4};
  topic.publish(400);
  Member first{topic.consumer_options()};
  Member second{topic.consumer_options()};
  std::size_t delivered = 0;
  const auto deliver = [&](Member& member) {
    const auto batch = member.consumer->poll(10, 50ms);
    if (!batch) return;
    for (const Record& record : batch->records()) {
      EXPECT_TRUE(member.owned.contains(record.partition));
      ++delivered;
    }
  };
  EXPECT_TRUE(poll_until({}, [&] {
    deliver(first);
    deliver(second);
    return delivered >= 400 && first.owned.size() == 2 && second.owned.size() == 2;
  }));
}

TEST(ConsumerGroup, KeepsThePartitionsOfAStaticMemberForItsSuccessor) {
  TestTopic topic{2};
  auto options = topic.consumer_options();
  options.group_instance_id = "entitlements-1";
  Member other{topic.consumer_options()};
  auto before = std::make_unique<Member>(options);
  ASSERT_TRUE(poll_until({other.consumer.get(), before->consumer.get()},
                         [&] { return other.owned.size() == 1 && before->owned.size() == 1; }));
  const auto kept = before->owned;
  before.reset();
  Member after{options};
  EXPECT_TRUE(poll_until({other.consumer.get(), after.consumer.get()},
                         [&] { return !after.owned.empty(); }));
  EXPECT_EQ(after.owned, kept);
  EXPECT_EQ(other.owned.size(), 1u);
}

TEST(ConsumerGroup, EndsAMemberWhoseNameAnotherTookOver) {
  TestTopic topic;
  auto options = topic.consumer_options();
  options.group_instance_id = "entitlements-1";
  Member frozen{options};
  ASSERT_TRUE(poll_until({frozen.consumer.get()}, [&] { return frozen.owned.size() == 1; }));
  Member successor{options};
  ASSERT_TRUE(poll_until({successor.consumer.get()}, [&] { return successor.owned.size() == 1; }));
  EXPECT_THROW(poll_until({frozen.consumer.get()}, [] { return false; }), std::runtime_error);
}

TEST(ConsumerGroup, ClosesWhileItStillWaitsForWhereToBegin) {
  TestTopic topic;
  auto options = topic.consumer_options();
  options.on_assigned = [](std::span<const std::int32_t>) -> std::vector<PartitionOffset> {
    throw std::runtime_error("database away");
  };
  const auto consumer = make_consumer(std::move(options));
  EXPECT_THROW(poll_until({consumer.get()}, [] { return false; }), std::runtime_error);
  const auto begun = std::chrono::steady_clock::now();
  consumer->close();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 5s);
}

TEST(ConsumerGroup, PassesOnWhatTheCallersRevocationThrows) {
  TestTopic topic{2};
  auto options = topic.consumer_options();
  bool revoked = false;
  options.on_revoked = [&](std::span<const std::int32_t>) {
    if (!std::exchange(revoked, true)) throw std::logic_error("cannot give it back");
  };
  const auto consumer = make_consumer(options);
  bool assigned = false;
  ASSERT_TRUE(poll_until({consumer.get()}, [&] {
    assigned = assigned || consumer->lag() >= 0;
    return assigned;
  }));
  Member second{topic.consumer_options()};
  EXPECT_THROW(poll_until({consumer.get(), second.consumer.get()}, [] { return false; }),
               std::logic_error);
  EXPECT_TRUE(poll_until({consumer.get(), second.consumer.get()},
                         [&] { return second.owned.size() == 1; }));
}

/// What the group has told Kafka of partition 0, or a negative number.
std::int64_t committed_offset(const std::string& group, const std::string& topic) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : broker_properties()) {
    rd_kafka_conf_set(conf, name.c_str(), value.c_str(), nullptr, 0);
  }
  rd_kafka_conf_set(conf, "group.id", group.c_str(), nullptr, 0);
  rd_kafka_t* client = rd_kafka_new(RD_KAFKA_CONSUMER, conf, nullptr, 0);
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, topic.c_str(), 0);
  rd_kafka_committed(client, list, 10'000);
  const std::int64_t offset = list->elems[0].offset;
  rd_kafka_topic_partition_list_destroy(list);
  rd_kafka_destroy(client);
  return offset;
}

TEST(ConsumerGroup, TellsKafkaHowFarItIs) {
  TestTopic topic;
  topic.publish(5);
  const auto options = topic.consumer_options();
  const auto consumer = make_consumer(options);
  ASSERT_EQ(read_records(*consumer, 5).size(), 5u);
  const std::vector<PartitionOffset> done{{0, 5}};
  consumer->commit(done);
  EXPECT_TRUE(poll_until({consumer.get()},
                         [&] { return committed_offset(options.group_id, topic.name()) == 5; }));
}

}  // namespace
}  // namespace tollgate::kafka
