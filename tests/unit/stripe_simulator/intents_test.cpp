// SPDX-License-Identifier: Apache-2.0
// Payment intents and setup intents as a client of the API makes them, without Checkout.
#include <gtest/gtest.h>

#include "shop.hpp"

namespace tollgate::simulator {
namespace {

using tests::Shop;

constexpr const char* money = "amount=1000&currency=usd";

class Intents : public testing::Test {
 protected:
  Shop::Answer pay(const std::string& further) {
    return shop_.post("/v1/payment_intents", money + further);
  }
  Shop shop_;
};

TEST_F(Intents, TakeNoMethodThatThereIsNot) {
  for (const char* further : {"&payment_method=pm_none", "&confirm=true&payment_method=pm_none"}) {
    const auto refused = pay(further);
    EXPECT_EQ(refused.status, 400U);
    EXPECT_EQ(refused.error()["code"].text(), "resource_missing");
    EXPECT_EQ(refused.error()["param"].text(), "payment_method");
  }
  EXPECT_EQ(shop_.post("/v1/setup_intents", "payment_method=pm_none").status, 400U);
}

TEST_F(Intents, TakeNoMethodOfAnotherCustomer) {
  const std::string customer = shop_.customer_with("pm_card_visa");
  const std::string method =
      shop_.shown(customer).at("invoice_settings.default_payment_method").text();
  EXPECT_EQ(pay("&confirm=true&payment_method=" + method).status, 400U);
  EXPECT_EQ(pay("&payment_method=" + method + "&customer=" + shop_.customer()).status, 400U);
  EXPECT_EQ(
      pay("&confirm=true&payment_method=" + method + "&customer=" + customer).body["status"].text(),
      "succeeded");
}

TEST_F(Intents, TakeNoListOfTypesAnyMore) {
  for (const char* path : {"/v1/payment_intents", "/v1/setup_intents"}) {
    const std::string form = std::string{path}.ends_with("setup_intents") ? "" : money;
    const auto refused = shop_.post(path, form + "&payment_method_types[0]=card");
    EXPECT_EQ(refused.error()["code"].text(), "payment_method_types_no_longer_supported");
    EXPECT_EQ(refused.status, 400U);
  }
}

TEST_F(Intents, ChangeUntilTheyArePaid) {
  const std::string path = "/v1/payment_intents/" + pay("").id();
  const auto changed = shop_.post(path, "amount=1500&payment_method=pm_card_visa");
  EXPECT_EQ(changed.body["amount"].integer(), 1500);
  EXPECT_EQ(changed.body["status"].text(), "requires_confirmation");
  EXPECT_EQ(shop_.post(path + "/confirm").body["amount_received"].integer(), 1500);
  const auto refused = shop_.post(path, "amount=100");
  EXPECT_EQ(refused.error()["code"].text(), "payment_intent_unexpected_state");
  EXPECT_EQ(shop_.post(path, "metadata[order]=1").status, 200U);
}

TEST_F(Intents, OfACustomerShowInItsMethods) {
  const std::string customer = shop_.customer_with("pm_card_visa");
  const std::string path = "/v1/customers/" + customer + "/payment_methods";
  const auto methods = shop_.get(path);
  ASSERT_EQ(methods.body["data"].items().size(), 1U);
  const std::string id = methods.body["data"].items()[0]["id"].text();
  EXPECT_EQ(shop_.get(path + "/" + id).id(), id);
  EXPECT_EQ(shop_.get("/v1/customers/" + shop_.customer() + "/payment_methods/" + id).status, 404U);
}

}  // namespace
}  // namespace tollgate::simulator
