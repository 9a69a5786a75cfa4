// SPDX-License-Identifier: Apache-2.0
// Coupons and promotion codes: what they take off, how long, and how often they can be redeemed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shop.hpp"
#include "stripe_simulator/checkout/checkout_discounts.hpp"

namespace tollgate::simulator {
namespace {

using testing::Contains;
using testing::ElementsAre;
using tests::day_s;
using tests::hour_s;
using tests::Shop;

std::vector<std::int64_t> totals_of(const Shop& shop) {
  std::vector<std::int64_t> totals;
  for (const std::string& id : shop.world.ids("invoice")) {
    totals.push_back(shop.shown(id)["total"].integer());
  }
  return totals;
}

class Coupons : public testing::Test {
 protected:
  std::string coupon(const std::string& form) { return shop_.post("/v1/coupons", form).id(); }
  std::string code(const std::string& coupon, const std::string& further = {}) {
    return shop_
        .post("/v1/promotion_codes", "promotion[type]=coupon&promotion[coupon]=" + coupon + further)
        .id();
  }
  std::vector<std::int64_t> totals() const { return totals_of(shop_); }

  Shop shop_;
};

TEST(CouponTerms, TakeAPercentageOffForAsLongAsTheySay) {
  struct Case {
    const char* terms;
    std::vector<std::int64_t> totals;
  };
  const Case cases[] = {
      {"percent_off=12.5&duration=once", {875, 1000, 1000}},
      {"percent_off=50&duration=repeating&duration_in_months=2", {500, 500, 1000}},
      {"percent_off=10&duration=forever", {900, 900, 900}},
      {"amount_off=300&currency=usd&duration=once", {700, 1000, 1000}},
  };
  for (const Case& tried : cases) {
    Shop shop;
    const std::string id = shop.post("/v1/coupons", tried.terms).id();
    const auto made =
        shop.subscribe(shop.customer_with("pm_card_visa"), "&discounts[0][coupon]=" + id);
    ASSERT_EQ(made.status, 200U) << made.error()["message"].text();
    shop.pass(62 * day_s + hour_s);
    EXPECT_EQ(totals_of(shop), tried.totals) << tried.terms;
  }
}

TEST_F(Coupons, ShowOnTheInvoiceWhatTheyTookOff) {
  const std::string id = coupon("id=SAVE10&percent_off=10&duration=forever");
  const auto made = shop_.subscribe(shop_.customer_with("pm_card_visa"),
                                    "&discounts[0][coupon]=SAVE10&expand[]=latest_invoice"
                                    "&expand[]=discounts.source.coupon");
  ASSERT_EQ(made.status, 200U) << made.error()["message"].text();
  const Json& invoice = made.body["latest_invoice"];
  EXPECT_EQ(invoice["subtotal"].integer(), 1000);
  EXPECT_EQ(invoice["total"].integer(), 900);
  EXPECT_EQ(invoice["amount_paid"].integer(), 900);
  const Json& off = invoice["total_discount_amounts"].items().at(0);
  EXPECT_EQ(off["amount"].integer(), 100);
  EXPECT_EQ(off["discount"], invoice["discounts"].items().at(0));
  EXPECT_EQ(invoice.at("lines.data").items().at(0)["discount_amounts"].items().at(0), off);
  EXPECT_EQ(made.body["discounts"].items().at(0).at("source.coupon.id").text(), "SAVE10");
  EXPECT_THAT(shop_.new_event_types(), Contains("customer.discount.created"));
  EXPECT_EQ(shop_.get("/v1/coupons/SAVE10").body["times_redeemed"].integer(), 1);
}

TEST_F(Coupons, AreRefusedWhenTheyAreUsedUpOrOver) {
  const std::string once = coupon("percent_off=10&duration=once&max_redemptions=1");
  const std::string customer = shop_.customer_with("pm_card_visa");
  EXPECT_EQ(shop_.subscribe(customer, "&discounts[0][coupon]=" + once).status, 200U);
  EXPECT_EQ(shop_.subscribe(customer, "&discounts[0][coupon]=" + once).error()["code"].text(),
            "coupon_expired");
  EXPECT_FALSE(shop_.get("/v1/coupons/" + once).body["valid"].flag());
  const std::string timed =
      coupon("percent_off=10&duration=once&redeem_by=" + std::to_string(shop_.world.now() + day_s));
  shop_.pass(day_s);
  EXPECT_EQ(shop_.subscribe(customer, "&discounts[0][coupon]=" + timed).status, 400U);
  EXPECT_EQ(shop_.subscribe(customer, "&discounts[0][coupon]=none").status, 400U);
}

TEST_F(Coupons, NeedTermsThatMakeSense) {
  EXPECT_EQ(shop_.post("/v1/coupons", "duration=once").status, 400U);
  EXPECT_EQ(shop_.post("/v1/coupons", "percent_off=101").status, 400U);
  EXPECT_EQ(shop_.post("/v1/coupons", "amount_off=5").error()["param"].text(), "currency");
  EXPECT_EQ(shop_.post("/v1/coupons", "percent_off=5&duration=repeating").error()["param"].text(),
            "duration_in_months");
}

TEST_F(Coupons, OfPromotionCodesAreForWhomTheyAreMeant) {
  const std::string id = coupon("percent_off=10&duration=once");
  const std::string known = shop_.customer_with("pm_card_visa");
  shop_.subscribe(known);
  const std::string first = code(id, "&code=FIRST&restrictions[first_time_transaction]=true");
  const std::string large = code(id,
                                 "&code=LARGE&restrictions[minimum_amount]=2000"
                                 "&restrictions[minimum_amount_currency]=usd");
  EXPECT_EQ(shop_.subscribe(known, "&discounts[0][promotion_code]=" + first).status, 400U);
  EXPECT_EQ(shop_.subscribe(known, "&discounts[0][promotion_code]=" + large).status, 400U);
  const std::string fresh = shop_.customer_with("pm_card_visa");
  EXPECT_EQ(shop_.subscribe(fresh, "&discounts[0][promotion_code]=" + first).status, 200U);
  EXPECT_EQ(shop_.shown(first)["times_redeemed"].integer(), 1);
  EXPECT_EQ(shop_
                .post("/v1/promotion_codes",
                      "promotion[type]=coupon&promotion[coupon]=" + id + "&code=first")
                .status,
            400U);
}

TEST_F(Coupons, MakeACheckoutSessionCheaper) {
  const std::string id = coupon("percent_off=25&duration=once");
  const auto made = shop_.session("subscription", shop_.basic, "&discounts[0][coupon]=" + id);
  ASSERT_EQ(made.status, 200U) << made.error()["message"].text();
  EXPECT_EQ(made.body["amount_subtotal"].integer(), 1000);
  EXPECT_EQ(made.body["amount_total"].integer(), 750);
  EXPECT_EQ(made.body.at("total_details.amount_discount").integer(), 250);
  ASSERT_TRUE(complete_session(shop_.world, made.id(), "pm_card_visa"));
  EXPECT_THAT(totals(), ElementsAre(750));
  EXPECT_EQ(
      shop_.session("payment", shop_.book, "&allow_promotion_codes=true&discounts[0][coupon]=" + id)
          .status,
      400U);
}

TEST_F(Coupons, AreEnteredOnThePageByTheirCode) {
  const std::string promotion =
      code(coupon("amount_off=900&currency=usd&duration=once"), "&code=HELLO");
  const std::string closed = shop_.session("payment", shop_.book).id();
  EXPECT_FALSE(enter_promotion_code(shop_.world, closed, "HELLO"));
  const std::string id = shop_.session("payment", shop_.book, "&allow_promotion_codes=true").id();
  EXPECT_FALSE(enter_promotion_code(shop_.world, id, "NONE"));
  ASSERT_TRUE(enter_promotion_code(shop_.world, id, "hello"));
  EXPECT_EQ(shop_.shown(id)["amount_total"].integer(), 2000);
  ASSERT_TRUE(enter_promotion_code(shop_.world, id, ""));
  EXPECT_EQ(shop_.shown(id)["amount_total"].integer(), 2900);
  ASSERT_TRUE(enter_promotion_code(shop_.world, id, "HELLO"));
  ASSERT_TRUE(complete_session(shop_.world, id, "pm_card_visa"));
  EXPECT_EQ(shop_.shown(shop_.shown(id)["payment_intent"].text())["amount"].integer(), 2000);
  EXPECT_EQ(shop_.shown(promotion)["times_redeemed"].integer(), 1);
}

TEST_F(Coupons, OfASubscriptionCanBeTakenAwayAndReplaced) {
  const std::string ten = coupon("percent_off=10&duration=forever");
  const std::string fifth = coupon("percent_off=20&duration=forever");
  const std::string id =
      shop_.subscribe(shop_.customer_with("pm_card_visa"), "&discounts[0][coupon]=" + ten).id();
  shop_.post("/v1/subscriptions/" + id, "discounts[0][coupon]=" + fifth);
  EXPECT_EQ(shop_.shown(id)["discounts"].items().size(), 1U);
  shop_.pass(31 * day_s + hour_s);
  EXPECT_THAT(totals(), ElementsAre(900, 800));
  EXPECT_TRUE(shop_.remove("/v1/subscriptions/" + id + "/discount").body["deleted"].flag());
  EXPECT_THAT(shop_.new_event_types(), Contains("customer.discount.deleted"));
  shop_.pass(28 * day_s);
  EXPECT_THAT(totals(), ElementsAre(900, 800, 1000));
}

TEST_F(Coupons, OfASubscriptionAreExpandedInItsList) {
  const std::string tenth = coupon("percent_off=10&duration=forever");
  const auto made = shop_.subscribe(
      shop_.customer_with("pm_card_visa"),
      "&discounts[0][coupon]=" + tenth + "&expand[]=discounts&expand[]=discounts.source.coupon");
  ASSERT_EQ(made.status, 200U) << made.error()["message"].text();
  const Json discount = made.body["discounts"].items().at(0);
  EXPECT_EQ(discount["object"].text(), "discount");
  EXPECT_EQ(discount.at("source.coupon.id").text(), tenth);
}

}  // namespace
}  // namespace tollgate::simulator
