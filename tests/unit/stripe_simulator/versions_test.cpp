// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/versions.hpp"

#include <gtest/gtest.h>

#include "shop.hpp"
#include "stripe_simulator/delivery/events.hpp"

namespace tollgate::simulator {
namespace {

using tests::Shop;

class Versions : public testing::Test {
 protected:
  Versions() {
    id = shop.subscribe(shop.customer_with("pm_card_visa"), "&metadata[user_id]=u1").id();
    subscription = shop.shown(id);
    invoice = shop.shown(subscription["latest_invoice"].text());
  }
  Shop shop;
  std::string id;
  Json subscription;
  Json invoice;
};

TEST_F(Versions, BeforeBasilHaveTheOldPlacesAndNotTheNewOnes) {
  const Json old = in_version(shop.world, invoice, "2024-06-20");
  EXPECT_EQ(old["subscription"].text(), id);
  EXPECT_EQ(old.at("subscription_details.metadata.user_id").text(), "u1");
  EXPECT_TRUE(old["paid"].flag());
  EXPECT_FALSE(old.has("parent"));
  const Json& line = old.at("lines.data").items().at(0);
  EXPECT_EQ(line.at("price.id").text(), shop.basic);
  EXPECT_EQ(line["type"].text(), "subscription");
  EXPECT_EQ(line.at("price.unit_amount").integer(), 1000);
  EXPECT_FALSE(line.has("pricing"));
  const Json intent = shop.shown(old["payment_intent"].text());
  EXPECT_EQ(old["charge"], intent["latest_charge"]);
  EXPECT_EQ(in_version(shop.world, intent, "2024-06-20")["invoice"], invoice["id"]);
  EXPECT_EQ(in_version(shop.world, shop.shown(old["charge"].text()), "2024-06-20")["invoice"],
            invoice["id"]);
  const Json old_subscription = in_version(shop.world, subscription, "2025-02-24.acacia");
  EXPECT_EQ(old_subscription["current_period_end"],
            subscription.at("items.data").items().at(0)["current_period_end"]);
}

TEST_F(Versions, FromBasilOnHaveTheNewPlaces) {
  EXPECT_EQ(in_version(shop.world, invoice, "2025-03-31.basil")["parent"], invoice["parent"]);
  EXPECT_FALSE(in_version(shop.world, subscription, "2025-03-31.basil").has("current_period_end"));
  EXPECT_EQ(in_version(shop.world, subscription, "2026-10-28.endive"), subscription);
}

TEST_F(Versions, BeforeBasilHaveOneDiscountWithItsCoupon) {
  shop.post("/v1/coupons", "id=TENTH&percent_off=10&duration=forever");
  shop.post("/v1/subscriptions/" + id, "discounts[0][coupon]=TENTH");
  const Json old = in_version(shop.world, shop.shown(id), "2024-06-20");
  EXPECT_EQ(old.at("discount.coupon.id").text(), "TENTH");
  EXPECT_EQ(old.at("discount.coupon.duration").text(), "forever");
  EXPECT_FALSE(old["discount"].has("source"));
}

TEST_F(Versions, OfARequestLeaveEventsInThatOfTheirMaking) {
  auto request = Shop::request_of("GET", "/v1/events");
  request.query = "type=invoice.paid";
  request.stripe_version = "2024-06-20";
  const auto events = shop.send(request);
  ASSERT_EQ(events.status, 200U);
  EXPECT_TRUE(events.body.at("data").items().at(0).at("data.object").has("parent"));
}

TEST_F(Versions, OfARequestMayNameParametersAsTheyDidThen) {
  const auto sent = [&](std::string_view path, std::string_view form, std::string_view version) {
    auto request = Shop::request_of("POST", path);
    request.body = form;
    request.stripe_version = version;
    return shop.send(request);
  };
  const std::string_view intent = "amount=900&currency=usd&payment_method_types[0]=card";
  EXPECT_EQ(sent("/v1/payment_intents", intent, "2024-06-20").status, 200U);
  EXPECT_EQ(sent("/v1/payment_intents", intent, {}).error()["code"].text(),
            "payment_method_types_no_longer_supported");
  const std::string id = shop.subscribe(shop.customer_with("pm_card_visa")).id();
  shop.pass(tests::day_s);
  const std::string anchor = "billing_cycle_anchor=now";
  EXPECT_EQ(sent("/v1/subscriptions/" + id, anchor, {}).status, 400U);
  EXPECT_EQ(sent("/v1/subscriptions/" + id, anchor, "2026-03-25.dahlia").status, 200U);
  EXPECT_EQ(shop.shown(id)["billing_cycle_anchor"].integer(), shop.world.now());
  const std::string session =
      "mode=payment&success_url=https://a.b&line_items[0][quantity]=1&line_items[0][price]=" +
      shop.book;
  EXPECT_EQ(sent("/v1/checkout/sessions", session, "2024-06-20").body["ui_mode"].text(), "hosted");
  EXPECT_EQ(sent("/v1/checkout/sessions", session + "&ui_mode=hosted", "2024-06-20").status, 200U);
  shop.post("/v1/coupons", "id=TEN&percent_off=10&duration=once");
  EXPECT_EQ(sent("/v1/promotion_codes", "coupon=TEN", "2025-03-31.basil").status, 200U);
}

TEST_F(Versions, SeeTheSameChangeInTheirOwnMembers) {
  shop.pass(31 * tests::day_s);
  const std::string event = shop.event("customer.subscription.updated")["id"].text();
  const Json pinned = event_in_version(shop.world, event, nullptr);
  EXPECT_FALSE(pinned.at("data.previous_attributes").has("current_period_end"));
  const Json old = event_in_version(shop.world, event, "2024-06-20");
  EXPECT_EQ(old["api_version"].text(), "2024-06-20");
  EXPECT_EQ(old.at("data.previous_attributes.current_period_end").integer(), 1'771'149'600);
  EXPECT_EQ(old["id"], pinned["id"]);
}

}  // namespace
}  // namespace tollgate::simulator
