// SPDX-License-Identifier: Apache-2.0
// Stories of Checkout sessions, each with the events that Stripe's would give.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shop.hpp"

namespace tollgate::simulator {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using tests::Shop;

TEST(Checkout, OfASubscriptionMakesOneThatIsActiveAndPaid) {
  Shop shop;
  const std::string id =
      shop.session("subscription", shop.basic,
                   "&client_reference_id=u1&subscription_data[metadata][user_id]=u1")
          .id();
  EXPECT_TRUE(shop.shown(id)["url"].text().ends_with(id));
  EXPECT_TRUE(shop.new_event_types().empty());
  ASSERT_TRUE(complete_session(shop.world, id, "pm_card_visa"));
  EXPECT_THAT(shop.new_event_types(),
              ElementsAre("customer.created", "payment_method.attached", "invoice.created",
                          "invoice.finalized", "payment_intent.created", "charge.succeeded",
                          "payment_intent.succeeded", "invoice.paid", "invoice.payment_succeeded",
                          "invoice_payment.paid", "customer.subscription.created",
                          "checkout.session.completed"));
  const Json session = shop.shown(id);
  EXPECT_EQ(session["status"].text(), "complete");
  EXPECT_EQ(session["payment_status"].text(), "paid");
  EXPECT_TRUE(session["url"].is_null());
  const Json subscription = shop.event("customer.subscription.created").at("data.object");
  EXPECT_EQ(subscription["id"], session["subscription"]);
  EXPECT_EQ(subscription["status"].text(), "active");
  EXPECT_EQ(subscription["latest_invoice"], session["invoice"]);
  EXPECT_EQ(subscription.at("metadata.user_id").text(), "u1");
  EXPECT_EQ(subscription["customer"], session["customer"]);
  const Json invoice = shop.event("invoice.paid").at("data.object");
  EXPECT_EQ(invoice.at("parent.subscription_details.metadata.user_id").text(), "u1");
  EXPECT_EQ(invoice["amount_paid"].integer(), 1000);
  EXPECT_EQ(invoice["billing_reason"].text(), "subscription_create");
}

TEST(Checkout, OfASubscriptionLeavesNothingBehindWhenTheCardIsDeclined) {
  Shop shop;
  const std::string id = shop.session("subscription", shop.basic).id();
  const auto declined = complete_session(shop.world, id, "pm_card_chargeDeclined");
  ASSERT_FALSE(declined);
  EXPECT_EQ(declined.error().status, 402U);
  EXPECT_EQ(shop.shown(id)["status"].text(), "open");
  EXPECT_TRUE(shop.new_event_types().empty());
  EXPECT_TRUE(complete_session(shop.world, id, "pm_card_visa"));
  EXPECT_FALSE(complete_session(shop.world, id, "pm_card_visa"));
}

TEST(Checkout, OfASubscriptionLeavesNothingBehindWhenTheNextChargeWasToldToDecline) {
  for (const char* method : {"pm_card_visa", "pm_card_authenticationRequired"}) {
    Shop shop;
    const std::string customer = shop.customer();
    const std::string id = shop.session("subscription", shop.basic, "&customer=" + customer).id();
    shop.world.note(customer, "next_charge", "decline");
    shop.new_event_types();
    const auto declined = complete_session(shop.world, id, method);
    ASSERT_FALSE(declined);
    EXPECT_EQ(declined.error().status, 402U);
    EXPECT_EQ(declined.error().code, "card_declined");
    EXPECT_EQ(shop.shown(id)["status"].text(), "open");
    EXPECT_TRUE(shop.new_event_types().empty());
    EXPECT_TRUE(shop.world.ids("subscription").empty());
    EXPECT_TRUE(complete_session(shop.world, id, method));
    EXPECT_EQ(shop.world.ids("subscription").size(), 1U);
  }
}

TEST(Checkout, OfASubscriptionIsDeclinedAfterAuthenticationByWhatTheNextChargeWasToldMeanwhile) {
  Shop shop;
  const std::string customer = shop.customer();
  const std::string id = shop.session("subscription", shop.basic, "&customer=" + customer).id();
  ASSERT_TRUE(
      pay_session(shop.world, id,
                  {.payment_method = "pm_card_authenticationRequired", .email = {}, .name = {}}));
  shop.world.note(customer, "next_charge", "decline");
  EXPECT_FALSE(authenticate_session(shop.world, id, true));
  EXPECT_TRUE(shop.world.ids("subscription").empty());
  EXPECT_EQ(shop.shown(id)["status"].text(), "open");
}

TEST(Checkout, OfAPaymentKeepsOneIntentOverANextChargeThatWasToldToDecline) {
  Shop shop;
  const std::string customer = shop.customer();
  const std::string id = shop.session("payment", shop.book, "&customer=" + customer).id();
  shop.world.note(customer, "next_charge", "decline");
  const auto declined = complete_session(shop.world, id, "pm_card_visa");
  ASSERT_FALSE(declined);
  EXPECT_EQ(declined.error().status, 402U);
  EXPECT_EQ(shop.shown(id)["status"].text(), "open");
  EXPECT_TRUE(complete_session(shop.world, id, "pm_card_visa"));
  EXPECT_EQ(shop.world.ids("payment_intent").size(), 1U);
  EXPECT_EQ(shop.shown(id)["payment_status"].text(), "paid");
}

TEST(Checkout, ThatChargesNothingLeavesTheNextChargeToTheNextOne) {
  Shop shop;
  const std::string customer = shop.customer();
  shop.world.note(customer, "next_charge", "decline");
  const std::string setup =
      shop.post("/v1/checkout/sessions",
                "mode=setup&currency=usd&success_url=https://a.b&customer=" + customer)
          .id();
  EXPECT_TRUE(complete_session(shop.world, setup, "pm_card_visa"));
  const std::string trial =
      shop.session("subscription", shop.basic,
                   "&subscription_data[trial_period_days]=14&customer=" + customer)
          .id();
  EXPECT_TRUE(complete_session(shop.world, trial, "pm_card_visa"));
  const std::string book = shop.session("payment", shop.book, "&customer=" + customer).id();
  EXPECT_FALSE(complete_session(shop.world, book, "pm_card_visa"));
}

TEST(Checkout, OfAPaymentKeepsOneIntentOverADADeclineAndASecondCard) {
  Shop shop;
  const std::string id =
      shop.session("payment", shop.book,
                   "&customer_creation=always&payment_intent_data[metadata][order_id]=o1")
          .id();
  EXPECT_FALSE(complete_session(shop.world, id, "pm_card_chargeDeclined"));
  EXPECT_THAT(shop.new_event_types(),
              ElementsAre("customer.created", "payment_intent.created", "charge.failed",
                          "payment_intent.payment_failed"));
  ASSERT_TRUE(complete_session(shop.world, id, "pm_card_visa"));
  EXPECT_THAT(shop.new_event_types(), ElementsAre("charge.succeeded", "payment_intent.succeeded",
                                                  "checkout.session.completed"));
  EXPECT_EQ(shop.world.ids("payment_intent").size(), 1U);
  const Json intent = shop.shown(shop.shown(id)["payment_intent"].text());
  EXPECT_EQ(intent["amount_received"].integer(), 2900);
  EXPECT_EQ(intent.at("metadata.order_id").text(), "o1");
  EXPECT_EQ(intent["customer"], shop.shown(id)["customer"]);
}

TEST(Checkout, ByAGuestHasNoCustomer) {
  Shop shop;
  const std::string id = shop.session("payment", shop.book, "&customer_email=g@x").id();
  ASSERT_TRUE(complete_session(shop.world, id, ""));
  EXPECT_TRUE(shop.shown(id)["customer"].is_null());
  EXPECT_EQ(shop.shown(id).at("customer_details.email").text(), "g@x");
  EXPECT_TRUE(shop.world.ids("customer").empty());
}

TEST(Checkout, WithADelayedMethodIsCompleteAndUnpaidUntilTheMoneyIsThere) {
  for (const auto& [token, event, status] :
       {std::tuple{"pm_usBankAccount_success", "checkout.session.async_payment_succeeded", "paid"},
        std::tuple{"pm_usBankAccount_insufficientFunds", "checkout.session.async_payment_failed",
                   "unpaid"}}) {
    Shop shop;
    const std::string id = shop.session("payment", shop.book).id();
    ASSERT_TRUE(complete_session(shop.world, id, token));
    EXPECT_EQ(shop.shown(id)["payment_status"].text(), "unpaid");
    EXPECT_THAT(shop.new_event_types(),
                ElementsAre("payment_intent.created", "charge.pending", "payment_intent.processing",
                            "checkout.session.completed"));
    shop.pass(10 * tests::day_s);
    EXPECT_THAT(shop.new_event_types(), Contains(event));
    EXPECT_EQ(shop.shown(id)["payment_status"].text(), status);
    EXPECT_EQ(shop.shown(id)["status"].text(), "complete");
  }
}

TEST(Checkout, PassesAuthenticationOnThePage) {
  Shop shop;
  const std::string id = shop.session("payment", shop.book).id();
  ASSERT_TRUE(complete_session(shop.world, id, "pm_card_authenticationRequired"));
  EXPECT_EQ(shop.shown(id)["payment_status"].text(), "paid");
  EXPECT_THAT(shop.new_event_types(), Contains("payment_intent.requires_action"));
}

TEST(Checkout, ExpiresAtItsTimeAndOnRequestOnce) {
  Shop shop;
  const std::string by_itself = shop.session("payment", shop.book).id();
  const std::string by_call = shop.session("payment", shop.book).id();
  EXPECT_EQ(shop.post("/v1/checkout/sessions/" + by_call + "/expire").status, 200U);
  EXPECT_EQ(shop.post("/v1/checkout/sessions/" + by_call + "/expire").status, 400U);
  shop.pass(tests::day_s - 1);
  EXPECT_EQ(shop.shown(by_itself)["status"].text(), "open");
  shop.pass(1);
  EXPECT_EQ(shop.shown(by_itself)["status"].text(), "expired");
  EXPECT_THAT(shop.new_event_types(),
              ElementsAre("checkout.session.expired", "checkout.session.expired"));
  EXPECT_FALSE(complete_session(shop.world, by_itself, "pm_card_visa"));
}

TEST(Checkout, TakesATrialThatEndsInTwoDaysAtTheEarliest) {
  Shop shop;
  const auto ask = [&](std::int64_t ahead_s) {
    const std::string end = std::to_string(shop.world.now() + ahead_s);
    return shop.session("subscription", shop.basic, "&subscription_data[trial_end]=" + end);
  };
  const auto refused = ask(2 * tests::day_s - 1);
  EXPECT_EQ(refused.status, 400U);
  EXPECT_EQ(refused.error()["param"].text(), "subscription_data[trial_end]");
  EXPECT_EQ(ask(2 * tests::day_s).status, 200U);
}

TEST(Checkout, WithATrialCostsNothingToday) {
  Shop shop;
  const std::string id = shop.session("subscription", shop.basic,
                                      "&subscription_data[trial_period_days]=14"
                                      "&payment_method_collection=if_required")
                             .id();
  ASSERT_TRUE(complete_session(shop.world, id, ""));
  EXPECT_EQ(shop.shown(id)["payment_status"].text(), "no_payment_required");
  const Json subscription = shop.shown(shop.shown(id)["subscription"].text());
  EXPECT_EQ(subscription["status"].text(), "trialing");
  EXPECT_TRUE(subscription["default_payment_method"].is_null());
  EXPECT_THAT(shop.new_event_types(),
              AllOf(Contains("invoice.paid"), Not(Contains("charge.succeeded"))));
}

TEST(Checkout, RefusesWhatContradictsItself) {
  Shop shop;
  const std::string customer = shop.customer();
  for (const std::string& further :
       {"&customer=" + customer + "&customer_email=a@x", std::string{"&customer=cus_none"},
        std::string{"&customer_update[name]=auto"}, std::string{"&expires_at=1"},
        std::string{"&subscription_data[description]=x"},
        std::string{"&payment_method_types[0]=card"}}) {
    EXPECT_GE(shop.session("payment", shop.book, further).status, 400U) << further;
  }
  EXPECT_EQ(shop.session("payment", shop.basic).status, 400U);
  EXPECT_EQ(shop.session("subscription", shop.book).status, 400U);
}

TEST(Checkout, ShowsLineItemsOnRequestOnly) {
  Shop shop;
  const auto made = shop.post(
      "/v1/checkout/sessions",
      "mode=payment&success_url=https://a.b&line_items[0][quantity]=2&line_items[0][price_data]"
      "[currency]=usd&line_items[0][price_data][unit_amount]=150&line_items[0][price_data]"
      "[product_data][name]=Mug&expand[]=line_items");
  ASSERT_EQ(made.status, 200U) << made.error()["message"].text();
  EXPECT_EQ(made.body["amount_total"].integer(), 300);
  EXPECT_EQ(made.body.at("line_items.data").items().at(0)["description"].text(), "Mug");
  const std::string path = "/v1/checkout/sessions/" + made.id();
  EXPECT_FALSE(shop.get(path).body.has("line_items"));
  EXPECT_EQ(shop.get(path + "/line_items").body["data"].items().size(), 1U);
}

}  // namespace
}  // namespace tollgate::simulator
