// SPDX-License-Identifier: Apache-2.0
// Subscriptions that stand still: paused ones, and those whose invoices are not collected.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shop.hpp"

namespace tollgate::simulator {
namespace {

using testing::Contains;
using testing::ElementsAre;
using tests::day_s;
using tests::hour_s;
using tests::Shop;

class Pauses : public testing::Test {
 protected:
  Pauses() {
    customer_ = shop_.customer_with("pm_card_visa");
    id_ = shop_.subscribe(customer_).id();
    shop_.new_event_types();
  }
  Shop::Answer act(const std::string& what, const std::string& form = {}) {
    return shop_.post("/v1/subscriptions/" + id_ + what, form);
  }
  Shop shop_;
  std::string customer_;
  std::string id_;
};

TEST_F(Pauses, SayWhyAndBillNothingUntilResumed) {
  const auto paused = act("/pause", "type=subscription");
  EXPECT_EQ(paused.body["status"].text(), "paused");
  EXPECT_EQ(paused.body.at("status_details.paused.subscription.type").text(), "pause_requested");
  EXPECT_THAT(shop_.new_event_types(),
              ElementsAre("customer.subscription.updated", "customer.subscription.paused"));
  shop_.pass(100 * day_s);
  EXPECT_TRUE(shop_.new_event_types().empty());
  const auto resumed = act("/resume");
  EXPECT_EQ(resumed.body["status"].text(), "active");
  EXPECT_EQ(resumed.body["billing_cycle_anchor"].integer(), shop_.world.now());
  EXPECT_FALSE(resumed.body.has("status_details"));
  EXPECT_EQ(shop_.event("invoice.paid").at("data.object.total").integer(), 1000);
  EXPECT_EQ(shop_.new_event_types().back(), "customer.subscription.resumed");
}

TEST_F(Pauses, ResumeWithinTheirPeriodWithoutABill) {
  act("/pause", "type=subscription");
  const auto resumed = act("/resume", "billing_cycle_anchor[type]=unchanged");
  EXPECT_EQ(resumed.body["status"].text(), "active");
  EXPECT_EQ(shop_.world.ids("invoice").size(), 1U);
}

TEST_F(Pauses, ThatGaveTheRestBackTakeItAgainWhenTheyResume) {
  shop_.pass(10 * day_s);
  act("/pause", "type=subscription&bill_for[unused_time_from]=now");
  shop_.pass(10 * day_s);
  act("/resume", "billing_cycle_anchor[type]=unchanged");
  shop_.pass(12 * day_s);
  // Of 31 days 21 came back, and 11 are used after all.
  EXPECT_EQ(shop_.event("invoice.paid").at("data.object.total").integer(), 1000 - 677 + 355);
}

TEST_F(Pauses, ThatResumeOnSuccessWaitForTheMoney) {
  act("/pause", "type=subscription");
  shop_.world.note(customer_, "next_charge", "decline");
  const auto refused = act("/resume", "payment_behavior=resume_on_payment_success");
  EXPECT_EQ(refused.body["status"].text(), "paused");
  const std::string invoice = refused.body["latest_invoice"].text();
  EXPECT_EQ(shop_.shown(invoice)["status"].text(), "open");
  shop_.post("/v1/invoices/" + invoice + "/pay");
  EXPECT_EQ(shop_.shown(id_)["status"].text(), "active");
  EXPECT_THAT(shop_.new_event_types(), Contains("customer.subscription.resumed"));
}

TEST_F(Pauses, StayWhenNobodyPaysForTheResume) {
  act("/pause", "type=subscription");
  shop_.world.note(customer_, "next_charge", "decline");
  act("/resume", "payment_behavior=resume_on_payment_success");
  shop_.pass(23 * hour_s);
  EXPECT_EQ(shop_.shown(id_)["status"].text(), "paused");
  EXPECT_EQ(shop_.event("invoice.voided").at("data.object.id"), shop_.shown(id_)["latest_invoice"]);
}

TEST_F(Pauses, ThatResumeOnAnAttemptArePastDueWhenItFails) {
  act("/pause", "type=subscription");
  shop_.world.note(customer_, "next_charge", "decline");
  EXPECT_EQ(act("/resume").body["status"].text(), "past_due");
}

TEST_F(Pauses, AreForActiveSubscriptionsAndResumesForPausedOnes) {
  EXPECT_EQ(act("/resume").status, 400U);
  act("/pause", "type=subscription");
  EXPECT_EQ(act("/pause", "type=subscription").status, 400U);
}

TEST_F(Pauses, OfTheCollectionMakeInvoicesAsTold) {
  for (const auto& [behavior, status] :
       {std::pair{"void", "void"}, std::pair{"mark_uncollectible", "uncollectible"},
        std::pair{"keep_as_draft", "draft"}}) {
    Shop shop;
    const std::string id = shop.subscribe(shop.customer_with("pm_card_visa")).id();
    shop.new_event_types();
    const auto asked = shop.post(
        "/v1/subscriptions/" + id,
        "pause_collection[behavior]=" + std::string{behavior} +
            "&pause_collection[resumes_at]=" + std::to_string(shop.world.now() + 40 * day_s));
    EXPECT_EQ(asked.body["status"].text(), "active");
    EXPECT_THAT(shop.new_event_types(), ElementsAre("customer.subscription.updated"));
    shop.pass(31 * day_s + hour_s);
    EXPECT_EQ(shop.shown(shop.shown(id)["latest_invoice"].text())["status"].text(), status);
    EXPECT_EQ(shop.shown(id)["status"].text(), "active");
    shop.pass(10 * day_s);
    EXPECT_TRUE(shop.shown(id)["pause_collection"].is_null());
  }
}

}  // namespace
}  // namespace tollgate::simulator
