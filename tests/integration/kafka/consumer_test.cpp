// SPDX-License-Identifier: Apache-2.0
#include "kafka/consumer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "test_topic.hpp"

namespace tollgate::kafka {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> values_of(const std::vector<Seen>& seen) {
  std::vector<std::string> values;
  values.reserve(seen.size());
  for (const Seen& record : seen) values.push_back(record.value);
  return values;
}

TEST(RealConsumer, BeginsAtTheEarliestRecordWhenNothingIsKnown) {
  TestTopic topic;
  topic.publish(3);
  const auto consumer = make_consumer(topic.consumer_options());
  EXPECT_EQ(values_of(read_records(*consumer, 3)), (std::vector<std::string>{"r0", "r1", "r2"}));
}

TEST(RealConsumer, BeginsWhereTheCallersStoreSays) {
  TestTopic topic;
  topic.publish(5);
  auto options = topic.consumer_options();
  std::vector<std::int32_t> asked;
  options.on_assigned = [&](std::span<const std::int32_t> partitions) {
    asked.assign(partitions.begin(), partitions.end());
    return std::vector<PartitionOffset>{{0, 3}, {7, 1}};  // One that is not ours is passed over.
  };
  const auto consumer = make_consumer(std::move(options));
  EXPECT_EQ(values_of(read_records(*consumer, 2)), (std::vector<std::string>{"r3", "r4"}));
  EXPECT_EQ(asked, std::vector<std::int32_t>{0});
}

TEST(RealConsumer, KeepsTheOrderOfEachPartition) {
  TestTopic topic{4};
  topic.publish(2'000);
  const auto consumer = make_consumer(topic.consumer_options());
  std::map<std::int32_t, std::int64_t> next;
  const auto seen = read_records(*consumer, 2'000);
  for (const Seen& record : seen) EXPECT_EQ(record.offset, next[record.partition]++);
  EXPECT_EQ(seen.size(), 2'000u);
  EXPECT_EQ(next.size(), 4u);
}

TEST(RealConsumer, GivesOutThePartitionsOfABatchByTheTimeOfTheirRecords) {
  TestTopic topic{4};
  topic.publish(2'000);
  const auto consumer = make_consumer(topic.consumer_options());
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::size_t seen = 0;
  while (seen < 2'000 && std::chrono::steady_clock::now() < deadline) {
    const auto batch = consumer->poll(500, std::chrono::milliseconds{100});
    if (!batch) continue;
    seen += batch->records().size();
    // A partition's own order stays, whatever its times.
    const auto later_elsewhere = [](const Record& one, const Record& next) {
      return one.partition != next.partition && one.timestamp_ms > next.timestamp_ms;
    };
    const auto records = batch->records();
    EXPECT_EQ(std::ranges::adjacent_find(records, later_elsewhere), records.end());
  }
  EXPECT_EQ(seen, 2'000u);
}

TEST(RealConsumer, TakesNoMoreThanItIsAskedFor) {
  TestTopic topic;
  topic.publish(100);
  const auto consumer = make_consumer(topic.consumer_options());
  std::size_t largest = 0;
  std::size_t sum = 0;
  EXPECT_TRUE(poll_until({}, [&] {
    const auto batch = consumer->poll(7, 100ms);
    if (batch) largest = std::max(largest, batch->records().size());
    if (batch) sum += batch->records().size();
    return sum == 100;
  }));
  EXPECT_EQ(largest, 7u);
}

TEST(RealConsumer, AsksAgainWhereToBeginWhenTheStoreWasAway) {
  TestTopic topic;
  topic.publish(2);
  auto options = topic.consumer_options();
  int calls = 0;
  options.on_assigned = [&](std::span<const std::int32_t>) -> std::vector<PartitionOffset> {
    if (++calls <= 2) throw std::runtime_error("database away");
    return {{0, 1}};
  };
  const auto consumer = make_consumer(std::move(options));
  int failures = 0;
  std::vector<Seen> seen;
  while (seen.empty() && failures < 5) {
    try {
      seen = read_records(*consumer, 1);
    } catch (const std::runtime_error& failure) {
      EXPECT_STREQ(failure.what(), "database away");
      ++failures;
    }
  }
  EXPECT_EQ(failures, 2);
  EXPECT_EQ(values_of(seen), std::vector<std::string>{"r1"});
}

TEST(RealConsumer, RestartsAtTheEarliestWhenItsOffsetIsOutsideTheLog) {
  TestTopic topic;
  topic.publish(3);
  auto options = topic.consumer_options();
  options.on_assigned = [](std::span<const std::int32_t>) {
    return std::vector<PartitionOffset>{{0, 1'000'000}};
  };
  const auto consumer = make_consumer(std::move(options));
  testing::internal::CaptureStderr();
  const auto seen = read_records(*consumer, 3);
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(values_of(seen), (std::vector<std::string>{"r0", "r1", "r2"}));
  EXPECT_NE(log.find("offset outside the log"), std::string::npos) << log;
  EXPECT_NE(log.find("1000000"), std::string::npos) << log;
}

TEST(RealConsumer, GivesOutWhatItHeldBeforeItRestartsAtTheEarliestAndNothingOfItLater) {
  TestTopic topic;
  // Apart, for what was published as one is fetched as one.
  for (int time = 0; time < 3; ++time) topic.publish(100, std::string(1'000, 'x'));
  auto options = topic.consumer_options();
  options.fetched_kbytes_max = 64;  // So that most is not fetched yet when it goes.
  options.properties["message.max.bytes"] = "16384";  // librdkafka wants to fetch at least one.
  const auto consumer = make_consumer(std::move(options));
  std::vector<std::int64_t> offsets;
  const auto read_on_to = [&](std::int64_t last) {
    return poll_until({}, [&] {
      const auto batch = consumer->poll(10, 100ms);
      if (!batch) return false;
      for (const Record& record : batch->records()) offsets.push_back(record.offset);
      return offsets.back() >= last;
    });
  };
  ASSERT_TRUE(read_on_to(0));
  topic.delete_before(250);
  ASSERT_TRUE(read_on_to(299));
  const auto restart = std::ranges::find(offsets, 250);
  const auto before = static_cast<std::size_t>(restart - offsets.begin());
  EXPECT_LT(before, 250u);
  for (std::size_t i = 0; i < offsets.size(); ++i) {
    EXPECT_EQ(offsets[i], static_cast<std::int64_t>(i < before ? i : 250 + i - before));
  }
}

TEST(RealConsumer, ReadsAgainFromWhereItSeeks) {
  TestTopic topic;
  topic.publish(5);
  const auto consumer = make_consumer(topic.consumer_options());
  ASSERT_EQ(read_records(*consumer, 5).size(), 5u);
  const std::vector<PartitionOffset> back{{0, 2}, {9, 0}};
  consumer->seek(back);
  EXPECT_EQ(values_of(read_records(*consumer, 3)), (std::vector<std::string>{"r2", "r3", "r4"}));
}

TEST(RealConsumer, KnowsHowFarBehindItIs) {
  TestTopic topic{2};
  topic.publish(10);
  const auto consumer = make_consumer(topic.consumer_options());
  EXPECT_EQ(consumer->lag(), -1);
  std::size_t taken = 0;
  EXPECT_TRUE(poll_until({}, [&] {
    const auto batch = consumer->poll(1, 100ms);
    if (batch) taken += batch->records().size();
    return taken >= 4 && consumer->lag() >= 0;
  }));
  EXPECT_EQ(consumer->lag(), 10 - static_cast<std::int64_t>(taken));
  read_records(*consumer, 10 - taken);
  EXPECT_EQ(consumer->lag(), 0);
}

TEST(RealConsumer, LeavesItsBatchesReadable) {
  TestTopic topic;
  topic.publish(3);
  auto consumer = make_consumer(topic.consumer_options());
  std::unique_ptr<RecordBatch> batch;
  EXPECT_TRUE(poll_until({}, [&] {
    batch = consumer->poll(3, 100ms);
    return batch != nullptr;
  }));
  consumer.reset();
  EXPECT_EQ(batch->records()[0].value, "r0");
}

TEST(RealConsumer, WithoutABrokerJustFindsNothing) {
  ConsumerOptions options;
  options.properties = {{"bootstrap.servers", "127.0.0.1:1"}};
  options.topic = "stripe.events";
  options.group_id = "group";
  const auto consumer = make_consumer(std::move(options));
  EXPECT_EQ(consumer->poll(10, 300ms), nullptr);
  EXPECT_EQ(consumer->lag(), -1);
}

TEST(RealConsumer, StartsAndStopsAtAnyMoment) {
  TestTopic topic;
  topic.publish(10);
  for (int round = 0; round < 10; ++round) {
    const auto consumer = make_consumer(topic.consumer_options());
    consumer->poll(5, std::chrono::milliseconds{round * 5});
  }
  const auto consumer = make_consumer(topic.consumer_options());
  EXPECT_EQ(read_records(*consumer, 10).size(), 10u);
}

}  // namespace
}  // namespace tollgate::kafka
