// SPDX-License-Identifier: Apache-2.0
#include "kafka/transactional_producer.hpp"

#include <gtest/gtest.h>

#include "test_topic.hpp"

namespace tollgate::kafka {
namespace {

class TransactionalProducerTest : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<TransactionalProducer> make() const {
    TransactionalProducerOptions options;
    options.properties = broker_properties();
    options.transactional_id = topic_.name();
    return make_transactional_producer(std::move(options));
  }
  TransactionalProducer::Outcome send(TransactionalProducer& producer, std::string_view value) {
    return producer.send({topic_.name(), "user", value, {}});
  }
  /// The values that a reader of committed records sees, until `last` comes.
  std::vector<std::string> read_until(const std::string& last) {
    const auto consumer = make_consumer(topic_.consumer_options());
    std::vector<std::string> values;
    poll_until({}, [&] {
      const auto batch = consumer->poll(100, std::chrono::milliseconds{100});
      if (!batch) return false;
      for (const Record& record : batch->records()) values.emplace_back(record.value);
      return values.back() == last;
    });
    return values;
  }

  TestTopic topic_;
};

TEST_F(TransactionalProducerTest, ACommittedTransactionIsReadWhole) {
  const auto producer = make();
  ASSERT_TRUE(producer->init());
  ASSERT_TRUE(producer->begin());
  ASSERT_TRUE(send(*producer, "one"));
  ASSERT_TRUE(send(*producer, "two"));
  ASSERT_TRUE(producer->commit());
  EXPECT_EQ(read_until("two"), (std::vector<std::string>{"one", "two"}));
}

TEST_F(TransactionalProducerTest, AnAbortedTransactionIsNeverRead) {
  const auto producer = make();
  ASSERT_TRUE(producer->init());
  ASSERT_TRUE(producer->begin());
  ASSERT_TRUE(send(*producer, "aborted"));
  ASSERT_TRUE(producer->abort());
  ASSERT_TRUE(producer->begin());
  ASSERT_TRUE(send(*producer, "committed"));
  ASSERT_TRUE(producer->commit());
  EXPECT_EQ(read_until("committed"), std::vector<std::string>{"committed"});
}

TEST_F(TransactionalProducerTest, WhoBeginsLaterFencesWhoIsInsideATransaction) {
  const auto older = make();
  ASSERT_TRUE(older->init());
  ASSERT_TRUE(older->begin());
  ASSERT_TRUE(send(*older, "stale"));
  const auto younger = make();
  ASSERT_TRUE(younger->init());
  ASSERT_TRUE(younger->begin());
  ASSERT_TRUE(send(*younger, "current"));
  ASSERT_TRUE(younger->commit());
  const auto outcome = older->commit();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), TransactionFault::fenced);
  ASSERT_TRUE(younger->begin());
  ASSERT_TRUE(send(*younger, "last"));
  ASSERT_TRUE(younger->commit());
  EXPECT_EQ(read_until("last"), (std::vector<std::string>{"current", "last"}));
}

TEST_F(TransactionalProducerTest, ARecordThatIsTooLargeIsRefusedAndTheOthersGoOn) {
  const auto producer = make();
  ASSERT_TRUE(producer->init());
  ASSERT_TRUE(producer->begin());
  const auto sent = send(*producer, std::string(3 * 1024 * 1024, 'x'));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error(), TransactionFault::refused);
  ASSERT_TRUE(send(*producer, "small"));
  ASSERT_TRUE(producer->commit());
  EXPECT_EQ(read_until("small"), std::vector<std::string>{"small"});
}

TEST(TransactionalProducer, SaysWithinItsTimeThatNoBrokerAnswers) {
  TransactionalProducerOptions options;
  options.properties = {{"bootstrap.servers", "127.0.0.1:1"}};
  options.transactional_id = "test";
  options.step_timeout = std::chrono::milliseconds{300};
  const auto producer = make_transactional_producer(std::move(options));
  const auto begun = std::chrono::steady_clock::now();
  const auto outcome = producer->init();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error(), TransactionFault::away);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{5});
}

}  // namespace
}  // namespace tollgate::kafka
