// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/delivery/deliveries.hpp"

#include <gtest/gtest.h>

#include <set>

#include "api_client.hpp"
#include "stripe_simulator/delivery/signature.hpp"

namespace tollgate::simulator {
namespace {

using tests::ApiClient;

constexpr Time begin = from_unix_seconds(1'800'000'000);

class DeliveriesTest : public testing::Test {
 protected:
  std::string endpoint(const std::string& further) {
    return client.post("/v1/webhook_endpoints", "url=http://shop.example/hook&" + further).id();
  }
  void queue_new_events(Time now) {
    for (const std::string& event : client.world.take_new_events()) deliveries.add(event, now);
  }
  std::int64_t pending(const std::string& type) {
    return client.event(type)["pending_webhooks"].integer();
  }
  ApiClient client;
  Faults faults;
  Deliveries deliveries{
      client.world, faults, {std::chrono::milliseconds{500}, std::chrono::milliseconds{2'000}, 4}};
};

TEST_F(DeliveriesTest, GoToTheEndpointsThatTakeTheTypeInTheirVersion) {
  endpoint("enabled_events[0]=product.created&api_version=2024-04-09");
  endpoint("enabled_events[0]=*");
  endpoint("enabled_events[0]=price.created");
  client.post("/v1/products", "name=A&marketing_features[0][name]=x");
  queue_new_events(begin);
  EXPECT_EQ(pending("product.created"), 2);
  const auto old = deliveries.take_due(begin);
  const auto pinned = deliveries.take_due(begin);
  ASSERT_TRUE(old && pinned);
  EXPECT_FALSE(deliveries.take_due(begin));
  const auto old_body = parse_json(old->body);
  EXPECT_EQ((*old_body)["api_version"].text(), "2024-04-09");
  EXPECT_EQ(old_body->at("data.object.features").items().size(), 1U);
  EXPECT_EQ(parse_json(pinned->body)->at("data.object.marketing_features").items().size(), 1U);
}

TEST_F(DeliveriesTest, ComeAgainWithLongerWaitsUntilTheyAreAccepted) {
  endpoint("enabled_events[0]=*");
  client.post("/v1/customers");
  queue_new_events(begin);
  Time now = begin;
  for (const int wait_ms : {500, 1'000, 2'000}) {
    deliveries.settle(deliveries.take_due(now)->delivery, Verdict::refused, now);
    EXPECT_FALSE(deliveries.take_due(now + std::chrono::milliseconds{wait_ms - 1}));
    now += std::chrono::milliseconds{wait_ms};
    EXPECT_EQ(deliveries.next_due(), now);
  }
  deliveries.settle(deliveries.take_due(now)->delivery, Verdict::accepted, now);
  EXPECT_EQ(pending("customer.created"), 0);
  EXPECT_FALSE(deliveries.next_due());
}

TEST_F(DeliveriesTest, AreGivenUpAfterTheLastAttemptAndThenNoSuccess) {
  endpoint("enabled_events[0]=*");
  client.post("/v1/customers");
  queue_new_events(begin);
  for (int i = 0; i < 4; ++i) {
    const Time now = begin + std::chrono::hours{i};
    deliveries.settle(deliveries.take_due(now)->delivery, Verdict::refused, now);
  }
  EXPECT_EQ(deliveries.given_up(), 1U);
  EXPECT_TRUE(deliveries.is_quiet(begin + std::chrono::hours{100}));
  const auto failed = client.get("/v1/events", "delivery_success=false");
  EXPECT_EQ(failed.body["data"].items().size(), 1U);
  client.world.forget_events(tests::story_begin);
  EXPECT_TRUE(client.world.ids("event").empty());
}

TEST_F(DeliveriesTest, ThatWereGivenUpAreASuccessOnceACopyIsAccepted) {
  endpoint("enabled_events[0]=*");
  client.post("/v1/customers");
  queue_new_events(begin);
  for (int i = 0; i < 4; ++i) {
    const Time now = begin + std::chrono::hours{i};
    deliveries.settle(deliveries.take_due(now)->delivery, Verdict::refused, now);
  }
  const std::string event = client.event("customer.created")["id"].text();
  const Time later = begin + std::chrono::hours{9};
  for (const auto& [verdict, waiting] :
       {std::pair{Verdict::refused, 1}, {Verdict::accepted, 0}, {Verdict::accepted, 0}}) {
    deliveries.resend(event, later);
    deliveries.settle(deliveries.take_due(later)->delivery, verdict, later);
    EXPECT_EQ(pending("customer.created"), waiting);
  }
}

TEST_F(DeliveriesTest, AreSentOnceMoreOnRequestToTheEndpointsThatTakeTheType) {
  endpoint("enabled_events[0]=customer.created");
  endpoint("enabled_events[0]=price.created");
  client.post("/v1/customers");
  queue_new_events(begin);
  deliveries.settle(deliveries.take_due(begin)->delivery, Verdict::accepted, begin);
  const std::string event = client.event("customer.created")["id"].text();
  EXPECT_EQ(deliveries.resend(event, begin), 1U);
  const auto again = deliveries.take_due(begin);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->event_id, event);
  deliveries.settle(again->delivery, Verdict::refused, begin);
  EXPECT_EQ(pending("customer.created"), 0);
  EXPECT_FALSE(deliveries.next_due());
}

TEST_F(DeliveriesTest, StopWhenTheEndpointIsDisabled) {
  const std::string id = endpoint("enabled_events[0]=*");
  client.post("/v1/customers");
  queue_new_events(begin);
  client.post("/v1/webhook_endpoints/" + id, "disabled=true");
  EXPECT_FALSE(deliveries.take_due(begin));
  EXPECT_TRUE(deliveries.is_quiet(begin));
}

TEST_F(DeliveriesTest, AreSignedByTheSecretThatOnlyTheCreationShows) {
  const auto made =
      client.post("/v1/webhook_endpoints", "url=http://shop.example/hook&enabled_events[0]=*");
  const std::string secret = made.body["secret"].text();
  EXPECT_TRUE(secret.starts_with("whsec_"));
  EXPECT_FALSE(client.get("/v1/webhook_endpoints/" + made.id()).body.has("secret"));
  client.post("/v1/customers");
  queue_new_events(begin);
  EXPECT_EQ(deliveries.take_due(begin)->secret, secret);
}

TEST_F(DeliveriesTest, AreDoubledForgedAndDelayedOnRequest) {
  endpoint("enabled_events[0]=*");
  FaultRates rates;
  rates.duplicate_percent = 100;
  rates.forge_percent = 100;
  rates.delay_ms_max = 5'000;
  faults.set(rates);
  client.post("/v1/customers");
  queue_new_events(begin);
  EXPECT_EQ(pending("customer.created"), 1);
  std::set<std::string> secrets;
  int sent = 0;
  while (const auto attempt = deliveries.take_due(begin + std::chrono::seconds{5})) {
    secrets.insert(attempt->secret);
    ++sent;
    // A copy is not sent again when it is refused, and does not count when it is taken.
    const bool forged = attempt->secret == "whsec_forged";
    deliveries.settle(attempt->delivery, forged ? Verdict::refused : Verdict::accepted, begin);
  }
  EXPECT_EQ(sent, 3);
  EXPECT_EQ(secrets.size(), 2U);
  EXPECT_EQ(pending("customer.created"), 0);
  EXPECT_FALSE(deliveries.next_due());
}

TEST_F(DeliveriesTest, ComeInAnotherOrderTheSameForOneSeed) {
  endpoint("enabled_events[0]=*");
  const auto order_of = [&](std::int64_t seed) {
    FaultRates rates;
    rates.delay_ms_max = 1'000;
    rates.seed = seed;
    faults.set(rates);
    for (int i = 0; i < 8; ++i) client.post("/v1/customers", "name=" + std::to_string(i));
    queue_new_events(begin);
    std::string order;
    while (const auto attempt = deliveries.take_due(begin + std::chrono::seconds{1})) {
      order += parse_json(attempt->body)->at("data.object.name").text();
      deliveries.settle(attempt->delivery, Verdict::accepted, begin);
    }
    return order;
  };
  const std::string first = order_of(1);
  EXPECT_NE(first, "01234567");
  EXPECT_EQ(order_of(1), first);
  EXPECT_NE(order_of(2), first);
}

TEST_F(DeliveriesTest, ThatAreDroppedComeWithTheRetry) {
  endpoint("enabled_events[0]=*");
  FaultRates rates;
  rates.drop_percent = 100;
  faults.set(rates);
  client.post("/v1/customers");
  queue_new_events(begin);
  EXPECT_FALSE(deliveries.take_due(begin));
  EXPECT_TRUE(deliveries.take_due(begin + std::chrono::milliseconds{500}));
}

TEST_F(DeliveriesTest, KeepTheirEventsUntilTheyAreAccepted) {
  client.post("/v1/customers");  // to nobody
  queue_new_events(begin);
  endpoint("enabled_events[0]=*");
  client.post("/v1/customers");
  queue_new_events(begin);
  client.world.forget_events(tests::story_begin - 1);
  EXPECT_EQ(client.world.ids("event").size(), 2U);
  client.world.forget_events(tests::story_begin);
  EXPECT_EQ(client.world.ids("event").size(), 1U);
  deliveries.settle(deliveries.take_due(begin)->delivery, Verdict::accepted, begin);
  client.world.forget_events(tests::story_begin);
  EXPECT_TRUE(client.world.ids("event").empty());
}

TEST(FaultRates, AreRefusedWhenTheyAreUnknownOrOutOfRange) {
  for (const char* body : {R"({"nonsense":1})", R"({"drop_percent":101})", R"({"drop_percent":-1})",
                           R"({"seed":"x"})"}) {
    EXPECT_FALSE(read_fault_rates(*parse_json(body))) << body;
  }
  EXPECT_EQ(read_fault_rates(*parse_json(R"({"drop_percent":100})"))->drop_percent, 100);
}

TEST_F(DeliveriesTest, OfThinEventsNameTheObjectAndSayNothingOfIt) {
  client.post("/v2/core/event_destinations",
              R"({"name":"thin","type":"webhook_endpoint","event_payload":"thin",
                  "enabled_events":["v1.customer.updated"],
                  "webhook_endpoint":{"url":"http://shop.example/thin"}})");
  const std::string customer = client.post("/v1/customers", "email=a@x").id();
  client.post("/v1/customers/" + customer, "email=b@x");
  queue_new_events(begin);
  const auto attempt = deliveries.take_due(begin);
  ASSERT_TRUE(attempt);
  EXPECT_FALSE(deliveries.take_due(begin));
  EXPECT_EQ(attempt->url, "http://shop.example/thin");
  const Json pushed = *parse_json(attempt->body);
  EXPECT_EQ(pushed.at("related_object.url").text(), "/v1/customers/" + customer);
  EXPECT_FALSE(pushed.has("data") || pushed.has("changes"));
  const Json fetched = client.get("/v2/core/events/" + pushed["id"].text()).body;
  EXPECT_EQ(fetched.at("changes.after"), Json::object({{"email", "b@x"}}));
  EXPECT_EQ(fetched["snapshot_event"], client.event("customer.updated")["id"]);
}

// Computed with `openssl dgst -sha256 -hmac`.
TEST(SimulatorSignature, IsHmacSha256OverTimeAndBody) {
  EXPECT_EQ(sign(R"({"id":"evt_1","object":"event","type":"invoice.paid"})",
                 "whsec_test_secret_one_0123456789abcdef", 1'767'225'600),
            "t=1767225600,v1=9afe0c123e00b003d96dffcc1cbcbd95af6a0d50b89f1b6a680345caee940d2d");
}

}  // namespace
}  // namespace tollgate::simulator
