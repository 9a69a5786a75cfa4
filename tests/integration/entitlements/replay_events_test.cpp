// SPDX-License-Identifier: Apache-2.0
#include "entitlements/replay_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "entitlements/postgres/postgres_entitlements_store.hpp"
#include "entitlements/postgres/postgres_rebuild_store.hpp"
#include "entitlements/rebuild_entitlements.hpp"
#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/interrupted_store.hpp"
#include "tests/integration/entitlements/topic.hpp"
#include "tests/integration/entitlements/writer.hpp"

namespace tollgate::entitlements {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using tests::Buyer;
using tests::MigratedSchema;

class ReplayEventsTest : public testing::Test {
 protected:
  ReplayReport replay() {
    return replay(*make_postgres_entitlements_store(database_.schema().options()), {});
  }
  ReplayReport replay(EntitlementsStore& store, Patience patience) {
    const tests::FixedClock clock{Buyer::begun + 3600};
    auto options = topic_.consumer_options();
    options.group_id += std::to_string(++runs_);
    const auto consumer = kafka::make_consumer(std::move(options));
    ReplayEvents use_case{store, tests::development_catalog(), clock, topic_.name(), patience};
    return use_case.run(*consumer, 12, progress_, Display::lines);
  }

  RebuildReport rebuild(Mend mend) {
    const auto rebuilding = make_postgres_rebuild_store(database_.schema().options());
    const auto store = make_postgres_entitlements_store(database_.schema().options());
    const tests::FixedClock clock{Buyer::begun + 3600};
    RebuildEntitlements use_case{*rebuilding, *store,    tests::development_catalog(),
                                 clock,       progress_, Display::lines};
    return use_case.run(mend);
  }

  MigratedSchema database_;
  tests::Topic topic_{3};
  Buyer buyer_{"1"};
  std::ostringstream progress_;
  int runs_ = 0;
};

TEST_F(ReplayEventsTest, WhatTodaysNormaliserReadsOtherwiseReplacesWhatIsStored) {
  topic_.publish(buyer_.first_checkout());
  EXPECT_EQ(replay().facts_changed, 12);
  const auto whole = database_.outcome();
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "professional");
  // As if an older program had read a subscription without its items, and an event not at all.
  database_.execute("update events set state = state - 'items' where object_id = 'sub_1'");
  database_.execute("update stripe_objects set state = state - 'items' where id = 'sub_1'");
  database_.execute(
      "update events set outcome = 'dead_letter', kind = null, state = null, previous = null "
      "where type = 'invoice.paid'");
  const ReplayReport report = replay();
  EXPECT_EQ(report.records, 12);
  EXPECT_GE(report.facts_changed, 2);
  EXPECT_EQ(database_.outcome(), whole);
  EXPECT_THAT(progress_.str(), HasSubstr("12 of 12 records, 100 %"));
}

TEST_F(ReplayEventsTest, WhatAFactToldAboutBeforeGrantsNothingMore) {
  topic_.publish(buyer_.first_checkout());
  replay();
  const auto whole = database_.outcome();
  // As if an older program had filed the facts under another object.
  database_.execute(
      "update events set object_id = 'sub_wrong', state = jsonb_set(state, '{id}', "
      "'\"sub_wrong\"') where object_id = 'sub_1'");
  rebuild(Mend::yes);
  EXPECT_THAT(database_.rows("select id from stripe_objects where kind = 'subscription'"),
              ElementsAre("sub_wrong"));
  replay();
  EXPECT_EQ(database_.outcome(), whole);
  EXPECT_TRUE(rebuild(Mend::no).nothing_differs());
}

TEST_F(ReplayEventsTest, WhatIsReadAsSayingNothingByNowGrantsNothingMore) {
  topic_.publish(buyer_.first_checkout());
  topic_.publish({tests::event_body("evt_odd", "product.created", Buyer::begun + 5,
                                    {"prod_1", "product", ", \"name\": \"x\""})});
  replay();
  const auto whole = database_.outcome();
  // As if an older program had read a subscription in it.
  database_.execute(
      "update events e set kind = s.kind, object_id = 'sub_odd', customer_id = s.customer_id, "
      "outcome = s.outcome, state = jsonb_set(s.state, '{id}', '\"sub_odd\"') "
      "from stripe_objects o join events s on s.id = o.event_id "
      "where o.id = 'sub_1' and e.id = 'evt_odd'");
  rebuild(Mend::yes);
  EXPECT_EQ(database_.number("select count(*) from user_entitlements where document::text like "
                             "'%sub_odd%'"),
            1);
  replay();
  EXPECT_EQ(database_.outcome(), whole);
  EXPECT_TRUE(rebuild(Mend::no).nothing_differs());
}

TEST_F(ReplayEventsTest, ADatabaseThatIsAwayForAWhileIsWaitedFor) {
  topic_.publish(buyer_.first_checkout());
  tests::InterruptedStore store{database_.schema().options(), [](int begun) {
                                  if (begun < 3) throw StoreAway{"restarting"};
                                }};
  EXPECT_EQ(replay(store, {.pause = std::chrono::milliseconds{1}}).facts_changed, 12);
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "professional");
  EXPECT_THAT(progress_.str(), HasSubstr("waiting: the database is away: restarting"));
}

TEST_F(ReplayEventsTest, ADatabaseThatStaysAwayOrANewerCatalogueEndsIt) {
  topic_.publish(buyer_.first_checkout());
  const Patience patience{.pause = std::chrono::milliseconds{1},
                          .budget = std::chrono::milliseconds{20}};
  tests::InterruptedStore away{database_.schema().options(), [](int) { throw StoreAway{"gone"}; }};
  EXPECT_THROW(replay(away, patience), StoreAway);
  EXPECT_GT(away.begun(), 1);
  tests::InterruptedStore outdated{database_.schema().options(),
                                   [](int) { throw StoreOutdated{"newer"}; }};
  EXPECT_THROW(replay(outdated, {}), StoreOutdated);
  EXPECT_EQ(outdated.begun(), 1);
}

TEST_F(ReplayEventsTest, TwiceIsAsGoodAsOnceAndOffsetsStayWhereTheyAre) {
  topic_.publish(buyer_.first_checkout());
  replay();
  const auto versions = database_.rows("select user_id, version from user_entitlements");
  const ReplayReport again = replay();
  EXPECT_EQ(again.records, 12);
  EXPECT_EQ(again.facts_changed, 0);
  EXPECT_EQ(again.documents_changed, 0);
  EXPECT_EQ(database_.rows("select user_id, version from user_entitlements"), versions);
  EXPECT_THAT(database_.rows("select partition from consumer_offsets"), IsEmpty());
}

TEST_F(ReplayEventsTest, AFactIsNeverDeletedNorGivenUpForWhatCannotBeRead) {
  const std::string unreadable =
      tests::event_body("evt_1", "customer.subscription.updated", Buyer::begun,
                        {"sub_1", "subscription", ", \"status\": 7"});
  topic_.publish({unreadable});
  database_.execute(
      "insert into events (account, livemode, id, type, api_version, kind, object_id, state, "
      "topic, "
      "partition, position, outcome) values ('', false, 'evt_1', 'customer.subscription.updated', "
      "'2026-10-28.endive', 'subscription', 'sub_1', '{}', 'elsewhere', 0, 0, 'fact'), "
      "('', false, 'evt_gone', 'x', null, null, null, null, 'elsewhere', 0, 1, 'irrelevant')");
  EXPECT_EQ(replay().unreadable, 1);
  EXPECT_THAT(database_.rows("select id, outcome from events order by id"),
              ElementsAre("evt_1|fact", "evt_gone|irrelevant"));
}

TEST_F(ReplayEventsTest, ADeadLetterThatCanBeReadByNowIsNoneAnyMore) {
  topic_.publish({buyer_.session_completed(), "no json"});
  replay();
  database_.execute(
      "insert into dead_letters (topic, partition, position, reason, key, body) "
      "select topic, partition, position, 'wrong_type:x', '', '' from events");
  replay();
  EXPECT_THAT(database_.rows("select reason from dead_letters"), ElementsAre("not_json"));
}

TEST_F(ReplayEventsTest, ABatchThatTakesTooLongIsHalvedAndNothingElseIsWaitedFor) {
  topic_.publish(buyer_.first_checkout());
  tests::InterruptedStore store{database_.schema().options(), [](int begun) {
                                  if (begun == 0) throw StoreTimedOut{"slow"};
                                }};
  EXPECT_EQ(replay(store, {}).facts_changed, 12);
  EXPECT_THAT(progress_.str(), testing::Not(HasSubstr("waiting")));
  tests::InterruptedStore full{database_.schema().options(),
                               [](int) { throw StoreUnable{"the disk is full"}; }};
  EXPECT_THROW(replay(full, {}), StoreUnable);
  EXPECT_EQ(full.begun(), 1);
}

}  // namespace
}  // namespace tollgate::entitlements
