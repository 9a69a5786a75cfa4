// SPDX-License-Identifier: Apache-2.0
// The stories that a receiver of webhooks lives through, each with the order of its events, and
// with objects that belong together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "shop.hpp"
#include "stripe_simulator/payments/disputes.hpp"
#include "stripe_simulator/payments/refunds.hpp"

namespace tollgate::simulator {
namespace {

using testing::Contains;
using testing::Not;
using tests::day_s;
using tests::hour_s;
using tests::Shop;

class Stories : public testing::Test {
 protected:
  /// Whatever the story was: no event tells of an object that there is not, and the last one about
  /// an object shows the status that it has.
  void TearDown() override {
    std::map<std::string, Json> last;
    for (const std::string& id : shop_.world.ids("event")) {
      const Json& object = shop_.world.get(id)["data"]["object"];
      for (const char* name : {"customer", "subscription", "invoice", "payment_intent", "charge"}) {
        const std::string& other = object[name].text();
        EXPECT_TRUE(other.empty() || shop_.world.find(other) != nullptr) << name << " of " << id;
      }
      if (!object["status"].is_null()) last[object["id"].text()] = object;
    }
    for (const auto& [id, object] : last) {
      EXPECT_TRUE(id.starts_with("upcoming_in") || object["status"] == shown(id)["status"]) << id;
    }
  }

  /// That the events since the last call hold these, in this order; others may be between them.
  void expect_in_order(const std::vector<std::string>& wanted) {
    told_ = shop_.new_event_types();
    auto from = told_.begin();
    for (const std::string& type : wanted) {
      from = std::find(from, told_.end(), type);
      ASSERT_NE(from, told_.end()) << type << " in " << testing::PrintToString(told_);
      ++from;
    }
  }
  Json told(const std::string& type) const { return shop_.event(type).at("data.object"); }
  Json shown(const std::string& id) const { return shop_.shown(id); }
  void forget() { shop_.new_event_types(); }
  std::string subscription(const std::string& further = {}) {
    customer_ = shop_.customer_with("pm_card_visa");
    const std::string id = shop_.subscribe(customer_, further).id();
    forget();
    return id;
  }
  void give_feature() {
    const std::string feature = shop_.post("/v1/entitlements/features", "name=F&lookup_key=f").id();
    shop_.post("/v1/products/prod_a/features", "entitlement_feature=" + feature);
  }
  std::string paid_book() {
    const std::string session = shop_.session("payment", shop_.book).id();
    EXPECT_TRUE(complete_session(shop_.world, session, "pm_card_visa"));
    forget();
    return shown(session)["payment_intent"].text();
  }

  Shop shop_;
  std::string customer_;
  std::vector<std::string> told_;
};

constexpr const char* summary = "entitlements.active_entitlement_summary.updated";

TEST_F(Stories, FirstCheckoutWithACard) {
  give_feature();
  const std::string session = shop_.session("subscription", shop_.basic).id();
  ASSERT_TRUE(complete_session(shop_.world, session, "pm_card_visa"));
  expect_in_order({"customer.created", "payment_method.attached", "invoice.created",
                   "invoice.finalized", "payment_intent.created", "charge.succeeded",
                   "payment_intent.succeeded", "invoice.paid", "invoice.payment_succeeded",
                   "invoice_payment.paid", "customer.subscription.created",
                   "checkout.session.completed"});
  EXPECT_THAT(told_, Contains(summary));
  EXPECT_EQ(told("checkout.session.completed")["subscription"],
            told("customer.subscription.created")["id"]);
  EXPECT_EQ(told("invoice_payment.paid")["invoice"], told("invoice.paid")["id"]);
}

TEST_F(Stories, FirstCheckoutWithADelayedMethod) {
  for (const auto& [token, outcome] :
       {std::pair{"pm_usBankAccount_success", "checkout.session.async_payment_succeeded"},
        std::pair{"pm_usBankAccount_insufficientFunds", "checkout.session.async_payment_failed"}}) {
    const std::string session = shop_.session("subscription", shop_.basic).id();
    ASSERT_TRUE(complete_session(shop_.world, session, token));
    expect_in_order({"charge.pending", "payment_intent.processing", "customer.subscription.created",
                     "checkout.session.completed"});
    EXPECT_EQ(told("checkout.session.completed")["payment_status"].text(), "unpaid");
    shop_.pass(10 * day_s);
    expect_in_order({outcome});
  }
  EXPECT_THAT(told_, Contains("invoice.payment_failed"));
}

TEST_F(Stories, Renewal) {
  const std::string id = subscription();
  shop_.pass(31 * day_s + hour_s);
  expect_in_order({"invoice.upcoming", "invoice.created", "customer.subscription.updated",
                   "invoice.updated", "invoice.finalized", "payment_intent.created",
                   "charge.succeeded", "payment_intent.succeeded", "invoice.paid",
                   "invoice.payment_succeeded"});
  EXPECT_TRUE(told("invoice.upcoming")["id"].text().starts_with("upcoming_in"));
  EXPECT_EQ(told("invoice.upcoming")["total"], told("invoice.paid")["total"]);
  EXPECT_EQ(told("invoice.paid")["id"], shown(id)["latest_invoice"]);
}

TEST_F(Stories, RenewalThatFailsAndEnds) {
  const std::string id = subscription();
  for (int attempt = 0; attempt < 4; ++attempt) {
    shop_.world.note(customer_, "next_charge", "decline");
    shop_.pass(attempt == 0 ? 31 * day_s + hour_s : 0);
    if (attempt > 0) {
      shop_.pass(shown(shown(id)["latest_invoice"].text())["next_payment_attempt"].integer() -
                 shop_.world.now());
    }
    expect_in_order({"charge.failed", "payment_intent.payment_failed", "invoice.payment_failed"});
    EXPECT_EQ(told("invoice.payment_failed")["attempt_count"].integer(), attempt + 1);
  }
  EXPECT_TRUE(told("invoice.payment_failed")["next_payment_attempt"].is_null());
  EXPECT_THAT(told_, Contains("customer.subscription.deleted"));
  EXPECT_EQ(told("customer.subscription.deleted").at("cancellation_details.reason").text(),
            "payment_failed");
}

TEST_F(Stories, RenewalThatWantsTheBuyer) {
  const std::string id = subscription();
  shop_.world.note(customer_, "next_charge", "authentication_required");
  shop_.pass(31 * day_s + hour_s);
  expect_in_order({"payment_intent.requires_action", "invoice.payment_action_required",
                   "customer.subscription.updated"});
  EXPECT_EQ(shown(id)["status"].text(), "past_due");
  authenticate_payment(shop_.world, told("payment_intent.requires_action")["id"].text(), true);
  expect_in_order({"payment_intent.succeeded", "invoice.paid", "customer.subscription.updated"});
  EXPECT_EQ(shown(id)["status"].text(), "active");
}

TEST_F(Stories, UpgradeBilledAtOnce) {
  give_feature();
  const std::string id = subscription();
  shop_.pass(10 * day_s);
  shop_.post("/v1/subscriptions/" + id,
             "items[0][id]=" + shown(id).at("items.data").items().at(0)["id"].text() +
                 "&items[0][price]=" + shop_.large + "&proration_behavior=always_invoice");
  expect_in_order({"invoice.created", "invoice.finalized", "charge.succeeded", "invoice.paid",
                   "customer.subscription.updated"});
  const Json lines = told("invoice.paid").at("lines.data");
  ASSERT_EQ(lines.items().size(), 2U);
  EXPECT_LT(lines.items()[0]["amount"].integer(), 0);
  EXPECT_GT(lines.items()[1]["amount"].integer(), 0);
}

TEST_F(Stories, CancelAtThePeriodsEnd) {
  give_feature();
  const std::string id = subscription();
  shop_.post("/v1/subscriptions/" + id, "cancel_at_period_end=true");
  expect_in_order({"customer.subscription.updated"});
  shop_.pass(31 * day_s);
  expect_in_order({"customer.subscription.deleted", summary});
  EXPECT_THAT(told_, Not(Contains("invoice.created")));
  EXPECT_THAT(told_, Not(Contains("invoice.upcoming")));
  EXPECT_TRUE(told(summary).at("entitlements.data").items().empty());
}

TEST_F(Stories, CancelNowWithASettlement) {
  const std::string path = "/v1/subscriptions/" + subscription();
  shop_.pass(31 * day_s / 2);
  ApiRequest request = Shop::request_of("DELETE", path);
  request.query = "prorate=true&invoice_now=true";
  ASSERT_EQ(shop_.send(request).status, 200U);
  expect_in_order({"invoiceitem.created", "customer.subscription.deleted", "invoice.created",
                   "invoice.finalized", "invoice.paid"});
  EXPECT_LT(told("invoice.paid")["total"].integer(), 0);
  EXPECT_EQ(told("invoice.paid")["amount_due"].integer(), 0);
}

TEST_F(Stories, Trial) {
  customer_ = shop_.customer_with("pm_card_visa");
  forget();
  shop_.subscribe(customer_, "&trial_period_days=14");
  expect_in_order(
      {"invoice.created", "invoice.finalized", "invoice.paid", "customer.subscription.created"});
  EXPECT_EQ(told("invoice.paid")["total"].integer(), 0);
  shop_.pass(14 * day_s + hour_s);
  expect_in_order({"customer.subscription.trial_will_end", "customer.subscription.updated",
                   "invoice.finalized", "charge.succeeded", "invoice.paid"});
}

TEST_F(Stories, TrialOfLessThanThreeDaysWarnsAtOnce) {
  customer_ = shop_.customer_with("pm_card_visa");
  shop_.subscribe(customer_, "&trial_period_days=2");
  forget();
  shop_.pass(0);
  expect_in_order({"customer.subscription.trial_will_end"});
}

TEST_F(Stories, PauseAndResume) {
  const std::string id = subscription();
  shop_.post("/v1/subscriptions/" + id + "/pause", "type=subscription");
  expect_in_order({"customer.subscription.updated", "customer.subscription.paused"});
  shop_.pass(40 * day_s);
  shop_.post("/v1/subscriptions/" + id + "/resume");
  expect_in_order({"invoice.created", "invoice.paid", "customer.subscription.updated",
                   "customer.subscription.resumed"});
}

TEST_F(Stories, RefundsWholeInPartAndFailed) {
  const std::string partial = paid_book();
  shop_.post("/v1/refunds", "payment_intent=" + partial + "&amount=900");
  expect_in_order({"refund.created", "charge.refunded"});
  EXPECT_FALSE(told("charge.refunded")["refunded"].flag());
  EXPECT_EQ(told("charge.refunded")["amount_refunded"].integer(), 900);
  const std::string whole = paid_book();
  const std::string refund = shop_.post("/v1/refunds", "payment_intent=" + whole).id();
  expect_in_order({"refund.created", "charge.refunded"});
  EXPECT_TRUE(told("charge.refunded")["refunded"].flag());
  ASSERT_TRUE(fail_refund(shop_.world, refund));
  expect_in_order({"refund.updated", "refund.failed"});
}

TEST_F(Stories, Disputes) {
  for (const std::string status : {"won", "lost"}) {
    const std::string intent = paid_book();
    const auto id = open_dispute(shop_.world, intent, "fraudulent", DisputeKind::chargeback);
    ASSERT_TRUE(id);
    expect_in_order({"charge.dispute.created", "charge.dispute.funds_withdrawn"});
    ASSERT_TRUE(close_dispute(shop_.world, *id, "under_review"));
    expect_in_order({"charge.dispute.updated"});
    ASSERT_TRUE(close_dispute(shop_.world, *id, status));
    expect_in_order({"charge.dispute.closed"});
    const bool back = std::count(told_.begin(), told_.end(), "charge.dispute.funds_reinstated") > 0;
    EXPECT_EQ(back, status == "won");
    EXPECT_EQ(told("charge.dispute.closed")["payment_intent"].text(), intent);
  }
}

TEST_F(Stories, OneOffPaymentWithAnInvoice) {
  const std::string session =
      shop_.session("payment", shop_.book, "&invoice_creation[enabled]=true").id();
  EXPECT_FALSE(complete_session(shop_.world, session, "pm_card_chargeDeclined"));
  expect_in_order({"payment_intent.created", "charge.failed", "payment_intent.payment_failed"});
  EXPECT_EQ(shown(session)["status"].text(), "open");
  ASSERT_TRUE(complete_session(shop_.world, session, "pm_card_visa"));
  expect_in_order({"charge.succeeded", "payment_intent.succeeded", "invoice.created",
                   "invoice.paid", "checkout.session.completed"});
  const Json invoice = told("invoice.paid");
  EXPECT_EQ(invoice["billing_reason"].text(), "manual");
  EXPECT_TRUE(invoice["parent"].is_null());
  EXPECT_EQ(invoice["id"], shown(session)["invoice"]);
  EXPECT_EQ(told("invoice_payment.paid").at("payment.payment_intent"),
            shown(session)["payment_intent"]);
}

TEST_F(Stories, SessionThatExpiresWithAnOpenPayment) {
  const std::string session = shop_.session("payment", shop_.book).id();
  EXPECT_FALSE(complete_session(shop_.world, session, "pm_card_chargeDeclined"));
  forget();
  shop_.pass(day_s);
  expect_in_order({"payment_intent.canceled", "checkout.session.expired"});
}

TEST_F(Stories, SessionThatOnlyKeepsACard) {
  const auto made = shop_.post("/v1/checkout/sessions",
                               "mode=setup&success_url=https://a.b&customer=" + shop_.customer());
  ASSERT_EQ(made.status, 200U) << made.error()["message"].text();
  EXPECT_TRUE(made.body["amount_total"].is_null());
  forget();
  ASSERT_TRUE(complete_session(shop_.world, made.id(), "pm_card_authenticationRequired"));
  expect_in_order({"setup_intent.requires_action", "payment_method.attached",
                   "setup_intent.succeeded", "checkout.session.completed"});
  EXPECT_EQ(shown(made.id())["payment_status"].text(), "no_payment_required");
  EXPECT_EQ(shown(shown(made.id())["setup_intent"].text())["status"].text(), "succeeded");
}

TEST_F(Stories, FirstPaymentThatFailsThroughTheApi) {
  const std::string customer = shop_.customer_with("pm_card_chargeCustomerFail");
  forget();
  const std::string id = shop_.subscribe(customer).id();
  expect_in_order({"invoice.payment_failed", "customer.subscription.created"});
  EXPECT_EQ(told("customer.subscription.created")["status"].text(), "incomplete");
  shop_.pass(23 * hour_s);
  expect_in_order({"customer.subscription.updated", "invoice.voided"});
  EXPECT_EQ(shown(id)["status"].text(), "incomplete_expired");
}

}  // namespace
}  // namespace tollgate::simulator
