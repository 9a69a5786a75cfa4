// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "entitlements/domain/derive.hpp"
#include "user_facts_builder.hpp"

namespace tollgate::entitlements {
namespace {

// When a session fulfils.

struct SessionRow {
  std::string status;
  std::string payment_status;
  bool grants;
};

class SessionState : public testing::TestWithParam<SessionRow> {};

INSTANTIATE_TEST_SUITE_P(Policy, SessionState,
                         testing::Values(SessionRow{"complete", "paid", true},
                                         SessionRow{"complete", "no_payment_required", true},
                                         SessionRow{"complete", "unpaid", false},
                                         SessionRow{"open", "unpaid", false},
                                         SessionRow{"open", "no_payment_required", false},
                                         SessionRow{"expired", "unpaid", false}),
                         [](const auto& row) {
                           return row.param.status + "_" + row.param.payment_status;
                         });

TEST_P(SessionState, GrantsWhatWasBought) {
  stripe::CheckoutSession of = session();
  of.status = GetParam().status;
  of.payment_status = GetParam().payment_status;
  const Catalog catalog = test_mode_shop();
  EXPECT_EQ(answer_of(buyer(of), catalog, bought).features.contains("handbook"), GetParam().grants);
}

TEST(DerivePurchases, GrantsForEverWithoutADuration) {
  const Catalog catalog = test_mode_shop();
  const Answer answer = answer_of(buyer(), catalog, bought + days{36'500});
  ASSERT_EQ(answer.grants.size(), 1U);
  EXPECT_EQ(answer.grants[0].source, "cs_1");
  EXPECT_EQ(answer.grants[0].reason, "purchase");
  EXPECT_EQ(answer.grants[0].plan, "");
  EXPECT_EQ(answer.plan, "free");
  EXPECT_EQ(answer.valid_until, std::nullopt);
}

TEST(DerivePurchases, GrantsAPlanForItsDurationFromThePayment) {
  const Catalog catalog = test_mode_shop();
  UserFacts facts = buyer(session("day_pass:1"));
  facts.sessions[0].status_since = bought + days{2};  // Delayed money: paid on the third day.
  EXPECT_EQ(answer_of(facts, catalog, bought + days{3} - hours{1}).plan, "basic");
  EXPECT_EQ(answer_of(facts, catalog, bought + days{3}).plan, "free");
}

TEST(DerivePurchases, TakesTheItemsOfThePaymentWhereTheSessionNamesNone) {
  UserFacts facts = buyer(session(""));
  stripe::PaymentIntent intent;
  intent.id = "pi_1";
  intent.tollgate_items = "handbook:2";
  facts.payment_intents = {known(intent)};
  EXPECT_EQ(derive(facts, test_mode_shop()).entitlements.grants.at(0).quantity, 2);
}

TEST(DerivePurchases, AsksForLineItemsWhereNothingWasPlanted) {
  const Derived derived = derive(buyer(session("")), test_mode_shop());
  EXPECT_TRUE(derived.entitlements.grants.empty());
  EXPECT_EQ(derived.verdicts.at(0).reason, "unknown_items");
  EXPECT_EQ(derived.needs,
            (std::vector<Need>{{Lack::line_items, stripe::ObjectKind::checkout_session, "cs_1"}}));
}

TEST(DerivePurchases, TakesFetchedLineItems) {
  stripe::CheckoutSession of = session("");
  of.line_items_known = true;
  of.line_items = {
      {.price = "price_1", .product = "prod_handbook", .lookup_key = "", .quantity = 1},
      {.price = "price_2", .product = "prod_mug", .lookup_key = "", .quantity = 1}};
  const Derived derived = derive(buyer(of), test_mode_shop());
  EXPECT_EQ(derived.entitlements.grants.size(), 1U);
  EXPECT_EQ(derived.alerts, (std::vector<Alert>{{"unknown_product", "cs_1"}}));
  EXPECT_TRUE(derived.needs.empty());
}

TEST(DerivePurchases, GrantsEveryItemOfASession) {
  const Derived derived =
      derive(buyer(session("handbook:1,day_pass:3,handbook:1")), test_mode_shop());
  ASSERT_EQ(derived.entitlements.grants.size(), 2U);
  EXPECT_EQ(derived.entitlements.grants[0].plan, "basic");
  EXPECT_EQ(derived.entitlements.grants[0].features.at("seats"), 3);
  EXPECT_EQ(derived.entitlements.grants[1].quantity, 2);
}

TEST(DerivePurchases, AlertsToItemsThatItCannotRead) {
  for (const std::string items : {"handbook", "handbook:0", "handbook:-1", ":1", "handbook:1x",
                                  "handbook:99999999999999999999", "handbook:1,,", "a b"}) {
    const Derived derived = derive(buyer(session(items)), test_mode_shop());
    EXPECT_TRUE(derived.entitlements.grants.empty()) << items;
    EXPECT_EQ(derived.alerts, (std::vector<Alert>{{"unreadable_items", "cs_1"}})) << items;
  }
}

TEST(DerivePurchases, AlertsToAProductThatTheCatalogueDoesNotSell) {
  const Derived derived = derive(buyer(session("globe:1,handbook:1")), test_mode_shop());
  EXPECT_EQ(derived.entitlements.grants.size(), 1U);
  EXPECT_EQ(derived.alerts, (std::vector<Alert>{{"unknown_product", "cs_1"}}));
}

TEST(DerivePurchases, LeavesSubscriptionSessionsToTheirSubscription) {
  stripe::CheckoutSession of = session();
  of.mode = "subscription";
  EXPECT_TRUE(derive(buyer(of), test_mode_shop()).verdicts.empty());
}

TEST(DerivePurchases, CountsAGuestsSessionLikeAnyOther) {
  stripe::CheckoutSession of = session();
  of.customer = "";
  EXPECT_EQ(derive(buyer(of), test_mode_shop()).entitlements.grants.size(), 1U);
}

TEST(DerivePurchases, GrantsNothingForFactsOfTheOtherMode) {
  const Derived derived = derive(buyer(session("")), Catalog{shop(), true});
  EXPECT_EQ(derived.verdicts.at(0).reason, "other_mode");
  EXPECT_TRUE(derived.needs.empty());
}

TEST(DerivePurchases, MayGrantBeforeDelayedMoneyArrives) {
  CatalogContent trusting = shop();
  trusting.policy.unpaid_purchase = Effect::keep;
  stripe::CheckoutSession of = session();
  of.payment_status = "unpaid";
  EXPECT_EQ(derive(buyer(of), Catalog{trusting, false}).entitlements.grants.size(), 1U);
  EXPECT_EQ(derive(buyer(of), test_mode_shop()).verdicts.at(0).reason, "unpaid");
}

}  // namespace
}  // namespace tollgate::entitlements
