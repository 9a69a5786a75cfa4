// SPDX-License-Identifier: Apache-2.0
// Changes of plan: what they bill and when, what a preview says of it, and what a failing card
// does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shop.hpp"

namespace tollgate::simulator {
namespace {

using testing::Contains;
using testing::ElementsAre;
using tests::day_s;
using tests::first_item;
using tests::hour_s;
using tests::Shop;

/// A shop whose customer is on the basic plan for half a month.
class PlanChanges : public testing::Test {
 protected:
  PlanChanges() {
    customer_ = shop_.customer_with("pm_card_visa");
    const auto made = shop_.subscribe(customer_);
    id_ = made.id();
    item_ = first_item(made.body)["id"].text();
    shop_.pass(31 * day_s / 2);
    shop_.new_event_types();
  }
  std::string to_large() const {
    return "items[0][id]=" + item_ + "&items[0][price]=" + shop_.large;
  }
  Shop::Answer change(const std::string& form) {
    return shop_.post("/v1/subscriptions/" + id_, form);
  }
  Shop::Answer preview(const std::string& details) {
    return shop_.post("/v1/invoices/create_preview",
                      "customer=" + customer_ + "&subscription=" + id_ + details);
  }
  std::string previewed_large() const {
    return "&subscription_details[items][0][id]=" + item_ +
           "&subscription_details[items][0][price]=" + shop_.large;
  }
  Json shown() const { return shop_.shown(id_); }

  Shop shop_;
  std::string customer_;
  std::string id_;
  std::string item_;
};

TEST_F(PlanChanges, CostWhatTheirPreviewSaid) {
  for (const std::string at : {"1769000000", "1769810400", "1771149599"}) {
    const auto asked = preview(previewed_large() +
                               "&subscription_details[proration_behavior]=always_invoice"
                               "&subscription_details[proration_date]=" +
                               at);
    ASSERT_EQ(asked.status, 200U) << asked.error()["message"].text();
    EXPECT_TRUE(asked.id().starts_with("upcoming_in"));
    EXPECT_EQ(asked.body["billing_reason"].text(), "upcoming");
    Shop::Answer made =
        change(to_large() + "&proration_behavior=always_invoice&proration_date=" + at +
               "&expand[]=latest_invoice");
    ASSERT_EQ(made.status, 200U) << made.error()["message"].text();
    const Json& invoice = made.body["latest_invoice"];
    EXPECT_EQ(invoice["total"], asked.body["total"]);
    EXPECT_EQ(invoice["amount_due"], asked.body["amount_due"]);
    const Json::Array& lines = invoice.at("lines.data").items();
    EXPECT_TRUE(lines.at(0).at("parent.subscription_item_details.proration").flag());
    EXPECT_EQ(lines.at(0)["description"].text(), "Unused time on A");
    EXPECT_EQ(lines.at(1)["description"].text(), "Remaining time on A");
    change("items[0][id]=" + item_ + "&items[0][price]=" + shop_.basic +
           "&proration_behavior=none");
  }
}

TEST_F(PlanChanges, LeaveNothingBehindWhenTheyAreOnlyPreviewed) {
  const Json before = shown();
  ASSERT_EQ(preview(previewed_large()).status, 200U);
  EXPECT_EQ(shown(), before);
  EXPECT_TRUE(shop_.new_event_types().empty());
  EXPECT_EQ(shop_.world.ids("invoice").size(), 1U);
}

TEST_F(PlanChanges, ThatWaitForTheNextInvoiceArePreviewedWithIt) {
  const auto asked = preview(previewed_large());
  EXPECT_EQ(asked.body["total"].integer(), 3000 + 1500 - 500);
  change(to_large());
  EXPECT_EQ(preview("").body["total"], asked.body["total"]);
  shop_.pass(31 * day_s / 2 + hour_s);
  EXPECT_EQ(shop_.event("invoice.paid").at("data.object.total"), asked.body["total"]);
}

TEST_F(PlanChanges, ToAnotherIntervalBeginAndBillAPeriodNow) {
  const std::string yearly =
      shop_
          .post("/v1/prices",
                "product=prod_a&currency=usd&unit_amount=9000&recurring[interval]=year")
          .id();
  const auto asked = preview("&subscription_details[items][0][id]=" + item_ +
                             "&subscription_details[items][0][price]=" + yearly);
  EXPECT_EQ(asked.body["total"].integer(), 9000 - 500);
  const auto made = change("items[0][id]=" + item_ + "&items[0][price]=" + yearly);
  EXPECT_EQ(first_item(made.body)["current_period_start"].integer(), shop_.world.now());
  EXPECT_EQ(made.body["billing_cycle_anchor"].integer(), shop_.world.now());
  EXPECT_EQ(shop_.event("invoice.paid").at("data.object.total"), asked.body["total"]);
}

TEST_F(PlanChanges, RefuseADateOutsideOfThePeriod) {
  EXPECT_EQ(change(to_large() + "&proration_date=1").error()["param"].text(), "proration_date");
  EXPECT_EQ(preview(previewed_large() + "&subscription_details[proration_date]=1")
                .error()["param"]
                .text(),
            "subscription_details[proration_date]");
}

TEST_F(PlanChanges, PreviewACancellationAsACredit) {
  EXPECT_EQ(preview("&subscription_details[cancel_now]=true").body["total"].integer(), -500);
  change("cancel_at_period_end=true");
  EXPECT_EQ(preview("").error()["code"].text(), "invoice_upcoming_none");
}

TEST_F(PlanChanges, OfQuantityBillTheDifference) {
  const auto made = change("items[0][id]=" + item_ +
                           "&items[0][quantity]=3"
                           "&proration_behavior=always_invoice&expand[]=latest_invoice");
  EXPECT_EQ(first_item(made.body)["quantity"].integer(), 3);
  EXPECT_EQ(made.body.at("latest_invoice.total").integer(), 1000);
}

TEST_F(PlanChanges, TellOfTheMoneyFirstAndOfThePlanOnce) {
  change(to_large() + "&proration_behavior=always_invoice");
  EXPECT_THAT(shop_.new_event_types(),
              ElementsAre("invoice.created", "invoice.finalized", "payment_intent.created",
                          "charge.succeeded", "payment_intent.succeeded", "invoice.paid",
                          "invoice.payment_succeeded", "invoice_payment.paid",
                          "customer.subscription.updated"));
  const Json told = shop_.event("customer.subscription.updated");
  EXPECT_TRUE(told.at("data.previous_attributes.items").is_object());
  EXPECT_EQ(told.at("data.object.latest_invoice"), shown()["latest_invoice"]);
}

TEST_F(PlanChanges, WithADecliningCardGoPastDueUnlessAskedOtherwise) {
  shop_.world.note(customer_, "next_charge", "decline");
  const auto made = change(to_large() + "&proration_behavior=always_invoice");
  EXPECT_EQ(made.body["status"].text(), "past_due");
  EXPECT_EQ(first_item(made.body).at("price.id").text(), shop_.large);
}

TEST_F(PlanChanges, ThatMustNotFailAreRefusedWithADecliningCard) {
  const Json before = shown();
  shop_.world.note(customer_, "next_charge", "decline");
  const auto made = change(to_large() +
                           "&proration_behavior=always_invoice"
                           "&payment_behavior=error_if_incomplete");
  EXPECT_EQ(made.status, 402U);
  EXPECT_EQ(made.error()["code"].text(), "card_declined");
  EXPECT_EQ(shown(), before);
  EXPECT_TRUE(shop_.new_event_types().empty());
}

TEST_F(PlanChanges, ThatWaitForTheirClientArePastDueUntilItConfirms) {
  const auto made = change(to_large() +
                           "&proration_behavior=always_invoice"
                           "&payment_behavior=default_incomplete"
                           "&expand[]=latest_invoice.confirmation_secret");
  EXPECT_EQ(made.body["status"].text(), "past_due");
  const std::string secret =
      made.body.at("latest_invoice.confirmation_secret.client_secret").text();
  const std::string intent = secret.substr(0, secret.find("_secret"));
  shop_.post("/v1/payment_intents/" + intent + "/confirm", "payment_method=pm_card_visa");
  EXPECT_EQ(shown()["status"].text(), "active");
}

TEST_F(PlanChanges, ThatWaitForTheirPaymentComeIntoForceWithIt) {
  shop_.world.note(customer_, "next_charge", "authentication_required");
  const auto made = change(to_large() +
                           "&proration_behavior=always_invoice"
                           "&payment_behavior=pending_if_incomplete"
                           "&expand[]=latest_invoice.confirmation_secret");
  ASSERT_EQ(made.status, 200U) << made.error()["message"].text();
  EXPECT_EQ(made.body["status"].text(), "active");
  EXPECT_EQ(first_item(made.body).at("price.id").text(), shop_.basic);
  EXPECT_EQ(made.body.at("pending_update.expires_at").integer(), shop_.world.now() + 23 * hour_s);
  const std::string secret =
      made.body.at("latest_invoice.confirmation_secret.client_secret").text();
  EXPECT_THAT(shop_.new_event_types(), testing::AllOf(Contains("invoice.payment_action_required"),
                                                      Contains("customer.subscription.updated")));
  authenticate_payment(shop_.world, secret.substr(0, secret.find("_secret")), true);
  EXPECT_EQ(first_item(shown()).at("price.id").text(), shop_.large);
  EXPECT_TRUE(shown()["pending_update"].is_null());
  EXPECT_THAT(shop_.new_event_types(), Contains("customer.subscription.pending_update_applied"));
}

TEST_F(PlanChanges, ThatAreNotPaidForWithin23HoursAreDropped) {
  shop_.world.note(customer_, "next_charge", "decline");
  const auto made = change(to_large() +
                           "&proration_behavior=always_invoice"
                           "&payment_behavior=pending_if_incomplete");
  const std::string invoice = made.body["latest_invoice"].text();
  EXPECT_THAT(shop_.new_event_types(), Contains("invoice.payment_failed"));
  shop_.pass(23 * hour_s);
  EXPECT_EQ(shop_.shown(invoice)["status"].text(), "void");
  EXPECT_EQ(shown()["status"].text(), "active");
  EXPECT_EQ(first_item(shown()).at("price.id").text(), shop_.basic);
  EXPECT_THAT(shop_.new_event_types(), Contains("customer.subscription.pending_update_expired"));
}

TEST_F(PlanChanges, ThatWaitForTheirPaymentTakeNoOtherMembers) {
  const auto made = change(to_large() + "&payment_behavior=pending_if_incomplete&metadata[a]=b");
  EXPECT_EQ(made.status, 400U);
  EXPECT_EQ(made.error()["param"].text(), "metadata");
}

TEST(PlanChange, BillsTheDifferenceOfTheRestOfThePeriodAtOnce) {
  Shop shop;
  const auto made = shop.subscribe(shop.customer_with("pm_card_visa"));
  shop.pass(31 * day_s / 2);
  shop.new_event_types();
  const auto changed =
      shop.post("/v1/subscriptions/" + made.id(),
                "items[0][id]=" + first_item(made.body)["id"].text() +
                    "&items[0][price]=" + shop.large + "&proration_behavior=always_invoice");
  ASSERT_EQ(changed.status, 200U);
  EXPECT_EQ(first_item(changed.body).at("price.id").text(), shop.large);
  const Json invoice = shop.event("invoice.paid").at("data.object");
  EXPECT_EQ(invoice["billing_reason"].text(), "subscription_update");
  EXPECT_EQ(invoice["amount_paid"].integer(), 1000);
  EXPECT_EQ(invoice.at("lines.data").items().at(0)["amount"].integer(), -500);
  EXPECT_THAT(shop.new_event_types(), Contains("customer.subscription.updated"));
}

TEST(PlanChange, IsBilledWithTheNextInvoiceUnlessAskedOtherwise) {
  Shop shop;
  const auto made = shop.subscribe(shop.customer_with("pm_card_visa"));
  shop.pass(31 * day_s / 2);
  shop.new_event_types();
  shop.post("/v1/subscriptions/" + made.id(), "items[0][id]=" + first_item(made.body)["id"].text() +
                                                  "&items[0][price]=" + shop.large);
  EXPECT_THAT(shop.new_event_types(), ElementsAre("invoiceitem.created", "invoiceitem.created",
                                                  "customer.subscription.updated"));
  EXPECT_EQ(shop.get("/v1/invoiceitems", "pending=true").body["data"].items().size(), 2U);
  shop.pass(31 * day_s / 2 + hour_s);
  const Json invoice = shop.event("invoice.paid").at("data.object");
  EXPECT_EQ(invoice["amount_paid"].integer(), 3000 + 1500 - 500);
  const Json& line = invoice.at("lines.data").items().at(1);
  EXPECT_EQ(line.at("parent.type").text(), "invoice_item_details");
  EXPECT_TRUE(line.at("parent.invoice_item_details.proration").flag());
  EXPECT_TRUE(shop.get("/v1/invoiceitems", "pending=true").body["data"].items().empty());
}

TEST(PlanChange, WithoutAnItemsIdAddsASecondItem) {
  Shop shop;
  const auto made = shop.subscribe(shop.customer_with("pm_card_visa"));
  const auto changed = shop.post("/v1/subscriptions/" + made.id(),
                                 "items[0][price]=" + shop.large + "&proration_behavior=none");
  EXPECT_EQ(changed.body.at("items.data").items().size(), 2U);
}

}  // namespace
}  // namespace tollgate::simulator
