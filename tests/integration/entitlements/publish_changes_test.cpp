// SPDX-License-Identifier: Apache-2.0
#include "entitlements/publish_changes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "entitlements/entitlements_store.hpp"
#include "entitlements/json/entitlements_json.hpp"
#include "entitlements/postgres/postgres_changes_store.hpp"
#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/change_topic.hpp"
#include "tests/integration/entitlements/writer.hpp"
#include "tests/wait_until.hpp"

namespace tollgate::entitlements {
namespace {

using testing::ElementsAre;
using tests::Buyer;
using tests::ChangeReader;
using tests::MigratedSchema;
using tests::Writer;
using Outcome = kafka::TransactionalProducer::Outcome;

/// A producer that stands still before a commit, as a frozen process does.
class Stopping final : public kafka::TransactionalProducer {
 public:
  Stopping(std::unique_ptr<TransactionalProducer> inner, std::function<void()>& before_commit)
      : inner_(std::move(inner)), before_commit_(before_commit) {}
  Outcome init() override { return inner_->init(); }
  Outcome begin() override { return inner_->begin(); }
  Outcome send(const kafka::OutgoingRecord& record) override { return inner_->send(record); }
  Outcome commit() override {
    if (before_commit_) std::exchange(before_commit_, nullptr)();
    return inner_->commit();
  }
  Outcome abort() override { return inner_->abort(); }

 private:
  std::unique_ptr<TransactionalProducer> inner_;
  std::function<void()>& before_commit_;
};

/// The publisher of one instance.
struct Publisher {
  Publisher(const MigratedSchema& database, const tests::Topic& topic,
            std::chrono::milliseconds idle_session_timeout = std::chrono::seconds{15})
      : store(make_store(database, idle_session_timeout)),
        loop(
            *store, [this, &topic] { return make_producer(topic); }, clock, metrics, topic.name()) {
  }

  static std::unique_ptr<ChangesStore> make_store(const MigratedSchema& database,
                                                  std::chrono::milliseconds timeout) {
    auto options = database.schema().options();
    options.idle_session_timeout = timeout;
    return make_postgres_changes_store(options);
  }
  std::unique_ptr<kafka::TransactionalProducer> make_producer(const tests::Topic& topic) {
    kafka::TransactionalProducerOptions options;
    options.properties = tests::kafka_properties();
    options.transactional_id = topic.name();
    return std::make_unique<Stopping>(kafka::make_transactional_producer(std::move(options)),
                                      before_commit);
  }

  std::function<void()> before_commit;
  SystemClock clock;
  Metrics metrics;
  std::unique_ptr<ChangesStore> store;
  PublishChanges loop;
};

bool wait_for_lead(ChangesStore& store) {
  return tests::wait_until([&] { return store.lead(); });
}

class PublishChangesTest : public testing::Test {
 protected:
  std::int64_t unpublished() {
    return database_.number(
        "select count(*) from user_entitlements where version <> published_version");
  }
  void publish_all(Publisher& publisher) {
    for (int round = 0; round < 100 && unpublished() > 0; ++round) publisher.loop.run_once();
    ASSERT_EQ(unpublished(), 0);
  }
  /// What a user's document and the topic's state of him say, whole and in one form.
  std::vector<std::string> documents() {
    return database_.rows(
        "select user_id, version, catalog_revision, document->'answer' from user_entitlements "
        "order by user_id");
  }
  static std::string line_of(const events::EntitlementsChanged& state) {
    const std::string answer = answer_json(answer_of(state), state.user_id(), state.version());
    const auto begin = answer.find("\"plan\"");
    return state.user_id() + "|" + std::to_string(state.version()) + "|" +
           std::to_string(state.catalog_revision()) + "|{" +
           answer.substr(begin, answer.rfind(",\"version\"") - begin) + "}";
  }
  static Answer answer_of(const events::EntitlementsChanged& state) {
    Answer answer;
    answer.plan = state.plan();
    answer.is_premium = state.is_premium();
    answer.features = limits_of(state.features());
    for (const events::Grant& said : state.grants()) {
      Grant& grant = answer.grants.emplace_back();
      grant.source = said.source();
      grant.plan = said.plan();
      grant.features = limits_of(said.features());
      grant.quantity = said.quantity();
      grant.from = time_of(said.from());
      if (said.has_until()) grant.until = time_of(said.until());
      grant.reason = said.reason();
    }
    if (state.has_valid_until()) answer.valid_until = time_of(state.valid_until());
    return answer;
  }
  template <class Features>
  static Limits limits_of(const Features& features) {
    Limits limits;
    for (const auto& [name, feature] : features) {
      limits[name] = feature.has_limit() ? std::optional{feature.limit()} : std::nullopt;
    }
    return limits;
  }
  template <class Timestamp>
  static Time time_of(const Timestamp& stamp) {
    return from_unix_seconds(stamp.seconds()) + std::chrono::microseconds{stamp.nanos() / 1'000};
  }

  MigratedSchema database_;
  Writer writer_{database_};
  tests::Topic topic_{3};
  Publisher publisher_{database_, topic_};
};

TEST_F(PublishChangesTest, TheTopicAloneRebuildsTheReadModel) {
  constexpr int users = 30;
  for (int number = 0; number < users; ++number) {
    const Buyer buyer{std::to_string(number)};
    writer_.apply(buyer.first_checkout());
    if (number % 3 == 0) publish_all(publisher_);
    if (number % 2 == 0) writer_.apply({buyer.subscription_deleted(Buyer::begun + 100)});
  }
  publish_all(publisher_);
  ChangeReader reader{topic_};
  const std::vector<std::string> expected = documents();
  std::vector<std::string> rebuilt;
  reader.read_until([&] {
    rebuilt.clear();
    for (const auto& [user_id, state] : reader.users) rebuilt.push_back(line_of(state));
    return rebuilt == expected;
  });
  EXPECT_EQ(rebuilt, expected);
}

TEST_F(PublishChangesTest, ARecordSaysWhoWhenAndWhy) {
  writer_.apply(Buyer{"1"}.first_checkout());
  writer_.apply({Buyer{"1"}.subscription_deleted(Buyer::begun + 100)});
  publish_all(publisher_);
  ChangeReader reader{topic_};
  ASSERT_TRUE(reader.read_until([&] { return reader.users["usr_1"].version() == 2; }));
  const events::Cause& cause = reader.users["usr_1"].cause();
  EXPECT_EQ(cause.kind(), events::Cause::KIND_EVENTS);
  EXPECT_THAT(cause.event_ids(), ElementsAre("evt_1_sub_deleted"));
  EXPECT_GT(cause.recorded_at().seconds(), 1'700'000'000);
  EXPECT_EQ(reader.headers["ce_id"], "usr_1:2");
  EXPECT_EQ(reader.headers["ce_type"], "com.tollgate.entitlements.changed");
  EXPECT_EQ(reader.headers["content-type"], "application/protobuf");
}

TEST_F(PublishChangesTest, WhoDoesNotLeadWaitsAndTakesOverWhenTheLeaderIsGone) {
  writer_.apply(Buyer{"1"}.first_checkout());
  auto first = std::make_unique<Publisher>(database_, topic_);
  publish_all(*first);
  writer_.apply({Buyer{"1"}.subscription_deleted(Buyer::begun + 100)});
  publisher_.loop.run_once();
  EXPECT_EQ(unpublished(), 1);
  first.reset();
  publish_all(publisher_);
}

TEST_F(PublishChangesTest, AFrozenLeadersTransactionIsFencedAndItsStaleStateNeverRead) {
  const Buyer buyer{"1"};
  writer_.apply(buyer.first_checkout());
  const auto stale = database_.number("select version from user_entitlements");
  Publisher successor{database_, topic_};
  publisher_.before_commit = [&] {
    // What the database does to a session that is idle for too long.
    database_.rows(
        "select pg_terminate_backend(l.pid) from pg_locks l where l.locktype = 'advisory' and "
        "l.granted and l.pid <> pg_backend_pid()");
    writer_.apply({buyer.subscription_deleted(Buyer::begun + 100)});
    publish_all(successor);
  };
  publisher_.loop.run_once();  // Wakes up in its commit, and gives up leading without a fault.
  EXPECT_EQ(publisher_.metrics
                .counter("tollgate_changes_faults_total", "Transactions that failed, by reason",
                         {{"reason", "fenced"}})
                .Value(),
            1);
  publisher_.loop.run_once();
  EXPECT_EQ(database_.number("select published_version from user_entitlements"), stale + 1);

  writer_.apply(Buyer{"2"}.first_checkout());
  publish_all(successor);
  ChangeReader reader{topic_};
  // Users have partitions of their own, which are read in any order.
  ASSERT_TRUE(reader.read_until([&] { return reader.users.size() == 2; }));
  EXPECT_THAT(reader.seen, testing::Not(testing::Contains("usr_1:" + std::to_string(stale))));
  EXPECT_EQ(reader.users["usr_1"].plan(), "free");
}

TEST_F(PublishChangesTest, ASilentLeaderLosesTheLead) {
  Publisher silent{database_, topic_, std::chrono::milliseconds{300}};
  ASSERT_TRUE(silent.store->lead());
  const auto other = Publisher::make_store(database_, std::chrono::seconds{15});
  EXPECT_TRUE(wait_for_lead(*other));
  EXPECT_THROW(silent.store->find_unpublished({}, 1), StoreAway);
  EXPECT_FALSE(silent.store->lead());
}

TEST_F(PublishChangesTest, ADocumentThatIsNoneHoldsUpNobody) {
  writer_.apply(Buyer{"1"}.first_checkout());
  writer_.apply(Buyer{"2"}.first_checkout());
  database_.execute("update user_entitlements set document = '{}' where user_id = 'usr_1'");
  publisher_.loop.run_once();
  publisher_.loop.run_once();
  EXPECT_THAT(database_.rows("select user_id from user_entitlements where version <> "
                             "published_version"),
              ElementsAre("usr_1"));
}

TEST_F(PublishChangesTest, WhatIsPublishedIsNotPublishedAgain) {
  writer_.apply(Buyer{"1"}.first_checkout());
  publish_all(publisher_);
  publisher_.loop.run_once();
  writer_.apply(Buyer{"2"}.first_checkout());
  publish_all(publisher_);
  ChangeReader reader{topic_};
  // Users have partitions of their own, which are read in any order.
  ASSERT_TRUE(reader.read_until([&] { return reader.users.size() == 2; }));
  EXPECT_EQ(reader.seen.size(), 2U);
}

}  // namespace
}  // namespace tollgate::entitlements
