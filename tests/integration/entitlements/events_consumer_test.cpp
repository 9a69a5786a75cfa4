// SPDX-License-Identifier: Apache-2.0
#include "entitlements/events_consumer.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "entitlements/postgres/postgres_entitlements_store.hpp"
#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/topic.hpp"
#include "tests/integration/entitlements/writer.hpp"
#include "tests/wait_until.hpp"

namespace tollgate::entitlements {
namespace {

using tests::Buyer;
using tests::MigratedSchema;
using tests::wait_until;

/// An instance of the service but for its reads.
struct ConsumerInstance {
  ConsumerInstance(const MigratedSchema& database, kafka::ConsumerOptions options)
      : store(make_postgres_entitlements_store(database.schema().options())),
        apply_events(*store, tests::development_catalog(), clock, metrics, options.topic),
        consumer(options, apply_events, metrics) {}

  Metrics metrics;
  SystemClock clock;
  std::unique_ptr<EntitlementsStore> store;
  ApplyEvents apply_events;
  EventsConsumer consumer;
};

class EventsConsumerTest : public testing::Test {
 protected:
  bool has_events(std::int64_t count) {
    return wait_until([&] { return database_.number("select count(*) from events") == count; });
  }

  /// Several batches, so that the next one is read while the database has one.
  void publish_backlog() {
    std::vector<std::string> bodies;
    for (int number = 0; number < backlog_buyers; ++number) {
      const auto more = Buyer{std::to_string(number)}.first_checkout();
      bodies.insert(bodies.end(), more.begin(), more.end());
    }
    topic_.publish(bodies);
  }
  std::int64_t applied() {
    return database_.number("select coalesce(sum(next_position), 0) from consumer_offsets");
  }
  bool is_backlog_whole() {
    return database_.number("select count(*) from events") == backlog_events &&
           database_.number(
               "select count(*) from user_entitlements "
               "where document->'answer'->>'plan' = 'professional'") == backlog_buyers;
  }
  void end_connections() {
    database_.rows(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where application_name = 'tests' and pid <> pg_backend_pid() "
        "and (state <> 'idle' or query like '%next_position%')");
  }

  static constexpr int backlog_buyers = 500;
  static constexpr std::int64_t backlog_events = 12 * backlog_buyers;

  MigratedSchema database_;
  tests::Topic topic_{3};
  Buyer buyer_{"1"};
};

TEST_F(EventsConsumerTest, AppliesWhatIsPublishedBeforeAndAfterItStarts) {
  topic_.publish({buyer_.session_completed()});
  ConsumerInstance instance{database_, topic_.consumer_options()};
  ASSERT_TRUE(has_events(1));
  topic_.publish({buyer_.subscription_created()});
  ASSERT_TRUE(has_events(2));
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "professional");
  EXPECT_EQ(instance.consumer.fault(), "");
}

TEST_F(EventsConsumerTest, ReadsOnWhereThePredecessorEnded) {
  topic_.publish(buyer_.first_checkout());
  {
    ConsumerInstance first{database_, topic_.consumer_options()};
    ASSERT_TRUE(has_events(12));
  }
  const auto applied = database_.rows("select partition, next_position from consumer_offsets");
  topic_.publish({buyer_.subscription_deleted(Buyer::begun + 100)});
  ConsumerInstance second{database_, topic_.consumer_options()};
  ASSERT_TRUE(has_events(13));
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "free");
  EXPECT_EQ(database_.number("select sum(next_position) from consumer_offsets"), 13);
}

TEST_F(EventsConsumerTest, TwoInstancesApplyEachEventOnce) {
  ConsumerInstance one{database_, topic_.consumer_options()};
  ConsumerInstance two{database_, topic_.consumer_options()};
  std::vector<std::string> bodies;
  for (int number = 0; number < 40; ++number) {
    const auto more = Buyer{std::to_string(number)}.first_checkout();
    bodies.insert(bodies.end(), more.begin(), more.end());
  }
  topic_.publish(bodies);
  ASSERT_TRUE(has_events(480));
  EXPECT_TRUE(wait_until(
      [&] { return database_.number("select sum(next_position) from consumer_offsets") == 480; }));
  EXPECT_EQ(database_.number("select count(*) from user_entitlements where version > 0"), 40);
}

TEST_F(EventsConsumerTest, WhatIsReadAheadIsThrownAwayWhenAnotherInstanceJoins) {
  publish_backlog();
  ConsumerInstance one{database_, topic_.consumer_options()};
  ASSERT_TRUE(wait_until([&] { return applied() > 0; }));
  ConsumerInstance two{database_, topic_.consumer_options()};
  EXPECT_TRUE(wait_until([&] { return applied() == backlog_events; }));
  EXPECT_TRUE(is_backlog_whole());
}

TEST_F(EventsConsumerTest, WhatIsReadAheadIsReadAgainAfterTheServerEndedItsConnection) {
  publish_backlog();
  ConsumerInstance instance{database_, topic_.consumer_options()};
  ASSERT_TRUE(wait_until([&] { return applied() > 0; }));
  end_connections();
  EXPECT_TRUE(wait_until([&] { return applied() == backlog_events; }));
  EXPECT_TRUE(is_backlog_whole());
}

TEST_F(EventsConsumerTest, WaitsWhileTheTablesAreAwayAndSkipsNothing) {
  ConsumerInstance instance{database_, topic_.consumer_options()};
  topic_.publish({buyer_.session_completed()});
  ASSERT_TRUE(has_events(1));
  database_.execute("alter table events rename to hidden");
  topic_.publish({buyer_.subscription_created()});
  ASSERT_TRUE(wait_until([&] { return !instance.consumer.fault().empty(); }));
  database_.execute("alter table hidden rename to events");
  ASSERT_TRUE(has_events(2));
  EXPECT_TRUE(wait_until([&] { return instance.consumer.fault().empty(); }));
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "professional");
}

TEST_F(EventsConsumerTest, GoesOnAfterTheServerEndedItsConnection) {
  ConsumerInstance instance{database_, topic_.consumer_options()};
  topic_.publish({buyer_.session_completed()});
  ASSERT_TRUE(has_events(1));
  end_connections();
  topic_.publish({buyer_.subscription_created()});
  ASSERT_TRUE(has_events(2));
}

TEST_F(EventsConsumerTest, DrainsWhenAsked) {
  ConsumerInstance instance{database_, topic_.consumer_options()};
  topic_.publish({buyer_.session_completed()});
  ASSERT_TRUE(has_events(1));
  boost::asio::io_context io;
  bool drained = false;
  boost::asio::co_spawn(io, instance.consumer.drain(),
                        [&](const std::exception_ptr& failure) { drained = !failure; });
  io.run_for(std::chrono::seconds{10});
  EXPECT_TRUE(drained);
}

}  // namespace
}  // namespace tollgate::entitlements
