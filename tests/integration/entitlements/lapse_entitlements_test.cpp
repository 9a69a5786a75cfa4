// SPDX-License-Identifier: Apache-2.0
#include "entitlements/lapse_entitlements.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/integration/entitlements/loop_instance.hpp"

namespace tollgate::entitlements {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using tests::Buyer;
using tests::MigratedSchema;
using tests::Writer;

constexpr std::int64_t lapse_s =
    Buyer::period_end + 2 * Buyer::day_s;  // the leeway of the catalogue

using Lapse = tests::LoopInstance<LapseEntitlements>;

class LapseEntitlementsTest : public testing::Test {
 protected:
  std::vector<std::string> history() {
    return database_.rows(
        "select version, cause, event_id is null as without_event from entitlements_history "
        "where user_id = 'usr_1' order by version desc limit 1");
  }

  MigratedSchema database_;
  Writer writer_{database_};
  Lapse lapse_{database_};
};

TEST_F(LapseEntitlementsTest, TheEndOfAGrantIsALineOfHistoryAndAVersion) {
  writer_.apply(Buyer{"1"}.first_checkout());
  const auto version = database_.number("select version from user_entitlements");
  lapse_.clock.set(lapse_s);
  lapse_.loop.run_once();
  EXPECT_THAT(history(), ElementsAre(std::to_string(version + 1) + "|time|true"));
  EXPECT_EQ(database_.number("select version from user_entitlements"), version + 1);
  EXPECT_THAT(database_.rows("select after->'answer'->>'plan' as plan from entitlements_history "
                             "order by version desc limit 1"),
              ElementsAre("free"));
  EXPECT_THAT(database_.rows("select valid_until from user_entitlements where valid_until is not "
                             "null"),
              IsEmpty());
}

TEST_F(LapseEntitlementsTest, NothingHappensASecondBeforeAndNothingTwice) {
  writer_.apply(Buyer{"1"}.first_checkout());
  const auto version = database_.number("select version from user_entitlements");
  lapse_.clock.set(lapse_s - 1);
  EXPECT_EQ(lapse_.loop.run_once(), std::chrono::seconds{1});
  EXPECT_EQ(database_.number("select version from user_entitlements"), version);
  lapse_.clock.set(lapse_s);
  lapse_.loop.run_once();
  EXPECT_EQ(lapse_.loop.run_once(), LapseEntitlements::wait_max);
  EXPECT_EQ(database_.number("select version from user_entitlements"), version + 1);
}

TEST_F(LapseEntitlementsTest, WhatTheConsumerFindsLapsedIsTimesDoingToo) {
  Buyer buyer{"1"};
  writer_.apply(buyer.first_checkout());
  const auto version = database_.number("select version from user_entitlements");
  // As if the answer had been made when there was another one, which has ended by now.
  database_.execute("update user_entitlements set valid_until = to_timestamp(" +
                    std::to_string(Buyer::begun) +
                    "), document = replace(document::text, "
                    "'\"plan\":\"professional\",\"is_premium\"', "
                    "'\"plan\":\"professorial\",\"is_premium\"')::json");
  writer_.apply({buyer.subscription_is("active", Buyer::begun + 10)});
  EXPECT_THAT(history(), ElementsAre(std::to_string(version + 1) + "|time|true"));
}

TEST_F(LapseEntitlementsTest, AUserInAnotherWritersHandsIsPassedOverAndDoneLater) {
  writer_.apply(Buyer{"1"}.first_checkout());
  writer_.apply(Buyer{"2"}.first_checkout());
  const auto before = database_.number("select sum(version) from user_entitlements");
  lapse_.clock.set(lapse_s);
  const auto other = make_postgres_entitlements_store(database_.schema().options());
  auto holding = other->begin({});
  const std::vector<std::string> held{"usr_1"};
  holding->lock_users(held);
  lapse_.loop.run_once();
  EXPECT_EQ(database_.number("select sum(version) from user_entitlements"), before + 1);
  holding.reset();
  lapse_.loop.run_once();
  EXPECT_EQ(database_.number("select sum(version) from user_entitlements"), before + 2);
}

TEST_F(LapseEntitlementsTest, TwoInstancesLapseEachUserOnce) {
  constexpr int users = 60;
  for (int number = 0; number < users; ++number) {
    writer_.apply(Buyer{std::to_string(number)}.first_checkout());
  }
  const auto before = database_.number("select sum(version) from user_entitlements");
  Lapse other{database_};
  lapse_.clock.set(lapse_s);
  other.clock.set(lapse_s);
  std::thread thread{[&] {
    for (int round = 0; round < 20; ++round) other.loop.run_once();
  }};
  for (int round = 0; round < 20; ++round) lapse_.loop.run_once();
  thread.join();
  EXPECT_EQ(database_.number("select sum(version) from user_entitlements"), before + users);
  EXPECT_EQ(database_.number("select count(*) from entitlements_history where cause = 'time'"),
            users);
}

}  // namespace
}  // namespace tollgate::entitlements
