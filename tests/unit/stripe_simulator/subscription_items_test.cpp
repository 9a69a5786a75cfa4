// SPDX-License-Identifier: Apache-2.0
// Items of subscriptions by calls of their own, and first periods that an anchor cuts short.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shop.hpp"

namespace tollgate::simulator {
namespace {

using testing::Contains;
using tests::day_s;
using tests::first_item;
using tests::hour_s;
using tests::Shop;

class SubscriptionItems : public testing::Test {
 protected:
  SubscriptionItems() : customer_(shop_.customer_with("pm_card_visa")) {
    const auto made = shop_.subscribe(customer_);
    id_ = made.id();
    item_ = first_item(made.body)["id"].text();
    shop_.new_event_types();
  }
  Json latest_invoice(const std::string& subscription) const {
    return shop_.shown(shop_.shown(subscription)["latest_invoice"].text());
  }

  Shop shop_;
  std::string customer_;
  std::string id_;
  std::string item_;
};

TEST_F(SubscriptionItems, AreAddedChangedAndRemovedOneByOne) {
  const auto added =
      shop_.post("/v1/subscription_items",
                 "subscription=" + id_ + "&price=" + shop_.large + "&quantity=2&metadata[seat]=a");
  ASSERT_EQ(added.status, 200U) << added.error()["message"].text();
  EXPECT_EQ(added.body["object"].text(), "subscription_item");
  EXPECT_EQ(added.body["quantity"].integer(), 2);
  EXPECT_THAT(shop_.new_event_types(), Contains("customer.subscription.updated"));
  const std::string path = "/v1/subscription_items/" + added.id();
  EXPECT_EQ(shop_.get(path).body.at("price.id").text(), shop_.large);
  EXPECT_EQ(shop_.post(path, "quantity=3").body["quantity"].integer(), 3);
  EXPECT_EQ(shop_.get("/v1/subscription_items", "subscription=" + id_).body["data"].items().size(),
            2U);
  EXPECT_TRUE(shop_.remove(path).body["deleted"].flag());
  EXPECT_EQ(shop_.get(path).error()["code"].text(), "resource_missing");
  EXPECT_EQ(shop_.shown(id_).at("items.data").items().size(), 1U);
}

TEST_F(SubscriptionItems, AreProratedAsTheSubscriptionsUpdateDoes) {
  shop_.pass(31 * day_s / 2);
  const auto changed = shop_.post("/v1/subscription_items/" + item_,
                                  "price=" + shop_.large + "&proration_behavior=always_invoice");
  EXPECT_EQ(changed.body.at("price.id").text(), shop_.large);
  EXPECT_EQ(latest_invoice(id_)["amount_paid"].integer(), 1000);
}

TEST_F(SubscriptionItems, NameTheirOwnParametersInFaults) {
  EXPECT_EQ(shop_.post("/v1/subscription_items", "price=" + shop_.large).error()["param"].text(),
            "subscription");
  EXPECT_EQ(shop_.post("/v1/subscription_items", "subscription=" + id_).error()["param"].text(),
            "price");
  EXPECT_EQ(
      shop_.post("/v1/subscription_items/" + item_, "price=price_none").error()["param"].text(),
      "price");
  EXPECT_EQ(shop_.remove("/v1/subscription_items/" + item_).status, 400U);  // the last one
  EXPECT_EQ(shop_.remove("/v1/subscription_items/si_none").status, 404U);
}

TEST_F(SubscriptionItems, AreShownUpToTenAndListedAll) {
  std::string form = "customer=" + customer_;
  for (int i = 0; i < 12; ++i) form += "&items[" + std::to_string(i) + "][price]=" + shop_.basic;
  const auto made = shop_.post("/v1/subscriptions", form);
  EXPECT_EQ(made.body["items"]["data"].items().size(), 10U);
  EXPECT_TRUE(made.body["items"]["has_more"].flag());
  EXPECT_EQ(shop_.get("/v1/subscription_items", "limit=100&subscription=" + made.id())
                .body["data"]
                .items()
                .size(),
            12U);
  EXPECT_EQ(latest_invoice(made.id())["amount_paid"].integer(), 12'000);
}

TEST_F(SubscriptionItems, BeginWithAPartOfAPeriodWhereAnAnchorIsGiven) {
  const std::int64_t anchor = shop_.world.now() + 10 * day_s;
  const std::string text = std::to_string(anchor);
  const auto made = shop_.subscribe(customer_, "&billing_cycle_anchor=" + text);
  ASSERT_EQ(made.status, 200U) << made.error()["message"].text();
  EXPECT_EQ(made.body["billing_cycle_anchor"].integer(), anchor);
  EXPECT_EQ(first_item(made.body)["current_period_end"].integer(), anchor);
  EXPECT_EQ(latest_invoice(made.id())["amount_paid"].integer(), 323);  // 10 of 31 days
  const auto free =
      shop_.subscribe(customer_, "&proration_behavior=none&billing_cycle_anchor=" + text);
  EXPECT_EQ(latest_invoice(free.id())["amount_due"].integer(), 0);
  shop_.pass(10 * day_s + hour_s);
  EXPECT_EQ(latest_invoice(made.id())["amount_paid"].integer(), 1000);
  EXPECT_EQ(latest_invoice(free.id())["amount_paid"].integer(), 1000);
  EXPECT_EQ(first_item(shop_.shown(made.id()))["current_period_start"].integer(), anchor);
}

TEST_F(SubscriptionItems, RefuseAnAnchorThatIsPastOrBeyondThePeriod) {
  for (const std::int64_t seconds : {-day_s, 40 * day_s}) {
    const std::string anchor = std::to_string(shop_.world.now() + seconds);
    const auto refused = shop_.subscribe(customer_, "&billing_cycle_anchor=" + anchor);
    EXPECT_EQ(refused.status, 400U);
    EXPECT_EQ(refused.error()["param"].text(), "billing_cycle_anchor");
  }
}

}  // namespace
}  // namespace tollgate::simulator
