// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/find_reflected.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stripe/object_json.hpp"
#include "tests/unit/entitlements/memory_facts.hpp"
#include "tests/unit/entitlements/user_facts_builder.hpp"

namespace tollgate::entitlements {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FindReflectedTest : public testing::Test {
 protected:
  std::set<std::string> reflected(const std::string& id) {
    return find_reflected(facts_, catalog_, {id});
  }

  void know(const stripe::Object& object, std::optional<Time> asked_at = {}) {
    ObjectRow row;
    row.key.id = std::visit([](const auto& it) { return it.id; }, object);
    row.kind = stripe::kind_of(object);
    row.newest.state = stripe::to_json(object);
    row.newest.asked_at = asked_at;
    facts_.objects.push_back(std::move(row));
  }
  void apply(const std::string& id, Outcome outcome, const std::string& object_id = {}) {
    ToldEvent event;
    event.key.id = id;
    event.outcome = outcome;
    event.object_id = object_id;
    facts_.told.push_back(std::move(event));
  }
  static stripe::Subscription subscription() {
    stripe::Subscription made;
    made.id = "sub_1";
    made.status = "active";
    return made;
  }
  static stripe::CheckoutSession session(const std::string& status = "complete") {
    stripe::CheckoutSession made;
    made.id = "cs_1";
    made.status = status;
    return made;
  }

  const Catalog catalog_ = test_mode_shop();
  MemoryFacts facts_;
};

TEST_F(FindReflectedTest, AnEventIsOnceItIsApplied) {
  EXPECT_THAT(reflected("evt_1"), IsEmpty());
  apply("evt_1", Outcome::fact);
  apply("evt_2", Outcome::irrelevant);
  EXPECT_THAT(reflected("evt_1"), ElementsAre("evt_1"));
  EXPECT_THAT(reflected("evt_2"), ElementsAre("evt_2"));
}

TEST_F(FindReflectedTest, AnEventThatCannotBeReadNeverIs) {
  apply("evt_1", Outcome::dead_letter);
  EXPECT_THAT(reflected("evt_1"), IsEmpty());
}

TEST_F(FindReflectedTest, AThinEventIsOnceItsObjectWasFetched) {
  apply("evt_1", Outcome::thin, "sub_1");
  EXPECT_THAT(reflected("evt_1"), IsEmpty());
  know(subscription(), bought);
  EXPECT_THAT(reflected("evt_1"), IsEmpty());
  facts_.objects.front().newest.asked_at.reset();
  EXPECT_THAT(reflected("evt_1"), ElementsAre("evt_1"));
}

TEST_F(FindReflectedTest, ASubscriptionIsOnceItsStateIsKnown) {
  ObjectRow awaited;
  awaited.key.id = "sub_1";
  facts_.objects.push_back(awaited);
  EXPECT_THAT(reflected("sub_1"), IsEmpty());
  facts_.objects.clear();
  know(subscription());
  EXPECT_THAT(reflected("sub_1"), ElementsAre("sub_1"));
}

TEST_F(FindReflectedTest, ASessionWaitsForTheSubscriptionThatItNames) {
  stripe::CheckoutSession made = session();
  made.subscription = "sub_1";
  made.payment_intent = "pi_never_told";
  know(made);
  EXPECT_THAT(reflected("cs_1"), IsEmpty());
  know(subscription());
  EXPECT_THAT(reflected("cs_1"), ElementsAre("cs_1"));
}

TEST_F(FindReflectedTest, ASessionWaitsForThePaymentThatItNames) {
  stripe::CheckoutSession made = session();
  made.payment_intent = "pi_1";
  know(made);
  EXPECT_THAT(reflected("cs_1"), IsEmpty());
  stripe::PaymentIntent payment;
  payment.id = "pi_1";
  know(payment);
  EXPECT_THAT(reflected("cs_1"), ElementsAre("cs_1"));
}

TEST_F(FindReflectedTest, ASessionThatNamesNothingIsOnceItIsOver) {
  know(session("open"));
  EXPECT_THAT(reflected("cs_1"), IsEmpty());
  facts_.objects.clear();
  know(session("expired"));
  EXPECT_THAT(reflected("cs_1"), ElementsAre("cs_1"));
}

TEST_F(FindReflectedTest, FactsOfTheOtherModeAreFoundToo) {
  apply("evt_1", Outcome::fact);
  facts_.told.front().key.livemode = true;
  EXPECT_THAT(reflected("evt_1"), ElementsAre("evt_1"));
}

TEST(IsAwaitableId, KnowsSessionsSubscriptionsAndEvents) {
  EXPECT_TRUE(is_awaitable_id("evt_1"));
  EXPECT_TRUE(is_awaitable_id("sub_1"));
  EXPECT_TRUE(is_awaitable_id("cs_test_a1"));
  EXPECT_FALSE(is_awaitable_id(""));
  EXPECT_FALSE(is_awaitable_id("in_1"));
  EXPECT_FALSE(is_awaitable_id("evt_ 1"));
  EXPECT_FALSE(is_awaitable_id("evt_\xc3\xbc"));
  EXPECT_FALSE(is_awaitable_id("evt_" + std::string(252, '1')));
}

}  // namespace
}  // namespace tollgate::entitlements
