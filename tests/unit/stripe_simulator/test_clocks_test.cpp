// SPDX-License-Identifier: Apache-2.0
// Customers that live by a test clock: their time stands still until it is advanced.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shop.hpp"

namespace tollgate::simulator {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::day_s;
using tests::Shop;

constexpr std::int64_t frozen = 1'700'000'000;
constexpr std::string_view clocks = "/v1/test_helpers/test_clocks";

class TestClocks : public testing::Test {
 protected:
  TestClocks() {
    clock_ = shop_.post(clocks, "name=renewal&frozen_time=" + std::to_string(frozen)).id();
    customer_ = shop_.post("/v1/customers", "email=c@shop.example&test_clock=" + clock_).id();
    const std::string method =
        shop_.post("/v1/payment_methods/pm_card_visa/attach", "customer=" + customer_).id();
    shop_.post("/v1/customers/" + customer_, "invoice_settings[default_payment_method]=" + method);
    shop_.new_event_types();
  }
  Shop::Answer advance(std::int64_t to) {
    return shop_.post(std::string{clocks} + "/" + clock_ + "/advance",
                      "frozen_time=" + std::to_string(to));
  }
  Json clock() { return shop_.get(std::string{clocks} + "/" + clock_).body; }

  Shop shop_;
  std::string clock_;
  std::string customer_;
};

TEST_F(TestClocks, GiveTheirCustomersObjectsTheirTime) {
  const auto made = shop_.subscribe(customer_);
  EXPECT_EQ(shop_.shown(customer_)["created"].integer(), frozen);
  EXPECT_EQ(made.body["created"].integer(), frozen);
  EXPECT_EQ(made.body["test_clock"].text(), clock_);
  const Json told = shop_.event("customer.subscription.created");
  EXPECT_EQ(told["created"].integer(), frozen);
  EXPECT_EQ(shop_.shown(made.body["latest_invoice"].text())["test_clock"].text(), clock_);
  EXPECT_EQ(shop_.world.now(), tests::story_begin);
}

TEST_F(TestClocks, RenewOnlyWhenTheyAreAdvanced) {
  const std::string id = shop_.subscribe(customer_).id();
  const std::string other = shop_.subscribe(shop_.customer_with("pm_card_visa")).id();
  shop_.new_event_types();
  shop_.pass(100 * day_s);
  EXPECT_EQ(shop_.shown(shop_.shown(id)["latest_invoice"].text())["billing_reason"].text(),
            "subscription_create");
  EXPECT_EQ(shop_.shown(shop_.shown(other)["latest_invoice"].text())["billing_reason"].text(),
            "subscription_cycle");
  shop_.new_event_types();
  const std::int64_t now = shop_.world.now();
  const auto asked = advance(frozen + 31 * day_s);
  EXPECT_EQ(asked.body["status"].text(), "advancing");
  EXPECT_EQ(advance(frozen + 32 * day_s).status, 400U);
  shop_.pass(0);
  EXPECT_EQ(clock()["status"].text(), "ready");
  EXPECT_EQ(clock()["frozen_time"].integer(), frozen + 31 * day_s);
  EXPECT_EQ(shop_.event("invoice.paid").at("data.object.subscription"), Json{});
  EXPECT_EQ(shop_.event("invoice.paid").at("data.object.billing_reason").text(),
            "subscription_cycle");
  EXPECT_THAT(shop_.new_event_types(), Contains("test_helpers.test_clock.ready"));
  EXPECT_EQ(shop_.world.now(), now);
}

TEST_F(TestClocks, MoveForwardsAndByTwoIntervalsAtMost) {
  EXPECT_EQ(advance(frozen).status, 400U);
  EXPECT_EQ(advance(frozen + 3 * 366 * day_s).status, 400U);
  shop_.subscribe(customer_);
  EXPECT_EQ(advance(frozen + 63 * day_s).status, 400U);
  EXPECT_EQ(advance(frozen + 59 * day_s).status, 200U);
}

TEST_F(TestClocks, TakeTheirCustomersWithThem) {
  const std::string id = shop_.subscribe(customer_).id();
  shop_.new_event_types();
  shop_.remove(std::string{clocks} + "/" + clock_);
  EXPECT_EQ(shop_.shown(id)["status"].text(), "canceled");
  EXPECT_TRUE(shop_.get("/v1/customers/" + customer_).body["deleted"].flag());
  EXPECT_THAT(shop_.new_event_types(),
              ElementsAre("customer.subscription.deleted", "customer.deleted",
                          "test_helpers.test_clock.deleted"));
}

TEST_F(TestClocks, KeepTheirCustomersOutOfListsThatDoNotAskForThem) {
  shop_.subscribe(customer_);
  EXPECT_THAT(shop_.get("/v1/customers").body["data"].items(), IsEmpty());
  EXPECT_EQ(shop_.get("/v1/customers", "test_clock=" + clock_).body["data"].items().size(), 1U);
  EXPECT_THAT(shop_.get("/v1/subscriptions").body["data"].items(), IsEmpty());
  EXPECT_EQ(shop_.get("/v1/subscriptions", "customer=" + customer_).body["data"].items().size(),
            1U);
}

TEST_F(TestClocks, AreChosenWhenACustomerIsMadeAndNotLater) {
  EXPECT_EQ(shop_.post("/v1/customers", "test_clock=clock_none").status, 400U);
  EXPECT_EQ(shop_.post("/v1/customers/" + customer_, "test_clock=" + clock_).status, 400U);
}

TEST_F(TestClocks, GoOnFromASavedWorld) {
  const std::string id = shop_.subscribe(customer_).id();
  Shop other;
  ASSERT_TRUE(other.world.load(shop_.world.to_json()));
  other.post(std::string{clocks} + "/" + clock_ + "/advance",
             "frozen_time=" + std::to_string(frozen + 31 * day_s));
  other.pass(0);
  EXPECT_EQ(other.shown(other.shown(id)["latest_invoice"].text())["status"].text(), "paid");
  EXPECT_EQ(other.world.ids("invoice").size(), 2U);
}

}  // namespace
}  // namespace tollgate::simulator
