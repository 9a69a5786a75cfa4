// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shop.hpp"
#include "stripe_simulator/payments/disputes.hpp"
#include "stripe_simulator/payments/refunds.hpp"

namespace tollgate::simulator {
namespace {

using testing::ElementsAre;
using tests::Shop;

class PaidOnce : public testing::Test {
 protected:
  PaidOnce() {
    const std::string session = shop.session("payment", shop.book).id();
    EXPECT_TRUE(complete_session(shop.world, session, "pm_card_visa"));
    intent = shop.shown(session)["payment_intent"].text();
    charge = shop.shown(intent)["latest_charge"].text();
    shop.new_event_types();
  }
  tests::ApiClient::Answer refund(const std::string& further) {
    return shop.post("/v1/refunds", "payment_intent=" + intent + further);
  }
  Shop shop;
  std::string intent;
  std::string charge;
};

TEST_F(PaidOnce, IsRefundedInPartsUntilNothingIsLeft) {
  EXPECT_EQ(refund("&amount=900").status, 200U);
  EXPECT_FALSE(shop.shown(charge)["refunded"].flag());
  EXPECT_EQ(refund("&amount=2001").status, 400U);
  EXPECT_EQ(refund("&metadata[order_id]=o1").body["amount"].integer(), 2000);
  EXPECT_TRUE(shop.shown(charge)["refunded"].flag());
  EXPECT_EQ(refund("").error()["code"].text(), "charge_already_refunded");
  EXPECT_THAT(shop.new_event_types(), ElementsAre("refund.created", "charge.refunded",
                                                  "refund.created", "charge.refunded"));
  const auto shown = shop.get("/v1/charges/" + charge, "expand[]=refunds");
  EXPECT_EQ(shown.body.at("refunds.data").items().size(), 2U);
}

TEST_F(PaidOnce, IsNotRefundedAfterAllWhenTheRefundFails) {
  const std::string id = refund("").id();
  shop.new_event_types();
  EXPECT_TRUE(fail_refund(shop.world, id));
  EXPECT_FALSE(fail_refund(shop.world, id));
  EXPECT_EQ(shop.shown(charge)["amount_refunded"].integer(), 0);
  EXPECT_FALSE(shop.shown(charge)["refunded"].flag());
  EXPECT_THAT(shop.new_event_types(), ElementsAre("refund.updated", "refund.failed"));
}

TEST_F(PaidOnce, CannotBeRefundedWhileItIsDisputed) {
  ASSERT_TRUE(open_dispute(shop.world, intent, "fraudulent", DisputeKind::chargeback));
  EXPECT_EQ(refund("").error()["code"].text(), "charge_disputed");
}

TEST_F(PaidOnce, IsDisputedAndWonOrLost) {
  for (const auto& [status, events] :
       {std::pair{"won", std::vector<std::string>{"charge.dispute.closed",
                                                  "charge.dispute.funds_reinstated"}},
        std::pair{"lost", std::vector<std::string>{"charge.dispute.closed"}}}) {
    const auto id = open_dispute(shop.world, intent, "fraudulent", DisputeKind::chargeback);
    ASSERT_TRUE(id);
    EXPECT_EQ(shop.shown(*id)["status"].text(), "needs_response");
    shop.new_event_types();
    ASSERT_TRUE(close_dispute(shop.world, *id, status));
    EXPECT_EQ(shop.new_event_types(), events);
    EXPECT_FALSE(close_dispute(shop.world, *id, "won"));
  }
}

TEST_F(PaidOnce, IsDefendedWithEvidence) {
  const std::string id = *open_dispute(shop.world, intent, "fraudulent", DisputeKind::chargeback);
  const std::string path = "/v1/disputes/" + id;
  shop.new_event_types();
  const auto kept = shop.post(path, "evidence[customer_name]=Ada&submit=false");
  EXPECT_EQ(kept.body["status"].text(), "needs_response");
  EXPECT_TRUE(kept.body.at("evidence_details.has_evidence").flag());
  EXPECT_EQ(shop.post(path, "submit=true").body["status"].text(), "under_review");
  EXPECT_THAT(shop.new_event_types(),
              ElementsAre("charge.dispute.updated", "charge.dispute.updated"));
  EXPECT_EQ(shop.post(path, "evidence[customer_name]=Eve").status, 400U);
  EXPECT_TRUE(close_dispute(shop.world, id, "won"));
}

TEST_F(PaidOnce, IsWonOrLostAtOnceByStripesTestEvidence) {
  for (const std::string status : {"won", "lost"}) {
    const std::string id = *open_dispute(shop.world, intent, "fraudulent", DisputeKind::chargeback);
    const std::string text = status == "won" ? "winning_evidence" : "losing_evidence";
    const auto told = shop.post("/v1/disputes/" + id, "evidence[uncategorized_text]=" + text);
    EXPECT_EQ(told.body["status"].text(), status);
  }
}

TEST_F(PaidOnce, KeepsItsMoneyDuringAnInquiry) {
  const auto id = open_dispute(shop.world, intent, "general", DisputeKind::inquiry);
  ASSERT_TRUE(id);
  EXPECT_THAT(shop.new_event_types(), ElementsAre("charge.dispute.created"));
  EXPECT_FALSE(shop.shown(charge)["disputed"].flag());
  EXPECT_FALSE(close_dispute(shop.world, *id, "lost"));
  EXPECT_TRUE(close_dispute(shop.world, *id, "warning_closed"));
}

}  // namespace
}  // namespace tollgate::simulator
