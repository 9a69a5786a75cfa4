// SPDX-License-Identifier: Apache-2.0
#include "kafka/producer.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <future>

#include "test_topic.hpp"

namespace tollgate::kafka {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace std::string_view_literals;
using Outcome = Result<void, PublishFailure>;

class RealProducer : public testing::Test {
 protected:
  void start(ProducerOptions options) {
    options.properties = broker_properties();
    producer = make_producer(io, std::move(options));
    ASSERT_TRUE(wait_until([this] { return producer->is_ready(); })) << producer->unready_reason();
  }

  template <class Fact>
  bool wait_until(Fact fact) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!fact() && std::chrono::steady_clock::now() < deadline) {
      io.restart();
      io.run_one_for(10ms);
    }
    return fact();
  }

  Outcome publish(OutgoingRecord record) {
    auto send = [](Producer& to, OutgoingRecord sent) -> asio::awaitable<Outcome> {
      co_return co_await to.publish(sent);
    };
    auto outcome = asio::co_spawn(io, send(*producer, record), asio::use_future);
    while (outcome.wait_for(0s) != std::future_status::ready) {
      io.restart();
      io.run_one_for(patience);
    }
    return outcome.get();
  }

  asio::io_context io{1};
  std::unique_ptr<Producer> producer;
};

TEST_F(RealProducer, PublishesKeyValueAndHeadersAsTheyAre) {
  const TestTopic topic;
  start({.topic_probed = topic.name()});
  constexpr std::string_view value = "{\"name\":\"Zo\xC3\xAB\"}\0\xFF"sv;
  const std::vector<Header> headers{
      {"ce_id", "evt_1"}, {"ce_subject", ""}, {"ce_id", "a second one"}};
  ASSERT_TRUE(publish({topic.name(), ":cus_1", value, headers}));
  ASSERT_TRUE(publish({topic.name(), "", "", {}}));

  const auto consumer = make_consumer(topic.consumer_options());
  std::vector<std::unique_ptr<RecordBatch>> batches;
  std::vector<Record> records;
  ASSERT_TRUE(poll_until({}, [&] {
    auto batch = consumer->poll(10, 100ms);
    if (!batch) return false;
    for (const Record& record : batch->records()) records.push_back(record);
    batches.push_back(std::move(batch));
    return records.size() == 2;
  }));
  const Record& first = records[0];
  EXPECT_EQ(first.topic, topic.name());
  EXPECT_EQ(first.key, ":cus_1");
  EXPECT_EQ(first.value, value);
  ASSERT_EQ(first.headers.size(), 3u);
  EXPECT_EQ(first.header("ce_id"), "evt_1");
  EXPECT_EQ(first.headers[1].name, "ce_subject");
  EXPECT_EQ(first.headers[1].value, "");
  EXPECT_EQ(first.headers[2].value, "a second one");
  EXPECT_GT(first.timestamp_ms, 1'700'000'000'000);
  EXPECT_EQ(records[1].value, "");
  EXPECT_TRUE(records[1].headers.empty());
}

// Hashes of Java's client for the same keys: -973932308, -790332482 and -985981536, taken positive
// and modulo 12 (org.apache.kafka.common.utils.Utils.murmur2 and toPositive).
TEST_F(RealProducer, ChoosesThePartitionThatJavasClientChooses) {
  const TestTopic topic{12};
  start({.topic_probed = topic.name()});
  const std::map<std::string, std::int32_t> expected{
      {"21", (-973'932'308 & 0x7FFF'FFFF) % 12},
      {"foobar", (-790'332'482 & 0x7FFF'FFFF) % 12},
      {"a-little-bit-long-string", (-985'981'536 & 0x7FFF'FFFF) % 12}};
  for (const auto& [key, partition] : expected) {
    ASSERT_TRUE(publish({topic.name(), key, key, {}}));
  }
  const auto consumer = make_consumer(topic.consumer_options());
  std::map<std::string, std::int32_t> chosen;
  for (const Seen& seen : read_records(*consumer, 3)) chosen[seen.value] = seen.partition;
  EXPECT_EQ(chosen, expected);
}

TEST_F(RealProducer, TakesARecordOfTheIngressesLargestBody) {
  const TestTopic topic{1, {{"max.message.bytes", "2097152"}}};
  start({.topic_probed = topic.name()});
  const std::string body(1024 * 1024, 'x');
  const std::vector<Header> headers{{"ce_id", "evt_1"}};
  EXPECT_TRUE(publish({topic.name(), ":cus_1", body, headers}));
}

TEST_F(RealProducer, SaysTooLargeWhenTheTopicRefusesIt) {
  const TestTopic topic{1, {{"max.message.bytes", "1000"}}};
  start({.topic_probed = topic.name()});
  const std::string body(2'000, 'x');
  EXPECT_EQ(publish({topic.name(), "k", body, {}}).error(), PublishFault::too_large);
  EXPECT_TRUE(publish({topic.name(), "k", "small", {}}));
}

TEST_F(RealProducer, DoesNotCallARecordForAnUnknownTopicPersisted) {
  const TestTopic topic;
  start({.topic_probed = topic.name(), .message_timeout = 1'000ms});
  EXPECT_EQ(publish({unique_name(), "k", "v", {}}).error(), PublishFault::not_persisted);
}

TEST_F(RealProducer, IsUnreadyUntilTheTopicExists) {
  const std::string name = unique_name();
  producer = make_producer(io, {.properties = broker_properties(), .topic_probed = name});
  EXPECT_TRUE(
      wait_until([&] { return producer->unready_reason().find(name) != std::string::npos; }));
  EXPECT_FALSE(producer->is_ready());
  Admin admin{broker_properties()};
  const TopicSpec spec{.name = name, .partitions = 1, .replication_factor = 1, .config = {}};
  admin.apply(spec, patience);
  EXPECT_TRUE(wait_until([&] { return producer->is_ready(); }));
  admin.remove(name, patience);
}

TEST_F(RealProducer, LosesNoneOfManyConcurrentRecords) {
  TestTopic topic{12};
  topic.publish(10'000);
  EXPECT_EQ(topic.admin().count(topic.name(), patience), 10'000);
}

TEST_F(RealProducer, StartsAndStopsAtAnyMoment) {
  const TestTopic topic;
  for (int round = 0; round < 10; ++round) {
    asio::io_context loop{1};
    const auto brief =
        make_producer(loop, {.properties = broker_properties(), .topic_probed = topic.name()});
    loop.run_for(std::chrono::milliseconds{round * 3});
  }
}

}  // namespace
}  // namespace tollgate::kafka
