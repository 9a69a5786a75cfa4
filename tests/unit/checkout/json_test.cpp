// SPDX-License-Identifier: Apache-2.0
// What goes in and out of checkout as text: requests, Stripe's answers, the forms sent to Stripe.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checkout/ask/make_forms.hpp"
#include "checkout/domain/catalog_file.hpp"
#include "checkout/json/requests_json.hpp"
#include "checkout/json/stripe_json.hpp"
#include "checkout/sell/change_subscription.hpp"
#include "checkout/sell/follow_session.hpp"

namespace tollgate::checkout {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(CheckoutRequests, AMisspeltOrForeignMemberIsRefused) {
  EXPECT_TRUE(read_session_request(R"({"plan": "gold", "success_url": "a", "cancel_url": "b"})"));
  EXPECT_FALSE(read_session_request(R"({"plan": "gold", "quantiti": 2})"));
  EXPECT_FALSE(read_session_request(R"({"plan": "gold", "amount": 1})"));
  EXPECT_FALSE(read_session_request(R"({"plan": "gold", "plan": "free"})"));
  EXPECT_FALSE(read_session_request(R"({"plan": "gold", "quantity": "2"})"));
  EXPECT_FALSE(read_session_request(R"({"items": [{"product": "pen", "price": 1}]})"));
  EXPECT_FALSE(read_session_request(R"({"plan": "a\u0000b"})"));
  EXPECT_FALSE(read_session_request(R"({"plan": "\udc00"})"));
  EXPECT_FALSE(read_session_request(std::string_view{"{}\0{", 4}));
  EXPECT_FALSE(read_session_request("[]"));
  EXPECT_FALSE(read_session_request("{"));
  EXPECT_FALSE(read_session_request(""));
}

TEST(CheckoutRequests, ASubscriptionNeedsAPaymentMethod) {
  EXPECT_TRUE(read_subscription_request(R"({"plan": "gold", "payment_method": "pm_1"})"));
  EXPECT_FALSE(read_subscription_request(R"({"plan": "gold"})"));
}

TEST(CheckoutRequests, WhatAChangeLeavesOutIsAbsent) {
  const auto change = read_plan_change(R"({"plan": "gold", "quantity": null})");
  ASSERT_TRUE(change);
  EXPECT_FALSE(change->quantity);
  EXPECT_EQ(read_plan_change(R"({"quantity": 3, "proration_date": 7})")->proration_date, 7);
}

TEST(CheckoutRequests, AChangeIsChargedFromAMomentOfTheLastMinutes) {
  constexpr Time now = from_unix_seconds(1'797'000'000);
  EXPECT_TRUE(is_fresh(1'797'000'000, now));
  EXPECT_TRUE(is_fresh(1'797'000'060, now));
  EXPECT_FALSE(is_fresh(1'797'000'061, now));
  EXPECT_TRUE(is_fresh(1'796'999'100, now));
  EXPECT_FALSE(is_fresh(1'796'999'099, now));
}

TEST(StripeAnswers, ReferencesAreReadExpandedOrNot) {
  const Subscription bare = read_subscription(
      R"({"id": "sub_1", "customer": "cus_1", "latest_invoice": "in_1", "status": "active"})");
  EXPECT_EQ(bare.latest_invoice, "in_1");
  const Subscription expanded = read_subscription(
      R"({"id": "sub_1", "customer": {"id": "cus_1"}, "latest_invoice": {"id": "in_1",
          "confirmation_secret": {"client_secret": "pi_1_secret"},
          "payments": {"data": [{"payment": {"payment_intent": "pi_1"}}]}},
          "metadata": {"user_id": "ada", "tollgate_request": "r"}})");
  EXPECT_EQ(expanded.customer, "cus_1");
  EXPECT_EQ(expanded.client_secret, "pi_1_secret");
  EXPECT_EQ(expanded.payment_intent, "pi_1");
  EXPECT_EQ(expanded.planted.user_id, "ada");
}

TEST(StripeAnswers, ASetupsSecretIsReadWhileTheBankWantsTheBuyer) {
  const auto secret = [](const std::string& status) {
    return read_subscription(R"({"status": "trialing", "pending_setup_intent": {"status": ")" +
                             status + R"(", "client_secret": "seti_1_secret_2"}})")
        .setup_secret;
  };
  EXPECT_EQ(secret("requires_action"), "seti_1_secret_2");
  EXPECT_EQ(secret("requires_confirmation"), "seti_1_secret_2");
  EXPECT_EQ(secret("succeeded"), "");
}

TEST(StripeAnswers, WhatIsNotThereOrOfAnotherTypeReadsAsAbsent) {
  EXPECT_EQ(read_id("[]"), "");
  EXPECT_EQ(read_session(R"({"id": 7, "metadata": [], "expires_at": "soon"})").id, "");
  EXPECT_TRUE(read_subscriptions(R"({"data": null})").elements.empty());
  EXPECT_EQ(read_subscription(R"({"items": {"data": [{}]}})").items.size(), 1U);
}

TEST(StripeAnswers, ASessionsStatusIsWhatTheFrontendWantsToKnow) {
  const auto status = [](const std::string& fields) {
    return status_of(read_session("{" + fields + "}"));
  };
  EXPECT_EQ(status(R"("status": "open", "payment_status": "unpaid")"), "open");
  EXPECT_EQ(status(R"("status": "complete", "payment_status": "paid")"), "paid");
  EXPECT_EQ(status(R"("status": "complete", "payment_status": "no_payment_required")"), "paid");
  EXPECT_EQ(status(R"("status": "complete", "payment_status": "unpaid")"), "processing");
  EXPECT_EQ(status(R"("status": "complete", "payment_status": "unpaid",
                      "payment_intent": {"status": "requires_payment_method"})"),
            "failed");
  EXPECT_EQ(status(R"("status": "expired", "payment_status": "unpaid")"), "expired");
}

class CheckoutForms : public testing::Test {
 protected:
  std::string session_of(const Purchase& purchase, std::int64_t trial_days = 0) {
    const auto offer = find_offer(catalog_, purchase);
    return session_form(buyer_, purchase, *offer, "price_1", trial_days, choices_);
  }
  Purchase gold() {
    Purchase purchase;
    purchase.plan = "gold";
    purchase.success_url = "https://shop.example/{CHECKOUT_SESSION_ID}";
    return purchase;
  }

  const Catalog catalog_ = *parse_catalog(R"(
default_plan: gold
plans: {gold: {rank: 1, prices: [{lookup_key: g, amount: 1, currency: usd, interval: month}]}}
products:
  pen: {name: Pen, images: [https://x/p.png], prices: [{lookup_key: p, amount: 3, currency: usd}]}
)",
                                          "c");
  Buyer buyer_{"ada", "cus_1", "attempt-1", "request-1"};
  SessionChoices choices_;
};

TEST_F(CheckoutForms, TheUserIsPlantedWhereverItIsReadLater) {
  const std::string form = session_of(gold());
  EXPECT_THAT(form, HasSubstr("client_reference_id=ada&metadata%5Buser_id%5D=ada"));
  EXPECT_THAT(form, HasSubstr("subscription_data%5Bmetadata%5D%5Buser_id%5D=ada"));
  EXPECT_THAT(form, HasSubstr("metadata%5Btollgate_attempt%5D=attempt-1"));
  EXPECT_THAT(form, HasSubstr("%7BCHECKOUT_SESSION_ID%7D"));
  EXPECT_THAT(form, Not(HasSubstr("payment_method_types")));
}

TEST_F(CheckoutForms, AUserThatIsNoReferenceStandsInTheMetadataAlone) {
  buyer_.user_id = "ada@shop.example";
  EXPECT_THAT(session_of(gold()), Not(HasSubstr("client_reference_id")));
}

TEST_F(CheckoutForms, TrialsAndPaymentMethodsAreNamedOnlyWhenThereAreAny) {
  EXPECT_THAT(session_of(gold()), Not(HasSubstr("trial")));
  EXPECT_THAT(session_of(gold(), 14), HasSubstr("%5Btrial_period_days%5D=14"));
  choices_.payment_methods_allowed = {"card", "link"};
  EXPECT_THAT(session_of(gold()), HasSubstr("allowed_payment_method_types%5B1%5D=link"));
}

TEST_F(CheckoutForms, ThingsCarryThePriceOfTheCatalogueAndTheirPicture) {
  Purchase pens;
  pens.items = {{"pen", 2}};
  const std::string form = session_of(pens);
  EXPECT_THAT(form, HasSubstr("mode=payment"));
  EXPECT_THAT(form, HasSubstr("%5Bunit_amount%5D=3"));
  EXPECT_THAT(form, HasSubstr("%5Bimages%5D%5B0%5D=https%3A%2F%2Fx%2Fp.png"));
  EXPECT_THAT(form, HasSubstr("metadata%5Btollgate_items%5D=pen%3A2"));
}

}  // namespace
}  // namespace tollgate::checkout
