// SPDX-License-Identifier: Apache-2.0
// What becomes of a subscription whose renewals nobody pays for, by the account's choice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shop.hpp"
#include "stripe_simulator/shop/account.hpp"

namespace tollgate::simulator {
namespace {

using testing::Contains;
using testing::Not;
using tests::day_s;
using tests::hour_s;
using tests::Shop;

class LastRetry : public testing::Test {
 protected:
  LastRetry() {
    customer_ = shop_.customer_with("pm_card_visa");
    id_ = shop_.subscribe(customer_).id();
  }
  Json shown() const { return shop_.shown(id_); }
  /// The renewal and its three retries fail.
  void fail_all() {
    shop_.world.note(customer_, "next_charge", "decline");
    shop_.pass(31 * day_s + hour_s);
    for (int retry = 0; retry < 3; ++retry) {
      const Json invoice = shop_.shown(shown()["latest_invoice"].text());
      ASSERT_TRUE(invoice["next_payment_attempt"].is_integer());
      shop_.world.note(customer_, "next_charge", "decline");
      shop_.pass(invoice["next_payment_attempt"].integer() - shop_.world.now());
    }
  }

  Shop shop_;
  std::string customer_;
  std::string id_;
};

TEST_F(LastRetry, CancelsUnlessTheAccountSaysOtherwise) {
  fail_all();
  EXPECT_EQ(shown()["status"].text(), "canceled");
}

TEST_F(LastRetry, LeavesItUnpaidAndItsNextInvoicesDrafts) {
  ASSERT_TRUE(set_after_last_retry(shop_.world, "unpaid"));
  fail_all();
  EXPECT_EQ(shown()["status"].text(), "unpaid");
  EXPECT_THAT(shop_.new_event_types(), Not(Contains("customer.subscription.deleted")));
  const std::string owed = shown()["latest_invoice"].text();
  shop_.pass(31 * day_s);
  const std::string draft = shown()["latest_invoice"].text();
  EXPECT_NE(draft, owed);
  EXPECT_EQ(shop_.shown(draft)["status"].text(), "draft");
  EXPECT_EQ(shop_.post("/v1/invoices/" + draft + "/pay").status, 200U);
  EXPECT_EQ(shown()["status"].text(), "active");
}

TEST_F(LastRetry, LeavesItPastDue) {
  ASSERT_TRUE(set_after_last_retry(shop_.world, "past_due"));
  fail_all();
  EXPECT_EQ(shown()["status"].text(), "past_due");
}

TEST_F(LastRetry, PausesItForTheLastFailure) {
  ASSERT_TRUE(set_after_last_retry(shop_.world, "pause"));
  fail_all();
  EXPECT_EQ(shown()["status"].text(), "paused");
  EXPECT_EQ(shown().at("status_details.paused.subscription.type").text(), "final_payment_failure");
  EXPECT_THAT(shop_.new_event_types(), Contains("customer.subscription.paused"));
}

TEST_F(LastRetry, StaysPastDueUntilADelayedMethodHasPaid) {
  shop_.world.note(customer_, "next_charge", "decline");
  shop_.pass(31 * day_s + hour_s);
  ASSERT_EQ(shown()["status"].text(), "past_due");
  const std::string debit =
      shop_.post("/v1/payment_methods/pm_usBankAccount_success/attach", "customer=" + customer_)
          .id();
  shop_.new_event_types();
  shop_.post("/v1/invoices/" + shown()["latest_invoice"].text() + "/pay",
             "payment_method=" + debit);
  EXPECT_THAT(shop_.new_event_types(), Contains("payment_intent.processing"));
  EXPECT_EQ(shown()["status"].text(), "past_due");
  shop_.pass(5 * day_s);
  EXPECT_EQ(shown()["status"].text(), "active");
}

TEST_F(LastRetry, RefusesChoicesThatStripeDoesNotHave) {
  EXPECT_FALSE(set_after_last_retry(shop_.world, "forgive"));
  EXPECT_EQ(shop_.get("/v1/account").body["object"].text(), "account");
}

TEST_F(LastRetry, IsNotNeededWhenTheMoneyCameAnotherWay) {
  shop_.world.note(customer_, "next_charge", "decline");
  shop_.pass(31 * day_s + hour_s);
  ASSERT_EQ(shown()["status"].text(), "past_due");
  shop_.new_event_types();
  const std::string invoice = shown()["latest_invoice"].text();
  const auto paid = shop_.post("/v1/invoices/" + invoice + "/pay", "paid_out_of_band=true");
  EXPECT_EQ(paid.body["status"].text(), "paid");
  EXPECT_EQ(paid.body["amount_paid_off_stripe"].integer(), 1000);
  EXPECT_EQ(shown()["status"].text(), "active");
  const auto types = shop_.new_event_types();
  EXPECT_THAT(types, Contains("invoice.paid"));
  EXPECT_THAT(types, Not(Contains("invoice.payment_succeeded")));
  EXPECT_THAT(types, Not(Contains("charge.succeeded")));
}

}  // namespace
}  // namespace tollgate::simulator
