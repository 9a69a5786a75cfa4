// SPDX-License-Identifier: Apache-2.0
// Cards that are kept without a charge, and sessions of the customer portal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shop.hpp"
#include "stripe_simulator/payments/setup_intents.hpp"

namespace tollgate::simulator {
namespace {

using testing::ElementsAre;
using tests::day_s;
using tests::Shop;

TEST(SetupIntents, KeepTheCardForTheCustomer) {
  Shop shop;
  const std::string customer = shop.customer();
  shop.new_event_types();
  const auto made = shop.post("/v1/setup_intents", "customer=" + customer + "&metadata[a]=b");
  EXPECT_EQ(made.body["status"].text(), "requires_payment_method");
  EXPECT_TRUE(made.body["client_secret"].text().starts_with(made.id() + "_secret_"));
  const auto done =
      shop.post("/v1/setup_intents/" + made.id() + "/confirm", "payment_method=pm_card_visa");
  EXPECT_EQ(done.body["status"].text(), "succeeded");
  EXPECT_EQ(shop.shown(done.body["payment_method"].text())["customer"].text(), customer);
  EXPECT_THAT(shop.new_event_types(), ElementsAre("setup_intent.created", "payment_method.attached",
                                                  "setup_intent.succeeded"));
  EXPECT_EQ(shop.post("/v1/setup_intents/" + made.id() + "/cancel").status, 400U);
  EXPECT_EQ(shop.get("/v1/setup_intents", "customer=" + customer).body["data"].items().size(), 1U);
}

TEST(SetupIntents, FailWithACardThatIsRefusedAndTryAgain) {
  Shop shop;
  const auto made = shop.post("/v1/setup_intents", "customer=" + shop.customer());
  const std::string path = "/v1/setup_intents/" + made.id();
  shop.new_event_types();
  const auto refused = shop.post(path + "/confirm", "payment_method=pm_card_chargeDeclined");
  EXPECT_EQ(refused.status, 402U);
  EXPECT_EQ(refused.error().at("setup_intent.status").text(), "requires_payment_method");
  EXPECT_THAT(shop.new_event_types(), ElementsAre("setup_intent.setup_failed"));
  EXPECT_EQ(shop.post(path + "/confirm", "payment_method=pm_card_visa").status, 200U);
}

TEST(SetupIntents, AskTheBuyerWhereTheBankWants) {
  for (const bool passed : {true, false}) {
    Shop shop;
    const auto made = shop.post("/v1/setup_intents",
                                "confirm=true&payment_method=pm_card_authenticationRequired"
                                "&customer=" +
                                    shop.customer());
    EXPECT_EQ(made.body["status"].text(), "requires_action");
    EXPECT_EQ(static_cast<bool>(authenticate_setup(shop.world, made.id(), passed)), passed);
    EXPECT_EQ(shop.shown(made.id())["status"].text(),
              passed ? "succeeded" : "requires_payment_method");
  }
}

TEST(SetupIntents, OfATrialGiveTheSubscriptionItsMethod) {
  Shop shop;
  const auto made = shop.subscribe(shop.customer(),
                                   "&trial_period_days=14&payment_behavior=default_incomplete"
                                   "&expand[]=pending_setup_intent");
  ASSERT_EQ(made.status, 200U);
  const std::string intent = made.body.at("pending_setup_intent.id").text();
  EXPECT_FALSE(made.body.at("pending_setup_intent.client_secret").text().empty());
  shop.post("/v1/setup_intents/" + intent + "/confirm", "payment_method=pm_card_visa");
  EXPECT_TRUE(shop.shown(made.id())["pending_setup_intent"].is_null());
  shop.pass(14 * day_s + tests::hour_s);
  EXPECT_EQ(shop.shown(made.id())["status"].text(), "active");
  EXPECT_EQ(shop.event("invoice.paid").at("data.object.amount_paid").integer(), 1000);
}

TEST(Subscriptions, KeepTheMethodOfTheirFirstPaymentWhenAsked) {
  Shop shop;
  const std::string customer = shop.customer();
  const auto made = shop.subscribe(customer,
                                   "&payment_behavior=default_incomplete&payment_settings"
                                   "[save_default_payment_method]=on_subscription");
  const std::string intent = shop.world.ids("payment_intent").back();
  shop.post("/v1/payment_intents/" + intent + "/confirm", "payment_method=pm_card_visa");
  const Json kept = shop.shown(made.id())["default_payment_method"];
  EXPECT_EQ(kept, shop.shown(intent)["payment_method"]);
  EXPECT_EQ(shop.shown(kept.text())["customer"].text(), customer);
}

TEST(Portal, OpensWithTheDefaultConfiguration) {
  Shop shop;
  const std::string customer = shop.customer();
  shop.new_event_types();
  const auto made =
      shop.post("/v1/billing_portal/sessions", "customer=" + customer + "&return_url=https://a.b");
  EXPECT_EQ(made.body["object"].text(), "billing_portal.session");
  EXPECT_TRUE(made.body["url"].text().ends_with("/p/session/" + made.id()));
  EXPECT_EQ(made.body["return_url"].text(), "https://a.b");
  const auto configurations =
      shop.get("/v1/billing_portal/configurations", "is_default=true").body["data"].items();
  ASSERT_EQ(configurations.size(), 1U);
  EXPECT_EQ(configurations[0]["id"], made.body["configuration"]);
  EXPECT_THAT(shop.new_event_types(), ElementsAre("billing_portal.configuration.created",
                                                  "billing_portal.session.created"));
}

TEST(Portal, LeadsStraightToAFlowOfTheCustomersOwn) {
  Shop shop;
  const std::string customer = shop.customer_with("pm_card_visa");
  const std::string subscription = shop.subscribe(customer).id();
  const std::string flow =
      "&flow_data[type]=subscription_cancel&flow_data[subscription_cancel][subscription]=";
  const auto made =
      shop.post("/v1/billing_portal/sessions", "customer=" + customer + flow + subscription);
  EXPECT_EQ(made.body.at("flow.subscription_cancel.subscription").text(), subscription);
  EXPECT_EQ(
      shop.post("/v1/billing_portal/sessions", "customer=" + shop.customer() + flow + subscription)
          .status,
      400U);
  EXPECT_EQ(shop.post("/v1/billing_portal/sessions",
                      "customer=" + customer + "&flow_data[type]=subscription_cancel")
                .status,
            400U);
}

}  // namespace
}  // namespace tollgate::simulator
