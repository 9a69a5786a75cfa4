// SPDX-License-Identifier: Apache-2.0
// What the database refuses or does not manage: which of it becomes a dead letter, what is halved,
// and what is tried again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/writer.hpp"

namespace tollgate::entitlements {
namespace {

using testing::ElementsAre;
using tests::Buyer;
using tests::MigratedSchema;
using tests::Writer;

/// Nothing compresses it, so it reaches an index as long as it is.
std::string random_text(std::size_t bytes) {
  std::mt19937 random{20'261'121};
  std::string text;
  while (text.size() < bytes) text.push_back(static_cast<char>('0' + random() % 75));
  std::ranges::replace(text, '\\', '_');
  return text;
}

class RefusedRecordsTest : public testing::Test {
 protected:
  MigratedSchema database_;
  Writer writer_{database_};
  Buyer buyer_{"1"};
};

TEST_F(RefusedRecordsTest, AnIdThatNoIndexHoldsIsADeadLetterAndThePartitionGoesOn) {
  const std::string long_id =
      tests::event_body("evt_long", "customer.subscription.updated", Buyer::begun,
                        {random_text(3'000), "subscription", ", \"status\": \"active\""});
  const std::string long_reference =
      tests::event_body("evt_to_long", "refund.created", Buyer::begun,
                        {"re_1", "refund", ", \"charge\": \"" + random_text(3'000) + "\""});
  ASSERT_EQ(writer_.apply({long_id, buyer_.session_completed(), long_reference}), Applied::all);
  ASSERT_EQ(writer_.apply({buyer_.subscription_created()}), Applied::all);
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "professional");
  EXPECT_THAT(database_.rows("select event_id, reason from dead_letters order by position"),
              ElementsAre("evt_long|id_too_long:id", "evt_to_long|id_too_long:charge"));
}

TEST_F(RefusedRecordsTest, WhatExceedsALimitOfTheDatabaseStandsAloneInTheEnd) {
  database_.execute("create index on stripe_objects ((state->>'email'))");
  std::vector<std::string> bodies = buyer_.first_checkout();
  bodies.push_back(
      tests::event_body("evt_long", "customer.updated", Buyer::begun,
                        {"cus_long", "customer", ", \"email\": \"" + random_text(9'000) + "\""}));
  ASSERT_EQ(writer_.apply(bodies), Applied::all);
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "professional");
  EXPECT_THAT(database_.rows("select event_id, reason from dead_letters"),
              ElementsAre("evt_long|refused_by_database"));
}

TEST_F(RefusedRecordsTest, ABatchThatTakesTooLongIsHalvedAndLosesNothing) {
  database_.execute(
      "create function be_slow() returns trigger language plpgsql as $$ begin "
      "  if (select count(*) from fresh) > 3 then raise 'slow' using errcode = '57014'; end if; "
      "  return null; end $$; "
      "create trigger be_slow after insert on events referencing new table as fresh "
      "  for each statement execute function be_slow()");
  ASSERT_EQ(writer_.apply(buyer_.first_checkout()), Applied::all);
  EXPECT_EQ(database_.number("select count(*) from events"), 12);
  EXPECT_EQ(database_.number("select count(*) from dead_letters"), 0);
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "professional");
}

TEST_F(RefusedRecordsTest, ALoneRecordThatTakesTooLongWaitsAndIsNoDeadLetter) {
  database_.execute(
      "create function be_slow() returns trigger language plpgsql as $$ begin "
      "  if exists (select from fresh where object_id = 'sub_1') then "
      "    raise 'slow' using errcode = '57014'; end if; "
      "  return null; end $$; "
      "create trigger be_slow after insert on events referencing new table as fresh "
      "  for each statement execute function be_slow()");
  EXPECT_THROW(writer_.apply({buyer_.session_completed(), buyer_.subscription_created()}),
               StoreAway);
  EXPECT_EQ(database_.number("select next_position from consumer_offsets where partition = 0"), 1);
  EXPECT_EQ(database_.number("select count(*) from dead_letters"), 0);
  database_.execute("drop trigger be_slow on events");
  EXPECT_EQ(writer_.apply({buyer_.subscription_created()}), Applied::all);
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "professional");
}

TEST_F(RefusedRecordsTest, ALockThatSomebodyElseHoldsIsTriedAgain) {
  database_.execute(
      "create sequence tries; "
      "create function be_locked() returns trigger language plpgsql as $$ begin "
      "  if nextval('tries') < 3 then raise 'locked' using errcode = '55P03'; end if; "
      "  return null; end $$; "
      "create trigger be_locked after insert on events "
      "  for each statement execute function be_locked()");
  EXPECT_EQ(writer_.apply(buyer_.first_checkout()), Applied::all);
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "professional");
}

}  // namespace
}  // namespace tollgate::entitlements
