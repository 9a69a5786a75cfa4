// SPDX-License-Identifier: Apache-2.0
#include "entitlements/prune_facts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "entitlements/postgres/postgres_prune_store.hpp"
#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/clock.hpp"
#include "tests/integration/entitlements/writer.hpp"

namespace tollgate::entitlements {
namespace {

using testing::ElementsAre;
using tests::Buyer;
using tests::MigratedSchema;
using tests::Writer;

constexpr std::chrono::days retention{400};

class PruneFactsTest : public testing::Test {
 protected:
  /// A life of `count` changes, one a day, all active.
  void live(const Buyer& buyer, int count) {
    writer_.apply(buyer.first_checkout());
    for (int day = 1; day <= count; ++day) {
      writer_.apply({buyer.subscription_is("active", Buyer::begun + day * Buyer::day_s)});
    }
  }
  void prune_at(std::int64_t seconds) {
    const auto store = make_postgres_prune_store(database_.schema().options());
    const tests::MovableClock clock{seconds};
    PruneFacts use_case{*store, clock, metrics_, retention};
    while (use_case.run_once() < std::chrono::hours{1}) {
    }
  }
  std::vector<std::string> objects() {
    return database_.rows(
        "select id, state, status, tie, created, status_since, other_status_at, event_id from "
        "stripe_objects where kind is not null order by 1");
  }
  std::int64_t facts() { return database_.number("select count(*) from events"); }

  MigratedSchema database_;
  Writer writer_{database_};
  Metrics metrics_;
};

TEST_F(PruneFactsTest, OldSnapshotsGoAndNothingElseChanges) {
  live(Buyer{"1"}, 10);
  const auto before = facts();
  const auto known = objects();
  prune_at(Buyer::begun + (400 + 8) * Buyer::day_s);
  EXPECT_LT(facts(), before);
  EXPECT_GE(facts(), before - 7);
  EXPECT_EQ(objects(), known);
  // A late event makes the writer read all facts again.
  writer_.apply({Buyer{"1"}.subscription_deleted(Buyer::begun + 20 * Buyer::day_s)});
  EXPECT_THAT(database_.rows("select status, status_since from stripe_objects where id = 'sub_1'"),
              ElementsAre(testing::StartsWith("canceled|")));
}

TEST_F(PruneFactsTest, YoungFactsStay) {
  live(Buyer{"1"}, 10);
  const auto before = facts();
  prune_at(Buyer::begun + 399 * Buyer::day_s);
  EXPECT_EQ(facts(), before);
}

TEST_F(PruneFactsTest, OneInstancePrunes) {
  const auto first = make_postgres_prune_store(database_.schema().options());
  const auto second = make_postgres_prune_store(database_.schema().options());
  EXPECT_TRUE(first->take_turn());
  EXPECT_TRUE(first->take_turn());
  EXPECT_FALSE(second->take_turn());
}

TEST_F(PruneFactsTest, EveryObjectIsLookedAtHoweverSmallThePages) {
  live(Buyer{"1"}, 4);
  live(Buyer{"2"}, 4);
  const auto store = make_postgres_prune_store(database_.schema().options());
  const Time horizon = from_unix_seconds(Buyer::begun + 1'000 * Buyer::day_s);
  std::vector<std::string> seen;
  Key after;
  for (bool is_last = false; !is_last;) {
    const ObjectsPage page = store->next_objects(after, horizon, 3);
    for (const Key& key : page.objects) seen.push_back(key.id);
    after = page.last;
    is_last = page.is_last;
  }
  EXPECT_THAT(seen, testing::IsSupersetOf({std::string{"sub_1"}, std::string{"sub_2"}}));
}

}  // namespace
}  // namespace tollgate::entitlements
