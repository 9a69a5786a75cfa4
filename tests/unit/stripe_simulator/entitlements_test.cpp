// SPDX-License-Identifier: Apache-2.0
// Features of products become entitlements of those who have subscribed, and are told as a whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shop.hpp"

namespace tollgate::simulator {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using tests::day_s;
using tests::Shop;

constexpr std::string_view updated = "entitlements.active_entitlement_summary.updated";

class Entitlements : public testing::Test {
 protected:
  Entitlements() {
    export_ = feature("export");
    shop_.post("/v1/products/prod_a/features", "entitlement_feature=" + export_);
    customer_ = shop_.customer_with("pm_card_visa");
    shop_.new_event_types();
  }
  std::string feature(const std::string& key) {
    return shop_.post("/v1/entitlements/features", "name=N&lookup_key=" + key).id();
  }
  std::vector<std::string> active() {
    std::vector<std::string> keys;
    const auto list =
        shop_.get("/v1/entitlements/active_entitlements", "customer=" + customer_).body;
    for (const Json& one : list["data"].items()) keys.push_back(one["lookup_key"].text());
    return keys;
  }

  Shop shop_;
  std::string export_;
  std::string customer_;
};

TEST_F(Entitlements, BeginAndEndWithTheSubscription) {
  EXPECT_THAT(active(), IsEmpty());
  const std::string id = shop_.subscribe(customer_).id();
  EXPECT_THAT(active(), ElementsAre("export"));
  const Json told = shop_.event(updated);
  EXPECT_EQ(told.at("data.object.customer").text(), customer_);
  EXPECT_FALSE(told.at("data.object").has("id"));
  EXPECT_EQ(told.at("data.object.entitlements.data").items().at(0)["feature"].text(), export_);
  EXPECT_THAT(told.at("data.previous_attributes.entitlements.data").items(), IsEmpty());
  shop_.new_event_types();
  shop_.remove("/v1/subscriptions/" + id);
  EXPECT_THAT(active(), IsEmpty());
  EXPECT_EQ(shop_.new_event_types().back(), updated);
}

TEST_F(Entitlements, OfAFeatureAddedLaterBeginWithTheNextPeriod) {
  shop_.subscribe(customer_);
  shop_.post("/v1/products/prod_a/features", "entitlement_feature=" + feature("share"));
  EXPECT_THAT(active(), ElementsAre("export"));
  shop_.pass(31 * day_s);
  EXPECT_THAT(active(), ElementsAre("export", "share"));
}

TEST_F(Entitlements, AreToldOnceForTwoSubscriptionsThatGiveTheSame) {
  shop_.subscribe(customer_);
  const std::string second = shop_.subscribe(customer_).id();
  EXPECT_THAT(active(), ElementsAre("export"));
  shop_.new_event_types();
  shop_.remove("/v1/subscriptions/" + second);
  EXPECT_THAT(shop_.new_event_types(), Not(Contains(updated)));
  EXPECT_THAT(active(), ElementsAre("export"));
}

TEST_F(Entitlements, FollowAChangeOfProduct) {
  const auto made = shop_.subscribe(customer_);
  shop_.post("/v1/products", "id=prod_b&name=B");
  shop_.post("/v1/products/prod_b/features", "entitlement_feature=" + feature("share"));
  const std::string price =
      shop_
          .post("/v1/prices",
                "product=prod_b&currency=usd&unit_amount=1000&recurring[interval]=month")
          .id();
  shop_.post("/v1/subscriptions/" + made.id(),
             "items[0][id]=" + made.body.at("items.data").items().at(0)["id"].text() +
                 "&items[0][price]=" + price);
  EXPECT_THAT(active(), ElementsAre("share"));
}

TEST_F(Entitlements, OfProductsAreListedAndTakenAway) {
  const std::string path = "/v1/products/prod_a/features";
  EXPECT_EQ(shop_.post(path, "entitlement_feature=" + export_).status, 400U);
  const auto listed = shop_.get(path).body["data"].items();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].at("entitlement_feature.lookup_key").text(), "export");
  EXPECT_TRUE(shop_.remove(path + "/" + listed[0]["id"].text()).body["deleted"].flag());
  EXPECT_THAT(shop_.get(path).body["data"].items(), IsEmpty());
  EXPECT_EQ(shop_.post("/v1/entitlements/features", "name=N&lookup_key=export").status, 400U);
}

}  // namespace
}  // namespace tollgate::simulator
