// SPDX-License-Identifier: Apache-2.0
// Subscriptions over time: how they start, renew, fall behind, change and end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shop.hpp"

namespace tollgate::simulator {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using tests::day_s;
using tests::first_item;
using tests::hour_s;
using tests::Shop;

TEST(Subscriptions, MadeByTheApiAreActiveOncePaid) {
  Shop shop;
  const auto made = shop.subscribe(shop.customer_with("pm_card_visa"), "&metadata[user_id]=u1");
  EXPECT_EQ(made.body["status"].text(), "active");
  EXPECT_EQ(first_item(made.body)["current_period_start"].integer(), tests::story_begin);
  // 2026-02-15T10:00:00Z
  EXPECT_EQ(first_item(made.body)["current_period_end"].integer(), 1'771'149'600);
  EXPECT_EQ(shop.event("customer.subscription.created").at("data.object.status").text(), "active");
}

TEST(Subscriptions, StayIncompleteUntilTheFirstPaymentAndThenExpire) {
  Shop shop;
  const auto made = shop.subscribe(shop.customer_with("pm_card_chargeCustomerFail"));
  EXPECT_EQ(made.body["status"].text(), "incomplete");
  const std::string invoice = made.body["latest_invoice"].text();
  EXPECT_EQ(shop.shown(invoice)["status"].text(), "open");
  shop.pass(23 * hour_s);
  EXPECT_EQ(shop.shown(made.id())["status"].text(), "incomplete_expired");
  EXPECT_EQ(shop.shown(invoice)["status"].text(), "void");
}

TEST(Subscriptions, ThatWaitForTheirClientBecomeActiveWhenItConfirms) {
  Shop shop;
  const auto made = shop.subscribe(shop.customer(),
                                   "&payment_behavior=default_incomplete"
                                   "&expand[]=latest_invoice.confirmation_secret");
  ASSERT_EQ(made.status, 200U);
  EXPECT_FALSE(made.body.at("latest_invoice.confirmation_secret.client_secret").text().empty());
  shop.new_event_types();
  const std::string intent = shop.world.ids("payment_intent").back();
  shop.post("/v1/payment_intents/" + intent + "/confirm", "payment_method=pm_card_visa");
  EXPECT_EQ(shop.shown(made.id())["status"].text(), "active");
  EXPECT_EQ(
      shop.event("customer.subscription.updated").at("data.previous_attributes.status").text(),
      "incomplete");
}

TEST(Subscriptions, AreRefusedWithoutAWayToPay) {
  Shop shop;
  EXPECT_EQ(shop.subscribe(shop.customer()).status, 400U);
  const auto declined = shop.subscribe(shop.customer_with("pm_card_chargeCustomerFail"),
                                       "&payment_behavior=error_if_incomplete");
  EXPECT_EQ(declined.status, 402U);
  EXPECT_TRUE(shop.world.ids("subscription").empty());
}

TEST(Renewal, MovesThePeriodFirstAndTheMoneyAnHourLater) {
  Shop shop;
  const std::string id = shop.subscribe(shop.customer_with("pm_card_visa")).id();
  shop.new_event_types();
  shop.pass(31 * day_s);
  EXPECT_THAT(shop.new_event_types(),
              ElementsAre("invoice.upcoming", "invoice.created", "customer.subscription.updated"));
  const Json previous = shop.event("customer.subscription.updated").at("data.previous_attributes");
  EXPECT_TRUE(previous.has("items"));
  EXPECT_TRUE(previous.has("latest_invoice"));
  // 2026-03-15T10:00:00Z
  EXPECT_EQ(first_item(shop.shown(id))["current_period_end"].integer(), 1'773'568'800);
  shop.pass(hour_s);
  EXPECT_THAT(shop.new_event_types(),
              ElementsAre("invoice.updated", "invoice.finalized", "payment_intent.created",
                          "charge.succeeded", "payment_intent.succeeded", "invoice.paid",
                          "invoice.payment_succeeded", "invoice_payment.paid"));
  EXPECT_EQ(shop.event("invoice.paid").at("data.object.billing_reason").text(),
            "subscription_cycle");
}

TEST(Renewal, KeepsTheDayOfTheMonthOverShortOnes) {
  Shop shop;
  shop.pass(16 * day_s);  // 2026-01-31
  const std::string id = shop.subscribe(shop.customer_with("pm_card_visa")).id();
  EXPECT_EQ(first_item(shop.shown(id))["current_period_end"].integer(), 1'772'272'800);  // 02-28
  shop.pass(30 * day_s);
  EXPECT_EQ(first_item(shop.shown(id))["current_period_end"].integer(), 1'774'951'200);  // 03-31
}

TEST(Dunning, GoesPastDueRetriesAndEnds) {
  Shop shop;
  const std::string customer = shop.customer_with("pm_card_visa");
  const std::string id = shop.subscribe(customer).id();
  const std::string bad =
      shop.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", "customer=" + customer)
          .id();
  shop.post("/v1/customers/" + customer, "invoice_settings[default_payment_method]=" + bad);
  shop.pass(31 * day_s + hour_s);
  EXPECT_EQ(shop.shown(id)["status"].text(), "past_due");
  const std::string invoice = shop.shown(id)["latest_invoice"].text();
  EXPECT_EQ(shop.shown(invoice)["attempt_count"].integer(), 1);
  EXPECT_EQ(shop.shown(invoice)["next_payment_attempt"].integer(), shop.world.now() + 3 * day_s);
  shop.pass(15 * day_s);
  EXPECT_EQ(shop.shown(invoice)["attempt_count"].integer(), 4);
  EXPECT_TRUE(shop.shown(invoice)["next_payment_attempt"].is_null());
  EXPECT_EQ(shop.shown(id)["status"].text(), "canceled");
  EXPECT_EQ(shop.shown(id).at("cancellation_details.reason").text(), "payment_failed");
  shop.pass(100 * day_s);
  EXPECT_EQ(shop.world.ids("invoice").size(), 2U);
}

TEST(Dunning, IsOverWhenARetryIsPaid) {
  Shop shop;
  const std::string customer = shop.customer_with("pm_card_visa");
  const std::string id = shop.subscribe(customer).id();
  shop.world.note(customer, "next_charge", "decline");
  shop.pass(31 * day_s + hour_s);
  EXPECT_EQ(shop.shown(id)["status"].text(), "past_due");
  shop.pass(3 * day_s);
  EXPECT_EQ(shop.shown(id)["status"].text(), "active");
  EXPECT_EQ(
      shop.event("customer.subscription.updated").at("data.previous_attributes.status").text(),
      "past_due");
}

TEST(Trial, WarnsThreeDaysBeforeItsEndAndIsThenCharged) {
  Shop shop;
  const std::string id =
      shop.subscribe(shop.customer_with("pm_card_visa"), "&trial_period_days=14").id();
  EXPECT_EQ(shop.shown(id)["status"].text(), "trialing");
  EXPECT_THAT(shop.new_event_types(), Not(Contains("charge.succeeded")));
  shop.pass(11 * day_s);
  EXPECT_THAT(shop.new_event_types(),
              ElementsAre("invoice.upcoming", "customer.subscription.trial_will_end"));
  shop.pass(3 * day_s + hour_s);
  EXPECT_EQ(shop.shown(id)["status"].text(), "active");
  EXPECT_EQ(shop.event("invoice.paid").at("data.object.amount_paid").integer(), 1000);
}

TEST(Trial, WithoutAPaymentMethodEndsAsItsSettingsSay) {
  for (const auto& [behavior, status, event] :
       {std::tuple{"pause", "paused", "customer.subscription.paused"},
        std::tuple{"cancel", "canceled", "customer.subscription.deleted"},
        std::tuple{"create_invoice", "past_due", "invoice.payment_failed"}}) {
    Shop shop;
    const std::string id = shop.subscribe(shop.customer(),
                                          "&trial_period_days=7&trial_settings[end_behavior]"
                                          "[missing_payment_method]=" +
                                              std::string{behavior})
                               .id();
    shop.pass(7 * day_s + hour_s);
    EXPECT_EQ(shop.shown(id)["status"].text(), status);
    EXPECT_THAT(shop.new_event_types(), Contains(event));
  }
}

TEST(Cancelling, AtThePeriodsEndCanBeTakenBack) {
  Shop shop;
  const std::string id = shop.subscribe(shop.customer_with("pm_card_visa")).id();
  const std::string path = "/v1/subscriptions/" + id;
  const auto asked = shop.post(path, "cancel_at_period_end=true");
  EXPECT_EQ(asked.body["cancel_at"], first_item(asked.body)["current_period_end"]);
  EXPECT_EQ(asked.body["status"].text(), "active");
  EXPECT_TRUE(shop.post(path, "cancel_at_period_end=false").body["cancel_at"].is_null());
  shop.post(path, "cancel_at_period_end=true");
  shop.pass(31 * day_s);
  EXPECT_EQ(shop.shown(id)["status"].text(), "canceled");
  EXPECT_EQ(shop.world.ids("invoice").size(), 1U);
}

TEST(Cancelling, NowEndsItAndLeavesNothingToCancel) {
  Shop shop;
  const std::string id = shop.subscribe(shop.customer_with("pm_card_visa")).id();
  shop.new_event_types();
  EXPECT_EQ(shop.remove("/v1/subscriptions/" + id).body["status"].text(), "canceled");
  EXPECT_THAT(shop.new_event_types(), ElementsAre("customer.subscription.deleted"));
  EXPECT_EQ(shop.remove("/v1/subscriptions/" + id).status, 404U);
  EXPECT_TRUE(shop.get("/v1/subscriptions").body["data"].items().empty());
  EXPECT_EQ(shop.get("/v1/subscriptions", "status=all").body["data"].items().size(), 1U);
}

TEST(Subscribing, TakesAnEndAPriceThatIsDescribedAndWhatIsPaidOnce) {
  Shop shop;
  const std::string customer = shop.customer_with("pm_card_visa");
  const auto made = shop.post(
      "/v1/subscriptions",
      "customer=" + customer +
          "&items[0][price_data][currency]=usd&items[0][price_data][product]=prod_a"
          "&items[0][price_data][unit_amount]=700&items[0][price_data][recurring][interval]=week"
          "&add_invoice_items[0][price]=" +
          shop.book + "&cancel_at_period_end=true&billing_mode[type]=classic");
  ASSERT_EQ(made.status, 200U) << made.error()["message"].text();
  EXPECT_EQ(made.body["cancel_at"], first_item(made.body)["current_period_end"]);
  EXPECT_EQ(made.body.at("billing_mode.type").text(), "classic");
  EXPECT_EQ(shop.shown(made.body["latest_invoice"].text())["total"].integer(), 700 + 2900);
  shop.pass(7 * day_s);
  EXPECT_EQ(shop.shown(made.id())["status"].text(), "canceled");
}

TEST(Subscribing, TakesNoPriceThatIsInactiveAndNoStatusThatThereIsNot) {
  Shop shop;
  shop.post("/v1/prices/" + shop.basic, "active=false");
  EXPECT_EQ(shop.subscribe(shop.customer_with("pm_card_visa")).status, 400U);
  EXPECT_EQ(shop.session("subscription", shop.basic).status, 400U);
  EXPECT_EQ(shop.get("/v1/subscriptions", "status=bogus").status, 400U);
}

TEST(DeletedCustomers, EndTheirSubscriptions) {
  Shop shop;
  const std::string customer = shop.customer_with("pm_card_visa");
  const std::string id = shop.subscribe(customer).id();
  shop.remove("/v1/customers/" + customer);
  EXPECT_EQ(shop.shown(id)["status"].text(), "canceled");
}

}  // namespace
}  // namespace tollgate::simulator
