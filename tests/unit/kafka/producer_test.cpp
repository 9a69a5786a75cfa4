// SPDX-License-Identifier: Apache-2.0
#include "kafka/producer.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <future>

#include "kafka/broker_probe.hpp"
#include "mock_cluster.hpp"

namespace tollgate::kafka {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Outcome = Result<void, PublishFailure>;

// Far more than anything here takes; only a failing test waits so long.
constexpr auto patience = 15s;
const std::string topic = "stripe.events";
const std::string slow = "no broker answers in time";

class KafkaProducer : public testing::Test {
 protected:
  KafkaProducer() { cluster.heal(); }
  // One cluster for all tests: to end one takes a second.
  static void SetUpTestSuite() { shared_cluster = std::make_unique<MockCluster>(); }
  static void TearDownTestSuite() { shared_cluster.reset(); }

  ProducerOptions options() {
    ProducerOptions options;
    options.properties = cluster.properties();
    options.topic_probed = topic;
    options.on_fatal = [this](const std::string& reason) { fatal_reasons.push_back(reason); };
    return options;
  }

  void start(ProducerOptions chosen) { producer = make_producer(io, std::move(chosen)); }
  void start_and_wait(ProducerOptions chosen) {
    start(std::move(chosen));
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

  std::future<Outcome> begin_publish(std::string value = "{}") {
    auto send = [](Producer& to, std::string body) -> asio::awaitable<Outcome> {
      const std::vector<Header> headers{{"ce_id", "evt_1"}, {"ce_type", "com.stripe.invoice.paid"}};
      const OutgoingRecord record{
          .topic = topic, .key = ":cus_1", .value = body, .headers = headers};
      co_return co_await to.publish(record);
    };
    return asio::co_spawn(io, send(*producer, std::move(value)), asio::use_future);
  }

  Outcome finish(std::future<Outcome>& outcome) {
    const bool done = wait_until([&] { return outcome.wait_for(0s) == std::future_status::ready; });
    if (!done) throw std::runtime_error("publish() did not end");
    return outcome.get();
  }
  Outcome publish(std::string value = "{}") {
    auto outcome = begin_publish(std::move(value));
    return finish(outcome);
  }

  static inline std::unique_ptr<MockCluster> shared_cluster;
  MockCluster& cluster = *shared_cluster;
  asio::io_context io{1};
  std::vector<std::string> fatal_reasons;
  std::unique_ptr<Producer> producer;
};

TEST_F(KafkaProducer, SucceedsWhenTheBrokerHasTheRecord) {
  start_and_wait(options());
  EXPECT_TRUE(publish().has_value());
  EXPECT_EQ(producer->in_flight(), 0u);
}

TEST_F(KafkaProducer, CompletesManyPublishesAtOnce) {
  start_and_wait(options());
  std::vector<std::future<Outcome>> outcomes;
  outcomes.reserve(2'000);
  for (int i = 0; i < 2'000; ++i) outcomes.push_back(begin_publish(std::string(500, 'x')));
  for (auto& outcome : outcomes) EXPECT_TRUE(finish(outcome).has_value());
}

TEST_F(KafkaProducer, StartsWithoutABrokerAndRefusesAtOnce) {
  auto chosen = options();
  chosen.properties["bootstrap.servers"] = "127.0.0.1:1";  // Nobody listens on port 1.
  start(std::move(chosen));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(publish().error(), PublishFault::broker_away);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 1s);
  EXPECT_FALSE(producer->is_ready());
  EXPECT_FALSE(producer->unready_reason().empty());
}

TEST_F(KafkaProducer, BecomesUnreadyWithTheBrokerAndReadyAgainWithoutARestart) {
  start_and_wait(options());
  cluster.set_down();
  EXPECT_TRUE(wait_until([this] { return !producer->is_ready(); }));
  EXPECT_EQ(publish().error(), PublishFault::broker_away);
  cluster.set_up();
  EXPECT_TRUE(wait_until([this] { return producer->is_ready(); })) << producer->unready_reason();
  EXPECT_TRUE(publish().has_value());
  EXPECT_EQ(producer->unready_reason(), "");
}

TEST_F(KafkaProducer, IsUnreadyWhileTheProbedTopicDoesNotExist) {
  cluster.set_topic_error(topic, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  start(options());
  EXPECT_TRUE(
      wait_until([this] { return producer->unready_reason().find(topic) != std::string::npos; }));
  EXPECT_FALSE(producer->is_ready());
  cluster.set_topic_error(topic, RD_KAFKA_RESP_ERR_NO_ERROR);
  EXPECT_TRUE(wait_until([this] { return producer->is_ready(); }));
}

TEST_F(KafkaProducer, SaysNotPersistedWhenTheBrokerRefusesTheRecord) {
  start_and_wait(options());
  cluster.refuse_next(MockCluster::produce, RD_KAFKA_RESP_ERR_INVALID_RECORD);
  EXPECT_EQ(publish().error(), PublishFault::not_persisted);
  EXPECT_TRUE(publish().has_value());
}

TEST_F(KafkaProducer, IsUnreadyAfterAFailedPublishUntilOneSucceeds) {
  start_and_wait(options());
  cluster.refuse_next(MockCluster::produce, RD_KAFKA_RESP_ERR_INVALID_RECORD);
  const Outcome refused = publish();
  EXPECT_EQ(refused.error().kafka_error, "INVALID_RECORD");
  EXPECT_EQ(producer->unready_reason(), "the last publish failed: INVALID_RECORD");
  EXPECT_TRUE(publish().has_value());
  EXPECT_EQ(producer->unready_reason(), "");
}

TEST_F(KafkaProducer, StaysReadyAfterARecordThatIsTooLarge) {
  start_and_wait(options());
  cluster.refuse_next(MockCluster::produce, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  EXPECT_EQ(publish().error(), PublishFault::too_large);
  EXPECT_TRUE(producer->is_ready());
}

TEST_F(KafkaProducer, TakesPublishesWhileTheBrokerIsOnlySlow) {
  start_and_wait(options());
  cluster.set_round_trip_ms(static_cast<int>(BrokerProbe::look_max.count()) + 200);
  cluster.refuse_next(MockCluster::produce, RD_KAFKA_RESP_ERR_INVALID_RECORD);
  EXPECT_EQ(publish().error(), PublishFault::not_persisted);  // After it the probe looks at once.
  EXPECT_TRUE(wait_until([this] { return producer->unready_reason() == slow; }));
  EXPECT_TRUE(publish().has_value());
}

TEST_F(KafkaProducer, RecoversWhenTheRightToWriteIsGivenBack) {
  start_and_wait(options());
  cluster.refuse_next(MockCluster::produce, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  EXPECT_EQ(publish().error(), PublishFault::not_persisted);
  EXPECT_TRUE(wait_until([this] { return publish().has_value(); }));
}

TEST_F(KafkaProducer, SendsAgainWhenTooFewReplicasAreInSync) {
  start_and_wait(options());
  cluster.refuse_next(MockCluster::produce, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
  EXPECT_TRUE(publish().has_value());
}

TEST_F(KafkaProducer, DoesNotTakeADeliveryWithoutAnAcknowledgementForSafe) {
  auto chosen = options();
  chosen.properties["acks"] = "0";  // A report without an error, but not PERSISTED.
  start_and_wait(std::move(chosen));
  EXPECT_EQ(publish().error(), PublishFault::not_persisted);
}

TEST_F(KafkaProducer, EndsAPublishWithinTheMessageTimeout) {
  auto chosen = options();
  chosen.message_timeout = 500ms;
  start_and_wait(std::move(chosen));
  cluster.set_round_trip_ms(60'000);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(publish().error(), PublishFault::not_persisted);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 3s);
}

TEST_F(KafkaProducer, RefusesAtOnceWhenTheQueueIsFull) {
  auto chosen = options();
  chosen.queue_kbytes_max = 64;
  chosen.message_timeout = 500ms;
  start_and_wait(std::move(chosen));
  cluster.set_round_trip_ms(60'000);
  std::vector<std::future<Outcome>> outcomes;
  outcomes.reserve(10);
  for (int i = 0; i < 10; ++i) outcomes.push_back(begin_publish(std::string(16'000, 'x')));
  std::map<PublishFault, int> faults;
  for (auto& outcome : outcomes) ++faults[finish(outcome).error().fault];
  EXPECT_EQ(faults[PublishFault::queue_full], 6);
  EXPECT_EQ(faults[PublishFault::not_persisted], 4);
}

TEST_F(KafkaProducer, RefusesARecordOverTheLimit) {
  auto chosen = options();
  chosen.message_bytes_max = 10'000;
  start_and_wait(std::move(chosen));
  EXPECT_EQ(publish(std::string(10'001, 'x')).error(), PublishFault::too_large);
  EXPECT_TRUE(publish(std::string(9'000, 'x')).has_value());
}

TEST_F(KafkaProducer, ReportsAFatalErrorOnceAndRefusesFromThenOn) {
  auto chosen = options();
  chosen.properties["enable.idempotence"] = "true";
  cluster.refuse_next(MockCluster::init_producer_id,
                      RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED);
  start(std::move(chosen));
  EXPECT_TRUE(wait_until([this] { return !fatal_reasons.empty(); }));
  EXPECT_EQ(publish().error(), PublishFault::fatal);
  EXPECT_FALSE(producer->is_ready());
  EXPECT_EQ(producer->unready_reason(), "the producer met a fatal error");
  EXPECT_EQ(fatal_reasons.size(), 1u);
}

TEST_F(KafkaProducer, FlushWaitsForWhatIsInFlight) {
  start_and_wait(options());
  cluster.set_round_trip_ms(200);
  auto outcome = begin_publish();
  ASSERT_TRUE(wait_until([this] { return producer->in_flight() == 1; }));
  auto too_short = asio::co_spawn(io, producer->flush(1ms), asio::use_future);
  ASSERT_TRUE(wait_until([&] { return too_short.wait_for(0s) == std::future_status::ready; }));
  EXPECT_FALSE(too_short.get());
  auto flushed = asio::co_spawn(io, producer->flush(patience), asio::use_future);
  ASSERT_TRUE(wait_until([&] { return flushed.wait_for(0s) == std::future_status::ready; }));
  EXPECT_TRUE(flushed.get());
  EXPECT_TRUE(finish(outcome).has_value());
}

TEST_F(KafkaProducer, MayBeDestroyedWhileAPublishWaits) {
  start_and_wait(options());
  cluster.set_round_trip_ms(60'000);
  auto outcome = begin_publish();
  ASSERT_TRUE(wait_until([this] { return producer->in_flight() == 1; }));
  producer.reset();
  // Asio unwinds the coroutine on the loop.
  EXPECT_TRUE(wait_until([&] { return outcome.wait_for(0s) == std::future_status::ready; }));
  EXPECT_THROW(outcome.get(), std::future_error);
}

TEST_F(KafkaProducer, StartsAndStopsAtAnyMoment) {
  for (int round = 0; round < 20; ++round) {
    start(options());
    // Each round ends a little later: before the first connection, in it, after the first answer.
    io.restart();
    io.run_for(std::chrono::milliseconds{round * 2});
    if (producer->is_ready()) begin_publish();
    io.poll();
    producer.reset();
    io.restart();
    io.poll();
  }
}

TEST_F(KafkaProducer, RefusesAPropertyThatLibrdkafkaDoesNotKnow) {
  auto chosen = options();
  chosen.properties["no.such.property"] = "1";
  EXPECT_THROW(start(std::move(chosen)), std::runtime_error);
}

}  // namespace
}  // namespace tollgate::kafka
