// SPDX-License-Identifier: Apache-2.0
#include "checkout/domain/guard.hpp"

#include <gtest/gtest.h>

namespace tollgate::checkout {
namespace {

Catalog gold_only() {
  Catalog sold;
  Plan plan;
  plan.id = "gold";
  plan.stripe.products = {"prod_gold"};
  sold.plans.push_back(plan);
  return sold;
}

Subscription held(const std::string& id, const std::string& status, std::int64_t created = 1,
                  const std::string& product = "prod_gold") {
  Subscription subscription;
  subscription.id = id;
  subscription.status = status;
  subscription.created = from_unix_seconds(created);
  subscription.items.emplace_back().product = product;
  return subscription;
}

TEST(Guard, WhateverCostsMoneyIsInTheWay) {
  for (const char* status : {"active", "trialing", "past_due", "unpaid", "paused"}) {
    EXPECT_NE(blocking(gold_only(), {held("sub_1", status)}), nullptr) << status;
  }
  for (const char* status : {"canceled", "incomplete", "incomplete_expired", "new_word"}) {
    EXPECT_EQ(blocking(gold_only(), {held("sub_1", status)}), nullptr) << status;
  }
}

TEST(Guard, WhatTheCatalogueDoesNotSellIsInNobodysWay) {
  EXPECT_EQ(blocking(gold_only(), {held("sub_1", "active", 1, "prod_other")}), nullptr);
}

TEST(Guard, TheOldestIsKeptAndTheOthersAreDoubles) {
  const std::vector<Subscription> all{held("sub_3", "active", 7), held("sub_1", "active", 5),
                                      held("sub_2", "trialing", 5), held("sub_0", "canceled", 1)};
  EXPECT_EQ(blocking(gold_only(), all)->id, "sub_1");
  const auto later = doubles(gold_only(), all);
  ASSERT_EQ(later.size(), 2U);
  EXPECT_EQ(later[0]->id, "sub_2");
  EXPECT_EQ(later[1]->id, "sub_3");
  EXPECT_TRUE(doubles(gold_only(), {held("sub_1", "active")}).empty());
}

TEST(Guard, TheLaterOneWasCreatedLaterWhateverBecameOfIt) {
  EXPECT_TRUE(is_later(held("sub_1", "past_due", 7), held("sub_2", "active", 5)));
  EXPECT_FALSE(is_later(held("sub_2", "active", 5), held("sub_1", "past_due", 7)));
  EXPECT_TRUE(is_later(held("sub_2", "active", 5), held("sub_1", "active", 5)));
}

TEST(Guard, OneThatIsPaidForIsKeptBeforeAnOlderOneThatOwes) {
  for (const char* good : {"active", "trialing"}) {
    for (const char* bad : {"past_due", "unpaid", "paused"}) {
      const std::vector<Subscription> all{held("sub_1", bad, 5), held("sub_2", good, 7),
                                          held("sub_3", "active", 9)};
      EXPECT_EQ(blocking(gold_only(), all)->id, "sub_2") << good << " beside " << bad;
      const auto later = doubles(gold_only(), all);
      ASSERT_EQ(later.size(), 2U);
      EXPECT_EQ(later[0]->id, "sub_3");
      EXPECT_EQ(later[1]->id, "sub_1");
    }
  }
  EXPECT_EQ(blocking(gold_only(), {held("sub_2", "unpaid", 7), held("sub_1", "past_due", 5)})->id,
            "sub_1");
}

TEST(Guard, ARefusalSaysWhatToCallInstead) {
  EXPECT_EQ(already_subscribed(held("sub_1", "active")).call, "PATCH /v1/subscriptions/sub_1");
  EXPECT_EQ(already_subscribed(held("sub_1", "unpaid")).call, "POST /v1/portal-sessions");
  Subscription ending = held("sub_1", "active");
  ending.cancel_at_period_end = true;
  EXPECT_EQ(already_subscribed(ending).call, "POST /v1/subscriptions/sub_1/resume");
}

TEST(Guard, OnlyAnOpenSessionOfTheSameRequestIsUsedAgain) {
  Session session;
  session.status = "open";
  session.planted.request = "abc";
  EXPECT_EQ(same_request({session}, "abd"), nullptr);
  EXPECT_NE(same_request({session}, "abc"), nullptr);
  session.status = "expired";
  EXPECT_EQ(same_request({session}, "abc"), nullptr);
}

}  // namespace
}  // namespace tollgate::checkout
