// SPDX-License-Identifier: Apache-2.0
// Payments that are kept ready and taken later, in part or not at all.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shop.hpp"

namespace tollgate::simulator {
namespace {

using testing::ElementsAre;
using tests::day_s;
using tests::Shop;

class Captures : public testing::Test {
 protected:
  Captures() {
    id_ = shop_
              .post("/v1/payment_intents",
                    "amount=1000&currency=usd&capture_method=manual&confirm=true"
                    "&payment_method=pm_card_visa")
              .id();
    charge_ = shop_.shown(id_)["latest_charge"].text();
  }
  Shop::Answer act(const std::string& what, const std::string& form = {}) {
    return shop_.post("/v1/payment_intents/" + id_ + what, form);
  }
  Shop shop_;
  std::string id_;
  std::string charge_;
};

TEST_F(Captures, WaitUntilTheyAreAskedFor) {
  EXPECT_EQ(shop_.shown(id_)["status"].text(), "requires_capture");
  EXPECT_EQ(shop_.shown(id_)["amount_capturable"].integer(), 1000);
  EXPECT_FALSE(shop_.shown(charge_)["captured"].flag());
  EXPECT_THAT(shop_.new_event_types(), ElementsAre("payment_intent.created", "charge.succeeded",
                                                   "payment_intent.amount_capturable_updated"));
  EXPECT_EQ(act("/capture", "amount_to_capture=1001").status, 400U);
  EXPECT_EQ(act("/capture", "amount_to_capture=700").body["amount_received"].integer(), 700);
  EXPECT_EQ(shop_.shown(charge_)["amount_captured"].integer(), 700);
  EXPECT_THAT(shop_.new_event_types(), ElementsAre("charge.captured", "payment_intent.succeeded"));
  EXPECT_EQ(act("/capture").status, 400U);
}

TEST_F(Captures, AreReleasedByACancellation) {
  EXPECT_EQ(act("/cancel").body["status"].text(), "canceled");
  EXPECT_TRUE(shop_.shown(charge_)["refunded"].flag());
  EXPECT_EQ(act("/capture").status, 400U);
}

TEST_F(Captures, AreOverAfterAWeek) {
  shop_.new_event_types();
  shop_.pass(7 * day_s);
  EXPECT_EQ(shop_.shown(id_)["status"].text(), "canceled");
  EXPECT_THAT(shop_.new_event_types(),
              ElementsAre("charge.expired", "charge.refunded", "payment_intent.canceled"));
}

}  // namespace
}  // namespace tollgate::simulator
