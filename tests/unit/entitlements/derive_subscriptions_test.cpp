// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "entitlements/domain/derive.hpp"
#include "user_facts_builder.hpp"

namespace tollgate::entitlements {
namespace {

constexpr std::chrono::seconds one_second{1};

// Until when each status gives access.

struct StatusRow {
  std::string status;
  std::optional<Time> until;  ///< nothing: no access at all
  std::string reason;
};

class SubscriptionStatus : public testing::TestWithParam<StatusRow> {};

INSTANTIATE_TEST_SUITE_P(
    Policy, SubscriptionStatus,
    testing::Values(StatusRow{"active", period_ends + days{2}, "active"},
                    StatusRow{"trialing", period_ends + days{2}, "trialing"},
                    StatusRow{"past_due", bought + days{7}, "past_due_grace"},
                    StatusRow{"unpaid", std::nullopt, "unpaid"},
                    StatusRow{"paused", std::nullopt, "paused"},
                    StatusRow{"incomplete", std::nullopt, "incomplete"},
                    StatusRow{"incomplete_expired", std::nullopt, "incomplete_expired"},
                    StatusRow{"canceled", std::nullopt, "canceled"},
                    StatusRow{"invented_tomorrow", std::nullopt, "unknown_status"}),
    [](const auto& row) { return row.param.status; });

TEST_P(SubscriptionStatus, GivesAccessUntil) {
  const Catalog catalog = test_mode_shop();
  const Derived derived = derive(subscriber(subscription(GetParam().status)), catalog);
  ASSERT_EQ(derived.verdicts.size(), 1U);
  EXPECT_EQ(derived.verdicts[0].reason, GetParam().reason);
  EXPECT_EQ(derived.verdicts[0].granted, GetParam().until.has_value());
  ASSERT_EQ(derived.entitlements.grants.size(), GetParam().until ? 1U : 0U);
  if (GetParam().until) {
    EXPECT_EQ(derived.entitlements.grants[0].until, GetParam().until);
    EXPECT_EQ(derived.entitlements.grants[0].source, "sub_1");
    EXPECT_EQ(derived.entitlements.grants[0].from, bought);
  }
}

TEST(DeriveSubscriptions, AlertsToAStatusThatStripeInventedLater) {
  const Derived derived = derive(subscriber(subscription("invented_tomorrow")), test_mode_shop());
  EXPECT_EQ(derived.alerts, (std::vector<Alert>{{"unknown_status", "sub_1"}}));
}

TEST(DeriveSubscriptions, EndsAtTheSecondAndNotAfterIt) {
  const Catalog catalog = test_mode_shop();
  const Time end = period_ends + days{2};
  EXPECT_EQ(answer_of(subscriber(), catalog, end - one_second).plan, "basic");
  EXPECT_EQ(answer_of(subscriber(), catalog, end - one_second).valid_until, end);
  EXPECT_EQ(answer_of(subscriber(), catalog, end).plan, "free");
  EXPECT_EQ(answer_of(subscriber(), catalog, end).valid_until, std::nullopt);
}

// A scheduled cancellation, in Stripe's three encodings, ends exactly when it says.

struct CancelRow {
  std::string name;
  std::optional<Time> cancel_at;
  bool at_period_end;
  Time until;
};

class ScheduledCancel : public testing::TestWithParam<CancelRow> {};

INSTANTIATE_TEST_SUITE_P(
    Policy, ScheduledCancel,
    testing::Values(CancelRow{"flag_and_time", period_ends, true, period_ends},
                    CancelRow{"time_alone", period_ends, false, period_ends},
                    CancelRow{"flag_alone", std::nullopt, true, period_ends},
                    CancelRow{"before_the_period_ends", bought + days{3}, false, bought + days{3}},
                    CancelRow{"in_a_later_period", period_ends + days{60}, false,
                              period_ends + days{2}},
                    CancelRow{"none", std::nullopt, false, period_ends + days{2}}),
    [](const auto& row) { return row.param.name; });

TEST_P(ScheduledCancel, EndsTheGrant) {
  for (const std::string status : {"active", "trialing"}) {
    stripe::Subscription canceling = subscription(status);
    canceling.cancel_at = GetParam().cancel_at;
    canceling.cancel_at_period_end = GetParam().at_period_end;
    canceling.canceled_at = bought + days{1};  // When it was asked for: it ends nothing.
    const Derived derived = derive(subscriber(canceling), test_mode_shop());
    ASSERT_EQ(derived.entitlements.grants.size(), 1U);
    EXPECT_EQ(derived.entitlements.grants[0].until, GetParam().until);
  }
}

TEST(DeriveSubscriptions, EndsTheGraceEarlierAtAScheduledCancellation) {
  stripe::Subscription canceling = subscription("past_due");
  canceling.cancel_at = bought + days{3};
  const Derived derived = derive(subscriber(canceling), test_mode_shop());
  EXPECT_EQ(derived.entitlements.grants.at(0).until, bought + days{3});
}

// The grace counts from the first sign of the run.

TEST(DeriveSubscriptions, CountsTheGraceFromTheFirstFailedPaymentOfTheLatestInvoice) {
  UserFacts facts = subscriber(subscription("past_due"));
  facts.invoices[0].payment_failed_at = bought - hours{1};
  EXPECT_EQ(derive(facts, test_mode_shop()).entitlements.grants.at(0).until,
            bought - hours{1} + days{7});
  facts.subscriptions[0].object.latest_invoice = "in_other";
  EXPECT_EQ(derive(facts, test_mode_shop()).entitlements.grants.at(0).until, bought + days{7});
}

TEST(DeriveSubscriptions, CountsTheGraceFromTheStartOfTheRunWhenAPaymentFailedAgainLater) {
  UserFacts facts = subscriber(subscription("past_due"));
  facts.invoices[0].payment_failed_at = bought + days{3};
  EXPECT_EQ(derive(facts, test_mode_shop()).entitlements.grants.at(0).until, bought + days{7});
}

TEST(DeriveSubscriptions, KeepsAccessWhileCollectionIsPausedUnlessThePolicySaysOtherwise) {
  stripe::Subscription paused = subscription("active");
  paused.collection_paused = true;
  EXPECT_EQ(answer_of(subscriber(paused), test_mode_shop(), bought).plan, "basic");
  CatalogContent strict = shop();
  strict.policy.collection_paused = Effect::suspend;
  const Derived derived = derive(subscriber(paused), Catalog{strict, false});
  EXPECT_EQ(derived.verdicts.at(0).reason, "collection_paused");
  EXPECT_TRUE(derived.entitlements.grants.empty());
}

TEST(DeriveSubscriptions, FollowsTheSettingsOfThePolicy) {
  CatalogContent generous = shop();
  generous.policy.leeway = hours{0};
  generous.policy.grace = days{30};
  generous.policy.statuses["unpaid"] = StatusRule::grace;
  const Catalog catalog{generous, false};
  const auto until = [&](const std::string& status) {
    return derive(subscriber(subscription(status)), catalog).entitlements.grants.at(0).until;
  };
  EXPECT_EQ(until("active"), period_ends);
  EXPECT_EQ(until("past_due"), bought + days{30});
  EXPECT_EQ(until("unpaid"), bought + days{30});
}

TEST(DeriveSubscriptions, IsNotFooledByASubscriptionWithoutAnyPeriod) {
  stripe::Subscription bare = subscription("active");
  bare.items[0].period_end = std::nullopt;
  const Derived derived = derive(subscriber(bare), test_mode_shop());
  EXPECT_TRUE(derived.entitlements.grants.empty());
  EXPECT_EQ(derived.verdicts.at(0).reason, "unknown_period");
  EXPECT_EQ(derived.needs,
            (std::vector<Need>{{Lack::items, stripe::ObjectKind::subscription, "sub_1"}}));
}

// Items become plans.

TEST(DeriveSubscriptions, RecognisesItemsByProductThenPriceThenLookupKey) {
  const auto plan_of = [](const stripe::SubscriptionItem& sold) {
    stripe::Subscription of = subscription("active");
    of.items = {sold};
    return answer_of(subscriber(of), test_mode_shop(), bought).plan;
  };
  stripe::SubscriptionItem by_price = item("prod_unknown");
  by_price.price = "price_team_old";
  stripe::SubscriptionItem by_lookup_key = item("prod_unknown");
  by_lookup_key.lookup_key = "team_monthly";
  stripe::SubscriptionItem by_all = item("prod_basic");
  by_all.price = "price_team_old";
  EXPECT_EQ(plan_of(by_price), "team");
  EXPECT_EQ(plan_of(by_lookup_key), "team");
  EXPECT_EQ(plan_of(by_all), "basic");
  EXPECT_EQ(plan_of(item("prod_unknown")), "free");
}

TEST(DeriveSubscriptions, AlertsToAProductThatTheCatalogueDoesNotKnow) {
  const Derived derived =
      derive(subscriber(subscription("active", "prod_unknown")), test_mode_shop());
  EXPECT_EQ(derived.alerts, (std::vector<Alert>{{"unknown_product", "sub_1"}}));
  EXPECT_FALSE(derived.verdicts.at(0).granted);
}

TEST(DeriveSubscriptions, TakesThePeriodOfTheItemThatEndsFirst) {
  stripe::Subscription two = subscription("active");
  two.items.push_back(item("prod_unknown"));
  two.items[1].period_end = bought + days{10};
  EXPECT_EQ(derive(subscriber(two), test_mode_shop()).entitlements.grants.at(0).until,
            bought + days{12});
}

TEST(DeriveSubscriptions, AddsTheQuantitiesOfItemsOfOnePlanOrTakesTheHighest) {
  stripe::Subscription two = subscription("active");
  two.items = {item("prod_basic", 2), item("prod_basic", 3)};
  EXPECT_EQ(derive(subscriber(two), test_mode_shop()).entitlements.grants.at(0).quantity, 5);
  CatalogContent highest = shop();
  highest.policy.quantities = Combine::highest;
  EXPECT_EQ(derive(subscriber(two), Catalog{highest, false}).entitlements.grants.at(0).quantity, 3);
}

TEST(DeriveSubscriptions, AsksForTheRestOfATruncatedListAndDecidesMeanwhile) {
  stripe::Subscription large = subscription("active");
  large.items_truncated = true;
  const Derived derived = derive(subscriber(large), test_mode_shop());
  EXPECT_EQ(derived.entitlements.grants.size(), 1U);
  EXPECT_EQ(derived.needs.at(0).lack, Lack::items);
}

// Several subscriptions of one user.

UserFacts two_subscriptions() {
  UserFacts facts = subscriber();
  stripe::Subscription team = subscription("active", "");
  team.id = "sub_2";
  team.items = {item("", 2)};
  team.items[0].lookup_key = "team_monthly";
  team.items[0].period_end = bought + days{5};
  facts.subscriptions.push_back(known(team));
  return facts;
}

TEST(DeriveSubscriptions, LetsTheHighestRankWinAndFeaturesUnite) {
  const Catalog catalog = test_mode_shop();
  const Answer answer = answer_of(two_subscriptions(), catalog, bought);
  EXPECT_EQ(answer.plan, "team");
  EXPECT_TRUE(answer.is_premium);
  EXPECT_EQ(answer.features, (Limits{{"projects", std::nullopt}, {"seats", 11}, {"sso", {}}}));
  EXPECT_EQ(answer.valid_until, bought + days{7});
  ASSERT_EQ(answer.grants.size(), 2U);
  EXPECT_EQ(answer.grants[0].plan, "team");
}

TEST(DeriveSubscriptions, FallsBackToTheOtherSubscriptionWhenTheBestOneEnds) {
  const Catalog catalog = test_mode_shop();
  const Answer answer = answer_of(two_subscriptions(), catalog, bought + days{7});
  EXPECT_EQ(answer.plan, "basic");
  EXPECT_EQ(answer.features, (Limits{{"projects", 10}, {"seats", 1}}));
  EXPECT_EQ(answer.valid_until, period_ends + days{2});
}

TEST(DeriveSubscriptions, GivesAUserWithoutFactsTheDefaultPlan) {
  const Catalog catalog = test_mode_shop();
  const Answer answer = answer_of({}, catalog, bought);
  EXPECT_EQ(answer.plan, "free");
  EXPECT_FALSE(answer.is_premium);
  EXPECT_EQ(answer.features, (Limits{{"projects", 1}}));
  EXPECT_EQ(answer.valid_until, std::nullopt);
}

// Other modes and accounts.

TEST(DeriveSubscriptions, GrantsNothingForFactsOfTheOtherMode) {
  const Derived derived = derive(subscriber(), Catalog{shop(), true});
  EXPECT_TRUE(derived.entitlements.grants.empty());
  EXPECT_EQ(derived.verdicts.at(0).reason, "other_mode");
}

TEST(DeriveSubscriptions, GrantsNothingForAnAccountThatDoesNotCount) {
  UserFacts facts = subscriber();
  facts.subscriptions[0].account = "acct_1";
  EXPECT_EQ(derive(facts, test_mode_shop()).verdicts.at(0).reason, "other_account");
  CatalogContent connected = shop();
  connected.accounts = {"", "acct_1"};
  EXPECT_EQ(answer_of(facts, Catalog{connected, false}, bought).plan, "basic");
}

TEST(DeriveSubscriptions, NamesTheFactsThatDecided) {
  UserFacts facts = subscriber(subscription("past_due"));
  facts.invoices[0].payment_failed_at = bought - hours{1};
  EXPECT_EQ(derive(facts, test_mode_shop()).verdicts.at(0).facts,
            (std::vector<DecidingFact>{{stripe::ObjectKind::subscription, "sub_1", "evt_sub_1"},
                                       {stripe::ObjectKind::invoice, "in_1", "evt_in_1"}}));
}

}  // namespace
}  // namespace tollgate::entitlements
