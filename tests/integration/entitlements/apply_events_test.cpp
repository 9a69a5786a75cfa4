// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/apply_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/writer.hpp"

namespace tollgate::entitlements {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::Buyer;
using tests::Guest;
using tests::MigratedSchema;
using tests::Writer;

/// The first line of one that the other has not.
std::string difference(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  for (std::size_t line = 0; line < std::max(one.size(), other.size()); ++line) {
    const std::string& left = line < one.size() ? one[line] : "nothing";
    const std::string& right = line < other.size() ? other[line] : "nothing";
    if (left != right) return left + "\ninstead of\n" + right;
  }
  return {};
}

class ApplyEventsTest : public testing::Test {
 protected:
  MigratedSchema database_;
  Writer writer_{database_};
  Buyer buyer_{"1"};
};

TEST_F(ApplyEventsTest, ACheckoutMakesItsUserProfessional) {
  ASSERT_EQ(writer_.apply(buyer_.first_checkout()), Applied::all);
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "professional");
  EXPECT_EQ(database_.number("select count(*) from events"), 12);
  EXPECT_THAT(database_.rows("select id, tie from stripe_objects where ambiguous"), IsEmpty());
}

TEST_F(ApplyEventsTest, FactsWithoutAUserWaitAndCountWhenTheBindingComes) {
  Buyer stranger{"2"};
  writer_.apply({stranger.invoice_paid(), stranger.charge_succeeded()});
  EXPECT_THAT(database_.rows("select user_id from user_entitlements"), IsEmpty());
  writer_.apply({stranger.session_completed()});
  EXPECT_THAT(database_.rows("select owner_id, user_id from owners"), ElementsAre("cus_2|usr_2"));
  writer_.apply({stranger.subscription_created()});
  EXPECT_EQ(database_.answer_of("usr_2").plan, "professional");
}

TEST_F(ApplyEventsTest, TheSameEventsAgainChangeNothing) {
  writer_.apply(buyer_.first_checkout());
  const auto before = database_.outcome();
  const auto versions = database_.rows("select user_id, version from user_entitlements");
  writer_.apply(buyer_.first_checkout());
  writer_.apply({buyer_.invoice_paid(), buyer_.invoice_paid()});
  EXPECT_EQ(database_.outcome(), before);
  EXPECT_EQ(database_.rows("select user_id, version from user_entitlements"), versions);
  EXPECT_EQ(database_.number("select next_position from consumer_offsets where partition = 0"), 26);
}

TEST_F(ApplyEventsTest, AnEndedSubscriptionEndsTheAccessAndIsInTheHistory) {
  writer_.apply(buyer_.first_checkout());
  writer_.apply({buyer_.subscription_deleted(Buyer::begun + 100)});
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "free");
  EXPECT_THAT(database_.rows("select version, event_id from entitlements_history order by version"),
              Contains("2|evt_1_sub_deleted"));
}

TEST_F(ApplyEventsTest, ARefundThatNamesNoCustomerFindsItsUser) {
  writer_.apply(buyer_.first_checkout());
  writer_.apply({buyer_.refunded(Buyer::begun + 100)}, 1);
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "free");
  EXPECT_THAT(database_.rows("select owner_id from stripe_objects where kind = 'refund'"),
              ElementsAre("cus_1"));
}

TEST_F(ApplyEventsTest, ARefundThatComesFirstWaitsForItsPayment) {
  writer_.apply({buyer_.refunded(Buyer::begun + 100)}, 1);
  EXPECT_EQ(database_.number("select count(*) from stripe_objects where kind is null"), 2);
  writer_.apply(buyer_.first_checkout());
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "free");
}

TEST_F(ApplyEventsTest, AGuestOwnsWhatHisSessionPaysFor) {
  const Guest guest{"9"};
  writer_.apply({guest.charge_succeeded(), guest.payment_succeeded()});
  writer_.apply({guest.session_completed()});
  EXPECT_THAT(database_.rows("select distinct owner_id from stripe_objects"), ElementsAre("cs_9"));
  EXPECT_EQ(database_.answer_of(guest.user_id).features.count("handbook"), 1U);
  writer_.apply({guest.refunded()}, 1);
  EXPECT_EQ(database_.answer_of(guest.user_id).features.count("handbook"), 0U);
}

TEST_F(ApplyEventsTest, TwoUsersOfOneCustomerAreAConflictThatGrantsToNobody) {
  writer_.apply(buyer_.first_checkout());
  Buyer other{"1"};
  other.user_id = "usr_other";
  other.session = "cs_other";
  other.name = "other";
  writer_.apply({other.session_completed()});
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "free");
  EXPECT_EQ(database_.answer_of("usr_other").plan, "free");
  EXPECT_THAT(database_.rows("select conflict from owners"), ElementsAre("true"));
  EXPECT_THAT(database_.rows("select user_id from claims order by 1"),
              ElementsAre("usr_1", "usr_other"));
}

TEST_F(ApplyEventsTest, JunkIsKeptAndThePartitionGoesOn) {
  const std::string wrong_type =
      tests::event_body("evt_wrong", "customer.subscription.updated", Buyer::begun,
                        {"sub_wrong", "subscription", ", \"status\": 7"});
  writer_.apply({"no json", buyer_.session_completed(), wrong_type, buyer_.subscription_created()});
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "professional");
  EXPECT_THAT(database_.rows("select position, reason from dead_letters order by position"),
              ElementsAre("0|not_json", "2|wrong_type:status"));
  EXPECT_THAT(
      database_.rows("select convert_from(body, 'UTF8') from dead_letters where position = 0"),
      ElementsAre("no json"));
  EXPECT_THAT(database_.rows("select id from events where outcome = 'dead_letter'"),
              ElementsAre("evt_wrong"));
}

TEST_F(ApplyEventsTest, WhatTheDatabaseRefusesStandsAloneInTheEnd) {
  database_.execute("alter table events add check (object_id <> 'sub_poison')");
  Buyer poison{"poison"};
  std::vector<std::string> bodies = buyer_.first_checkout();
  bodies.insert(bodies.begin() + 5, poison.subscription_created());
  ASSERT_EQ(writer_.apply(bodies), Applied::all);
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "professional");
  EXPECT_THAT(database_.rows("select event_id, reason from dead_letters"),
              ElementsAre("evt_poison_sub_created|refused_by_database"));
  EXPECT_EQ(database_.number("select next_position from consumer_offsets where partition = 0"), 13);
}

TEST_F(ApplyEventsTest, ABatchThatFailsLeavesNothing) {
  database_.execute("alter table user_entitlements rename to away");
  EXPECT_THROW(writer_.apply(buyer_.first_checkout()), StoreAway);
  database_.execute("alter table away rename to user_entitlements");
  EXPECT_EQ(database_.number("select count(*) from events"), 0);
  EXPECT_EQ(database_.number("select max(next_position) from consumer_offsets"), 0);
  EXPECT_EQ(writer_.apply(buyer_.first_checkout()), Applied::all);
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "professional");
}

TEST_F(ApplyEventsTest, ACommitWhoseAnswerIsLostIsLookedUpInTheOffsets) {
  database_.execute(
      "create sequence commits; "
      "create function break_first() returns trigger language plpgsql as $$ begin "
      "  if nextval('commits') = 1 then perform pg_terminate_backend(pg_backend_pid()); end if; "
      "  return null; end $$; "
      "create constraint trigger break_first after update on consumer_offsets "
      "  deferrable initially deferred for each row execute function break_first()");
  EXPECT_EQ(writer_.apply(buyer_.first_checkout()), Applied::lost);
  EXPECT_EQ(database_.number("select count(*) from events"), 0);
  EXPECT_EQ(writer_.apply(buyer_.first_checkout()), Applied::all);
  EXPECT_EQ(database_.number("select count(*) from events"), 12);
  EXPECT_EQ(database_.number("select next_position from consumer_offsets where partition = 0"), 12);
}

TEST_F(ApplyEventsTest, ADocumentOfANewerCatalogueIsNotOverwritten) {
  writer_.apply(buyer_.first_checkout());
  database_.execute("update user_entitlements set catalog_revision = 1000");
  EXPECT_THROW(writer_.apply({buyer_.subscription_deleted(Buyer::begun + 100)}), StoreAway);
  EXPECT_EQ(database_.answer_of(buyer_.user_id).plan, "professional");
  EXPECT_EQ(database_.number("select count(*) from events"), 12);
}

/// As an endpoint of a later API version gets it.
std::string rendered_later(std::string body) {
  return body.replace(body.find("2026-10-28"), 10, "2027-10-28");
}

TEST_F(ApplyEventsTest, OfTwoRenderingsOfAnEventTheNewerVersionIsKept) {
  const std::string older = tests::event_body("evt_1", "customer.updated", Buyer::begun,
                                              {"cus_1", "customer", ", \"email\": \"old\""});
  const std::string newer = rendered_later(tests::event_body(
      "evt_1", "customer.updated", Buyer::begun, {"cus_1", "customer", ", \"email\": \"new\""}));
  writer_.apply({older});
  writer_.apply({newer});
  writer_.apply({older});
  EXPECT_THAT(database_.rows("select state->>'email' as email from events"), ElementsAre("new"));
  EXPECT_THAT(database_.rows("select state->>'email' as email from stripe_objects"),
              ElementsAre("new"));
}

TEST_F(ApplyEventsTest, LinksOfARenderingThatLosesAreFollowedInEveryOrder) {
  const auto refund_created = [&](const std::string& link) {
    return tests::event_body(
        "evt_refund", "refund.created", Buyer::begun + 100,
        {"re_1", "refund", R"(, "status": "succeeded", "amount": 1900)" + link});
  };
  const std::string older =
      refund_created(R"(, "payment_intent": ")" + buyer_.payment_intent + '"');
  const std::string newer = rendered_later(refund_created(""));
  writer_.apply(buyer_.first_checkout());
  writer_.apply({older, newer});
  ASSERT_THAT(database_.rows("select owner_id from stripe_objects where id = 're_1'"),
              ElementsAre("cus_1"));
  const auto expected = database_.outcome();
  for (const std::vector<std::string>& order : {std::vector{older, newer}, {newer, older}}) {
    for (const bool bought_first : {true, false}) {
      MigratedSchema fresh;
      Writer writer{fresh};
      if (bought_first) writer.apply(buyer_.first_checkout());
      for (const std::string& body : order) writer.apply({body}, 1);
      if (!bought_first) writer.apply(buyer_.first_checkout());
      EXPECT_EQ(difference(fresh.outcome(), expected), "") << order.front() << bought_first;
    }
  }
}

TEST_F(ApplyEventsTest, AnObjectThatANewerRenderingTellsNothingAboutIsDecidedAnew) {
  const auto updated = [](const std::string& id, const std::string& email) {
    return tests::event_body("evt_1", "customer.updated", Buyer::begun + 100,
                             {id, "customer", R"(, "email": ")" + email + '"'});
  };
  const std::string before = tests::event_body("evt_0", "customer.created", Buyer::begun,
                                               {"cus_1", "customer", R"(, "email": "first")"});
  writer_.apply({before, updated("cus_1", "second")});
  writer_.apply({rendered_later(updated("cus_2", "second"))});
  EXPECT_THAT(database_.rows("select id, state->>'email' as email from stripe_objects order by id"),
              ElementsAre("cus_1|first", "cus_2|second"));
}

TEST_F(ApplyEventsTest, AnIdThatTwoKindsOfObjectBearIsOneOfThemInEveryOrder) {
  const auto told = [](const std::string& id, std::int64_t second, const std::string& kind,
                       const std::string& more) {
    return tests::event_body(id, kind + ".updated", Buyer::begun + second, {"x_1", kind, more});
  };
  const std::string session = R"(, "status": "complete", "customer": "cus_1")";
  std::vector<std::string> events{
      told("evt_1", 1, "checkout.session", session),
      told("evt_2", 2, "customer", R"(, "metadata": {"user_id": "usr_1"})"),
      told("evt_3", 3, "checkout.session", session)};
  for (const std::string& event : events) writer_.apply({event});
  EXPECT_THAT(database_.rows("select kind, event_id, user_id from stripe_objects o "
                             "join owners using (account, livemode, owner_id)"),
              ElementsAre("customer|evt_2|usr_1"));
  for (int order = 0; std::ranges::next_permutation(events).found; ++order) {
    MigratedSchema database;
    Writer writer{database};
    if (order == 0) writer.apply(events);
    for (const std::string& event : events) writer.apply({event});
    EXPECT_EQ(difference(database.outcome(), database_.outcome()), "");
  }
}

TEST_F(ApplyEventsTest, TheLoserOfTheOffsetHasDoneNothingAndReadsOnBehindTheWinner) {
  Writer other{database_};
  ASSERT_EQ(writer_.apply(buyer_.first_checkout()), Applied::all);
  Buyer late{"late"};
  EXPECT_EQ(other.apply_from(0, {late.subscription_created()}), Applied::lost);
  EXPECT_EQ(database_.number("select count(*) from events where id like '%late%'"), 0);
  EXPECT_EQ(other.apply({late.subscription_created()}), Applied::all);
  EXPECT_EQ(database_.number("select next_position from consumer_offsets where partition = 0"), 13);
}

TEST_F(ApplyEventsTest, EveryOrderAndBatchingEndsInTheSameRows) {
  std::vector<std::string> bodies = buyer_.first_checkout();
  const Guest guest{"9"};
  for (const std::string& body :
       {buyer_.subscription_is("past_due", Buyer::begun + 50),
        buyer_.subscription_is("active", Buyer::begun + 60), buyer_.refunded(Buyer::begun + 70),
        guest.session_completed(), guest.payment_succeeded(), guest.charge_succeeded(),
        guest.refunded(), guest.dispute_opened()}) {
    bodies.push_back(body);
  }
  writer_.apply(bodies);
  const auto expected = database_.outcome();
  std::mt19937 random{20'261'121};
  for (int round = 0; round < 12; ++round) {
    std::shuffle(bodies.begin(), bodies.end(), random);
    MigratedSchema fresh;
    Writer writer{fresh};
    for (auto begin = bodies.begin(); begin != bodies.end();) {
      const auto left = bodies.end() - begin;
      const auto size = std::min<std::ptrdiff_t>(left, 1 + static_cast<int>(random() % 6));
      ASSERT_EQ(writer.apply({begin, begin + size}, static_cast<int>(random() % 4)), Applied::all);
      begin += size;
    }
    EXPECT_EQ(difference(fresh.outcome(), expected), "") << "round " << round;
  }
}

}  // namespace
}  // namespace tollgate::entitlements
