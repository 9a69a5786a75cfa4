// SPDX-License-Identifier: Apache-2.0
// Customers, payment methods, products and prices, and the events of their changes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_client.hpp"

namespace tollgate::simulator {
namespace {

using testing::ElementsAre;
using tests::ApiClient;

TEST(Customers, AnnounceWhatChangedAndNothingWhenNothingDid) {
  ApiClient client;
  const std::string path =
      "/v1/customers/" +
      client.post("/v1/customers", "email=a@x&metadata[user_id]=u1&metadata[k]=1").id();
  client.post(path, "metadata[k]=&name=Ada");
  client.post(path, "name=Ada");
  EXPECT_THAT(client.new_event_types(), ElementsAre("customer.created", "customer.updated"));
  const Json event = client.event("customer.updated");
  EXPECT_EQ(write_json(event.at("data.previous_attributes")),
            R"({"metadata":{"k":"1"},"name":null})");
  EXPECT_EQ(event.at("data.object.metadata.user_id").text(), "u1");
  EXPECT_FALSE(event.at("request.id").text().empty());
}

TEST(Customers, StayAsAStubWhenTheyAreDeleted) {
  ApiClient client;
  const std::string id = client.post("/v1/customers", "email=a@x").id();
  client.remove("/v1/customers/" + id);
  EXPECT_EQ(write_json(client.get("/v1/customers/" + id).body),
            R"({"id":")" + id + R"(","object":"customer","deleted":true})");
  EXPECT_EQ(client.post("/v1/customers/" + id, "name=x").status, 404U);
  EXPECT_TRUE(client.get("/v1/customers").body["data"].items().empty());
  EXPECT_EQ(client.event("customer.deleted").at("data.object.email").text(), "a@x");
}

TEST(PaymentMethods, OfTestTokensAttachAndBecomeTheDefault) {
  ApiClient client;
  const std::string customer = client.post("/v1/customers").id();
  const auto method =
      client.post("/v1/payment_methods/pm_card_visa/attach", "customer=" + customer);
  EXPECT_EQ(method.body.at("card.last4").text(), "4242");
  EXPECT_EQ(method.body["customer"].text(), customer);
  const auto updated = client.post("/v1/customers/" + customer,
                                   "invoice_settings[default_payment_method]=" + method.id());
  EXPECT_EQ(updated.body.at("invoice_settings.default_payment_method").text(), method.id());
  EXPECT_EQ(
      client.post("/v1/payment_methods/" + method.id() + "/attach", "customer=" + customer).status,
      200U);
  EXPECT_THAT(client.new_event_types(),
              ElementsAre("customer.created", "payment_method.attached", "customer.updated"));
}

TEST(PaymentMethods, DeclineAtAttachingOrLaterAsTheirTokensSay) {
  ApiClient client;
  const std::string customer = "customer=" + client.post("/v1/customers").id();
  const auto declined = client.post("/v1/payment_methods/pm_card_chargeDeclined/attach", customer);
  EXPECT_EQ(declined.status, 402U);
  EXPECT_EQ(declined.error()["code"].text(), "card_declined");
  EXPECT_EQ(declined.error()["decline_code"].text(), "generic_decline");
  EXPECT_EQ(client.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", customer).status,
            200U);
}

TEST(PaymentMethods, AreUsedUpOnceDetached) {
  ApiClient client;
  const std::string customer = "customer=" + client.post("/v1/customers").id();
  const std::string other = "customer=" + client.post("/v1/customers").id();
  const std::string path = "/v1/payment_methods/" +
                           client.post("/v1/payment_methods/pm_card_visa/attach", customer).id();
  EXPECT_EQ(client.post(path + "/attach", other).status, 400U);
  EXPECT_EQ(client.post(path + "/detach").status, 200U);
  EXPECT_EQ(client.event("payment_method.detached").at("data.previous_attributes.customer").text(),
            customer.substr(9));
  EXPECT_EQ(client.post(path + "/attach", customer).status, 400U);
}

TEST(Products, AreMadeOnceUnderAnIdOfTheCaller) {
  ApiClient client;
  EXPECT_EQ(client.post("/v1/products", "id=prod_a&name=A&metadata[tier]=a").id(), "prod_a");
  const auto again = client.post("/v1/products", "id=prod_a&name=A");
  EXPECT_EQ(again.status, 400U);
  EXPECT_EQ(again.error()["code"].text(), "resource_already_exists");
}

TEST(Products, AreMadeWithTheirPrice) {
  ApiClient client;
  const auto product = client.post("/v1/products",
                                   "name=A&default_price_data[currency]=usd"
                                   "&default_price_data[unit_amount]=900");
  const auto price = client.get("/v1/prices/" + product.body["default_price"].text());
  EXPECT_EQ(price.body["product"].text(), product.id());
  EXPECT_TRUE(price.body["active"].flag());
  EXPECT_EQ(client.post("/v1/products", "name=A&default_price_data[currency]=usd").status, 400U);
}

TEST(Prices, MoveALookupKeyOnRequestOnly) {
  ApiClient client;
  client.post("/v1/products", "id=prod_a&name=A");
  const std::string price =
      "product=prod_a&currency=usd&unit_amount=1000&recurring[interval]=month&lookup_key=a";
  const std::string first = client.post("/v1/prices", price).id();
  EXPECT_EQ(client.post("/v1/prices", price).status, 400U);
  const std::string second = client.post("/v1/prices", price + "&transfer_lookup_key=true").id();
  const auto found = client.get("/v1/prices", "lookup_keys[0]=a&expand[0]=data.product");
  ASSERT_EQ(found.body["data"].items().size(), 1U);
  EXPECT_EQ(found.body["data"].items()[0]["id"].text(), second);
  EXPECT_EQ(found.body["data"].items()[0].at("product.name").text(), "A");
  EXPECT_TRUE(client.get("/v1/prices/" + first).body["lookup_key"].is_null());
}

TEST(Expand, RefusesWhatCannotBeExpanded) {
  ApiClient client;
  client.post("/v1/products", "id=prod_a&name=A");
  EXPECT_EQ(client.get("/v1/products/prod_a", "expand[]=nonsense").status, 400U);
  EXPECT_EQ(client.get("/v1/products/prod_a", "expand[]=name").status, 400U);
  EXPECT_EQ(client.get("/v1/products/prod_a", "expand[]=a.b.c.d.e.f").status, 400U);
}

TEST(WorldState, GoesOnFromItsSavedTextAsIfNothingHadHappened) {
  ApiClient client;
  const std::string id = client.post("/v1/customers", "email=a@x").id();
  client.remove("/v1/customers/" + client.post("/v1/customers").id());
  client.world.schedule({tests::story_begin + 5, "action", id});
  const auto saved = parse_json(write_json(client.world.to_json()));
  ASSERT_TRUE(saved);
  World loaded{7, 0};
  ASSERT_TRUE(loaded.load(*saved));
  EXPECT_EQ(loaded.to_json(), client.world.to_json());
  EXPECT_EQ(loaded.make_id("x_"), client.world.make_id("x_"));
  EXPECT_FALSE(loaded.load(Json::object({{"format", 2}})));
}

}  // namespace
}  // namespace tollgate::simulator
