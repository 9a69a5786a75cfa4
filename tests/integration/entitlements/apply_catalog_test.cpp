// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply_catalog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/entitlements/loop_instance.hpp"

namespace tollgate::entitlements {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using tests::Buyer;
using tests::MigratedSchema;
using tests::Writer;

enum class Change { none, another_feature };

Catalog catalog_of(std::int64_t revision, Change change) {
  CatalogContent content = tests::development_catalog().content();
  content.revision = revision;
  for (Plan& plan : content.plans) {
    if (change == Change::another_feature && plan.id == "professional") plan.features["priority"];
  }
  return {std::move(content), false};
}

struct CatalogInstance : tests::LoopInstance<ApplyCatalog> {
  CatalogInstance(const MigratedSchema& database, std::int64_t revision, Change change)
      : LoopInstance(database, catalog_of(revision, change)) {}

  void run_until_done() {
    while (loop.run_once() == std::chrono::milliseconds{0}) {
    }
  }
};

class ApplyCatalogTest : public testing::Test {
 protected:
  std::vector<std::string> revisions() {
    return database_.rows(
        "select revision, users_done, done_at is not null as done from catalog_revisions "
        "order by revision");
  }

  MigratedSchema database_;
  Writer writer_{database_};
};

TEST_F(ApplyCatalogTest, ANewRevisionDerivesEverybodyAnew) {
  writer_.apply(Buyer{"1"}.first_checkout());
  writer_.apply(Buyer{"2"}.first_checkout());
  CatalogInstance{database_, 2, Change::another_feature}.run_until_done();
  EXPECT_THAT(database_.rows("select user_id, catalog_revision, "
                             "document->'answer'->'features' ? 'priority' as priority from "
                             "(select user_id, catalog_revision, document::jsonb from "
                             "user_entitlements) as u order by 1"),
              ElementsAre("usr_1|2|true", "usr_2|2|true"));
  EXPECT_EQ(database_.number("select count(*) from entitlements_history where cause = 'catalog' "
                             "and event_id is null"),
            2);
  EXPECT_THAT(revisions(), ElementsAre("2|2|true"));
}

TEST_F(ApplyCatalogTest, ARevisionThatSaysTheSameIsCarriedAndNoChange) {
  writer_.apply(Buyer{"1"}.first_checkout());
  const auto version = database_.number("select version from user_entitlements");
  CatalogInstance{database_, 2, Change::none}.run_until_done();
  EXPECT_EQ(database_.number("select version from user_entitlements"), version);
  EXPECT_EQ(database_.number("select catalog_revision from user_entitlements"), 2);
}

TEST_F(ApplyCatalogTest, AnInstanceWithTheOlderOneRefusesToWriteAnybody) {
  CatalogInstance{database_, 2, Change::none}.run_until_done();
  EXPECT_THROW(writer_.apply(Buyer{"new"}.first_checkout()), StoreAway);
  EXPECT_THAT(database_.rows("select id from events"), IsEmpty());
  CatalogInstance older{database_, 1, Change::none};
  EXPECT_THROW(older.loop.run_once(), StoreAway);
  EXPECT_THAT(revisions(), ElementsAre("2|0|true"));
}

TEST_F(ApplyCatalogTest, AnotherInstanceGoesOnWhereOneEnded) {
  database_.execute(
      "insert into user_entitlements (user_id) select 'u' || n from generate_series(1, 1100) as n");
  {
    CatalogInstance first{database_, 2, Change::none};
    first.loop.run_once();
  }
  EXPECT_THAT(revisions(), ElementsAre("2|500|false"));
  CatalogInstance{database_, 2, Change::none}.run_until_done();
  EXPECT_THAT(revisions(), ElementsAre("2|1100|true"));
  EXPECT_EQ(database_.number("select count(*) from user_entitlements where catalog_revision = 2 "
                             "and document is not null"),
            1100);
}

TEST_F(ApplyCatalogTest, OfTwoInstancesOneHasTheTurn) {
  database_.execute("insert into user_entitlements (user_id) values ('u')");
  CatalogInstance one{database_, 2, Change::none};
  one.store->register_catalog(2);
  auto turn = one.store->begin({});
  ASSERT_TRUE(turn->take_catalog_batch(2, 10).has_value());
  CatalogInstance other{database_, 2, Change::none};
  EXPECT_GT(other.loop.run_once(), std::chrono::milliseconds{0});
  EXPECT_THAT(revisions(), ElementsAre("2|0|false"));
  turn.reset();
  other.run_until_done();
  EXPECT_THAT(revisions(), ElementsAre("2|1|true"));
}

TEST_F(ApplyCatalogTest, ARevisionIsRegisteredOnlyWhenNoWriterCanStillMissIt) {
  writer_.apply(Buyer{"1"}.first_checkout());
  const auto writing = make_postgres_entitlements_store(database_.schema().options());
  auto transaction = writing->begin({});
  const std::vector<std::string> held{"usr_1"};
  transaction->lock_users(held);
  auto options = database_.schema().options();
  options.lock_timeout = std::chrono::milliseconds{100};
  const auto registering = make_postgres_entitlements_store(options);
  EXPECT_THROW(registering->register_catalog(2), StoreConflict);
  EXPECT_THAT(revisions(), IsEmpty());
  transaction.reset();
  EXPECT_EQ(registering->register_catalog(2).newest_revision, 2);
}

}  // namespace
}  // namespace tollgate::entitlements
